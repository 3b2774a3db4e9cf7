"""One verb each; they know ports only."""
