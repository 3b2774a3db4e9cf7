"""A fake for every port, passing the same contracts."""
