"""Where passwords are kept: the desktop's keyring, or a file that only the user can read."""
