"""The configuration as one JSON file that people may edit (docs/configuration.md)."""
