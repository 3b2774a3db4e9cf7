"""Manual pages and the reference of the command line, made from its own parser."""
