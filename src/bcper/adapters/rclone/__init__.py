"""rclone: the program, its releases, its remotes."""
