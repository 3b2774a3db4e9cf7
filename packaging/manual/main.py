"""The command line of the generator: man | markdown, and the folder to write into."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from manual import man, markdown
from manual.book import book


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages; returns the exit status."""
    parser = argparse.ArgumentParser("manual", description="BCPER's manual, made from its own parsers.")
    parser.add_argument("kind", choices=["man", "markdown"])
    parser.add_argument("folder", metavar="OUTDIR", type=Path, help="made if it is missing")
    args = parser.parse_args(arguments)
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"man": man, "markdown": markdown}[args.kind].pages(book()):
        (args.folder / name).write_text(text, encoding="utf-8")
    return 0
