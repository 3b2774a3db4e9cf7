"""Stores on any remote that rclone knows (docs/adr/0012-rclone.md)."""
