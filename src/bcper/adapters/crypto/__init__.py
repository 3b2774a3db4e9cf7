"""The sealed container (FORMAT.md section 3)."""
