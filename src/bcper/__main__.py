"""``python -m bcper`` and the script ``bcper``: the window."""

import sys


def main() -> int:
    """Show it; the exit status is DESIGN.md's."""
    import gc

    # Imports make many objects and no garbage: looking for it would be a twentieth of the start-up.
    gc.set_threshold(50_000)
    from bcper.apps.gui.main import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
