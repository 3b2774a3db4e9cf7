"""Profiles of shells."""
