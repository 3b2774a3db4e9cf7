"""``python -m bcperd`` and the script ``bcperd``: the daemon, which is a later piece of work."""

import sys


def main() -> int:
    """Say plainly what there is; exit status 2."""
    print("The daemon is not built yet. The command line is: bcper-cli --help", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    sys.exit(main())
