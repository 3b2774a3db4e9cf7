"""The model, the policies and the use cases: no I/O here."""
