"""Tar, gzip frames, the index and the manifest (FORMAT.md)."""
