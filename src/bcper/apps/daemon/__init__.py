"""The daemon: backups that happen by themselves."""
