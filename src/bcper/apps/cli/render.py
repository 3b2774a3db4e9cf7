"""Words and tables: rich on a terminal, plain columns in a pipe."""

import json
import os
import sys
from collections.abc import Sequence

from bcper.apps.failures import Failure, explain
from bcper.apps.words import duration, local, size
from bcper.domain.model.names import printable

__all__ = ["duration", "local", "show_json", "size", "table", "tell_failure"]


def show_json(value: object) -> None:
    """Print one JSON document."""
    print(json.dumps(value))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table."""
    clean = [[printable(cell) for cell in row] for row in rows]
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        drawn = Table(*headings, box=None, header_style="bold")
        for row in clean:
            drawn.add_row(*(Text(cell) for cell in row))
        Console().print(drawn)
        return
    widths = [max(map(len, column)) for column in zip(headings, *clean, strict=True)]
    for row in (list(headings), *clean):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def tell_failure(error: BaseException, *, as_json: bool) -> Failure:
    """Say what went wrong, in one sentence and a hint; returns what was said."""
    failure = explain(error)
    if as_json:
        said = {
            "message_type": "error",
            "message": failure.message,
            "hint": failure.hint,
            "exit_status": failure.exit_status,
        }
        print(json.dumps(said))
    else:
        print(f"Error: {printable(failure.message)}", file=sys.stderr)
        if failure.hint:
            print(f"Hint: {printable(failure.hint)}", file=sys.stderr)
    return failure
