"""Other processes of ours, over pipes."""
