"""The ledger of runs."""
