"""The grammar of the command line (DESIGN.md): one module a noun."""
