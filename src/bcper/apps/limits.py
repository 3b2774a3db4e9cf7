"""What this process may use."""

import resource


def raise_file_limit() -> None:
    """Allow as many open files as the system lets this process: one is kept for each level of a deep tree."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
