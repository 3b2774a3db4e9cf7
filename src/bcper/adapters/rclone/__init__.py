"""rclone: the program, its releases, its remotes, and stores on them (docs/adr/0012-rclone.md)."""
