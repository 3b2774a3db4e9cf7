"""Ignore rules beside pathspec: microseconds a path, and what 10,000 patterns cost.

Run as ``python benchmarks/ignore.py`` with the package on the path. pathspec is no dependency of the
package; without it its column is left out, and the table says so.
"""

import importlib.util
import random
import time
from collections.abc import Callable, Sequence

from bcper.domain.policy.ignore import IgnoreRules

TYPICAL = [
    *(
        "*.log",
        "*.tmp",
        "*.pyc",
        "*.o",
        "*~",
        "node_modules/",
        "/build",
        "/dist/",
        "**/__pycache__/",
        ".cache",
    ),
    *(".git/", ".DS_Store", "Thumbs.db", "docs/*.html", "*.py[cod]", ".#*", "*.tar.gz", "target/debug/"),
    *("!keep.log", "vendor/**/testdata"),
]

FOLDERS = [
    "src",
    "projects",
    "home",
    "photos",
    "documents",
    "reports",
    "2024",
    "holiday",
    "modules",
    "assets",
]
STEMS = ["report", "invoice", "IMG_2041", "handler", "index", "notes", "readme", "draft_final", "thumbnail"]
ENDS = [".py", ".jpg", ".txt", ".md", ".pdf", ".json", ".rs", "", ".h", ".xml"] * 2 + [".log"]

SETS: dict[str, list[str]] = {
    "20 typical patterns": TYPICAL,
    "10,000 names and extensions": [f"name{i}" if i % 2 else f"*.e{i}" for i in range(10_000)],
    "10,000 anchored globs": [f"/d{i}/*.x" for i in range(10_000)],
    "10,000 name globs": [f"*x{i}?" for i in range(10_000)],
    "10,000 of **/*a*a*a*b": [f"**/*a*a*a*b{i}" for i in range(10_000)],
}


def paths(count: int) -> list[str]:
    """Paths of some 50 bytes as a home has them; about one in twenty ends in ``.log``."""
    rng = random.Random(1)
    made = []
    for number in range(count):
        folders = "/".join(rng.choice(FOLDERS) for _ in range(5))
        made.append(f"{folders}/{rng.choice(STEMS)}{number}{rng.choice(ENDS)}")
    return made


def microseconds(ask: Callable[..., object], subjects: Sequence[object], *more: object) -> float:
    """The best of five rounds, a subject."""
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for subject in subjects:
            ask(subject, *more)
        best = min(best, time.perf_counter() - start)
    return best / len(subjects) * 1e6


def ours(patterns: Sequence[str], subjects: Sequence[str]) -> str:
    raw = [path.encode() for path in subjects]
    start = time.perf_counter()
    rules = IgnoreRules.parse(patterns)
    parsed = (time.perf_counter() - start) * 1e3
    ignored, excluded = (microseconds(ask, raw, False) for ask in (rules.ignored, rules.excluded))
    worst = microseconds(rules.ignored, [b"a" * 4000], False)
    return f"{parsed:>9.1f} ms{ignored:>9.2f} us{excluded:>9.2f} us{worst:>9.0f} us"


def theirs(patterns: Sequence[str], subjects: Sequence[str]) -> str:
    from pathspec import GitIgnoreSpec

    start = time.perf_counter()
    spec = GitIgnoreSpec.from_lines(patterns, backend="simple")
    parsed = (time.perf_counter() - start) * 1e3
    # It answers for the parents too, as excluded does.
    return f"{parsed:>9.1f} ms{microseconds(spec.match_file, subjects):>9.1f} us"


def main() -> None:
    beside = importlib.util.find_spec("pathspec") is not None
    many = paths(20_000)
    print(f"{len(many):,} paths of {sum(map(len, many)) // len(many)} bytes on average; best of five rounds")
    if not beside:
        print("pathspec is not installed: its columns are left out")
    print(f"{'':30}{'parse':>12}{'ignored':>12}{'excluded':>12}{'4,000 a':>12}", end="")
    print(f"{'pathspec:':>12}{'match':>12}" if beside else "")
    for label, patterns in SETS.items():
        few = len(patterns) > 100
        cells = ours(patterns, many[:300] if few else many)
        if beside:
            cells += theirs(patterns, many[:20] if few else many)
        print(f"{label:30}{cells}")


if __name__ == "__main__":
    main()
