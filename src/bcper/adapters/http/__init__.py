"""Calls to the web."""
