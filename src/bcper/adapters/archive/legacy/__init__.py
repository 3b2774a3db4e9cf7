"""Archives of the original BCPER (``bcper_core`` 0.1), read and never written (FORMAT.md section 8)."""
