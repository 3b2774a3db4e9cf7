"""BCPER: a backup manager whose every archive is a plain ``.tar.gz``."""

__version__ = "0.1.0"
