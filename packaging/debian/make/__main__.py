"""``python packaging/debian/make OUTPUT_FOLDER``: the Debian package, of what is in this source tree."""

import subprocess
import sys
import tempfile
from pathlib import Path

import archive
import facts
import licences
import modules
import share
import wheels


def main(folder: Path) -> None:
    """Write it there, and print where."""
    known = facts.read(Path(__file__).resolve().parents[3])
    fetched = wheels.fetch(known)
    with tempfile.TemporaryDirectory(prefix="bcper-deb-") as scratch:
        tree = Path(scratch) / "tree"
        carried = modules.lay(known, fetched, tree)
        licences.write(known, carried, tree)
        share.write(known, tree)
        sys.stdout.write(f"{archive.write(known, tree, folder)}\n")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(f"bcper: the package cannot be built: {error}")
