"""``python -m bcperd``: the daemon."""

import sys


def main() -> int:
    """Run it."""
    from bcper.apps.daemon.main import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
