"""Markdown tables, and the lines about the machine that stand above them."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from measure import Costs, own_memory

NONE = "-"


def machine() -> list[str]:
    """What the figures were measured on, one fact a line."""
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return [
        f"- {len(os.sched_getaffinity(0))} cores, {models[0] if models else platform.machine()}",
        f"- {platform.system()} {platform.release()}, Python {platform.python_version()}",
    ]


def table(
    title: str,
    rows: Mapping[str, Costs],
    bases: Sequence[str],
    titles: Mapping[str, str],
    *,
    stored: str = "",
) -> list[str]:
    """A heading and a row for each tool, with a column of ratios for each row named in ``bases``.

    ``titles`` says what a row is called; a ratio under 1 is faster than its base. ``n`` is the row's rounds.
    ``stored`` is the title of a column with the bytes that were added to the store, if that is wanted; for
    "stored" with a column of ratios.
    """
    compared = stored == "stored"
    columns = ["", "seconds", *(f"÷ {titles[base]}" for base in bases if base in rows), "peak memory"]
    columns += [*([stored] if stored else []), *(["÷ restic, bytes"] if compared else []), "n"]
    lines = ["", f"### {title}", "", row(columns), row(["---", *["---:"] * (len(columns) - 1)])]
    for name, cost in rows.items():
        cells = [titles[name], seconds(cost.seconds)]
        cells += [ratio(cost.seconds, rows[base].seconds) for base in bases if base in rows]
        cells.append(_memory(cost.memory))
        if stored:
            cells.append(_bytes(cost.stored))
        if compared:
            cells.append(ratio(cost.stored, rows["restic"].stored if "restic" in rows else None))
        lines.append(row([*cells, str(cost.n)]))
    return lines


def row(cells: Sequence[str]) -> str:
    """A line of a table."""
    return "| " + " | ".join(cells) + " |"


def seconds(value: float) -> str:
    """With as many digits as mean something."""
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def ratio(value: float | None, base: float | None) -> str:
    """How much ``value`` is of ``base``, if there are both."""
    return f"{value / base:.2f}" if value is not None and base else NONE


def _memory(value: float) -> str:
    # What a child shows before it becomes another program is this process's own size.
    least = own_memory()
    return f"{value / 2**20:.0f} MiB" if value > least * 1.05 else f"≤ {least / 2**20:.0f} MiB"


def _bytes(value: float | None) -> str:
    if value is None:
        return NONE
    return f"{value / 2**20:,.1f} MiB" if value >= 2**20 else f"{value / 2**10:,.1f} KiB"
