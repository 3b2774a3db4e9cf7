"""The clock and randomness of this machine."""
