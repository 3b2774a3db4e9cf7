"""What pages are made of. Each knows the theme, and nothing of backups."""
