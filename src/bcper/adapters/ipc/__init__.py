"""The daemon's socket: requests as JSON-RPC 2.0, one message a line (docs/reference/protocol.md)."""
