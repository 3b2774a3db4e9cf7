"""How things look: colours, sizes, fonts, pictures and ttk styles. It knows nothing of backups."""
