"""The configuration as one JSON file that people may edit (docs/reference/configuration.md)."""
