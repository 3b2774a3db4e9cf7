"""``bcper-cli doctor``: what was found, in words or as a document for a report of a bug."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import groupby

from bcper import __version__
from bcper.apps.cli.render import show_json
from bcper.apps.exit_statuses import FAILED, OK
from bcper.domain.model.checkup import Checkup, Finding, State
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.policy.redaction import redactor
from bcper.domain.usecases.check_up import CheckUp

_GLYPHS = {State.OK: "✓", State.HINT: "!", State.PROBLEM: "✗", State.UNCHECKED: "·"}
_PLAIN = {State.OK: "+", State.HINT: "!", State.PROBLEM: "x", State.UNCHECKED: "-"}
_COLOURS = {State.OK: "32", State.HINT: "33", State.PROBLEM: "31", State.UNCHECKED: "2"}
_WORD = max(map(len, State))


def doctor(args: argparse.Namespace, make: Callable[[], CheckUp]) -> int:
    """Look and tell; returns the exit status."""
    with _Waiting(silent=args.json or args.quiet) as sink:
        found = make()(sink, stores=not args.no_stores, report=args.json)
    if args.json:
        show_json(_document(found))
    else:
        _show(found, only_problems=args.quiet)
    return FAILED if found.count(State.PROBLEM) else OK


class _Waiting:
    """Says on a terminal what is waited for, when that has taken a second. Ctrl-C ends it all at once."""

    def __init__(self, *, silent: bool) -> None:
        self._draws = not silent and sys.stderr.isatty()
        self._from = time.monotonic() + 1
        self._drawn = ""

    def __enter__(self) -> "_Waiting":
        return self

    def step(self, progress: Progress) -> None:
        """See ProgressSink."""
        line = f"{progress.step}: {progress.current} …"
        if self._draws and time.monotonic() > self._from and line != self._drawn:
            self._write(line[: max(20, _columns() - 1)])
            self._drawn = line

    def __exit__(self, *exc: object) -> None:
        if self._drawn:
            self._write("")

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line.encode(sys.stderr.encoding, 'replace').decode(sys.stderr.encoding)}")
        sys.stderr.flush()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        return 80


def _show(found: Checkup, *, only_problems: bool) -> None:
    findings = [each for each in found.findings if not only_problems or each.state is State.PROBLEM]
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    glyphs = _GLYPHS if _can_say("".join((*_GLYPHS.values(), "→"))) else _PLAIN
    for group, each in groupby(findings, lambda finding: finding.group):
        print(f"\x1b[1m{group}\x1b[0m" if coloured else group)
        for finding in each:
            _show_one(finding, glyphs, coloured=coloured)
    if not only_problems:
        print(f"\n{_summary(found)}")


def _show_one(finding: Finding, glyphs: Mapping[State, str], *, coloured: bool) -> None:
    state = f"{glyphs[finding.state]} {finding.state:<{_WORD}}"
    if coloured:
        state = f"\x1b[{_COLOURS[finding.state]}m{state}\x1b[0m"
    print(f"  {state}  {_said(printable(finding.what))}")
    if finding.advice:
        arrow = "→" if glyphs is _GLYPHS else "->"
        print(f"{' ' * (_WORD + 6)}{arrow} {_said(printable(finding.advice))}")


def _said(text: str) -> str:
    """As far as the terminal knows its letters."""
    encoding = sys.stdout.encoding or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _can_say(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True


def _summary(found: Checkup) -> str:
    counts = Counter(finding.state for finding in found.findings)
    hints = _counted(counts[State.HINT], "hint")
    unchecked = counts[State.UNCHECKED]
    rest = f", and {unchecked} not checked" if unchecked else ""
    if problems := counts[State.PROBLEM]:
        return (
            f"{_counted(problems, 'problem')} and {hints} in {_counted(len(found.findings), 'check')}{rest}."
        )
    return f"Nothing is wrong: {_counted(len(found.findings), 'check')}, {hints}{rest}."


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _document(found: Checkup) -> object:
    home, user = os.path.expanduser("~"), _user()
    as_spelled, as_it_is = redactor(home, user), redactor(os.path.realpath(home), user)

    def redacted(text: str) -> str:
        return as_it_is(as_spelled(text))

    return {
        "bcper": __version__,
        "well": not found.count(State.PROBLEM),
        "counts": {str(state): found.count(state) for state in State},
        "system": {name: redacted(value) for name, value in found.system.items()},
        "libraries": dict(found.libraries),
        "findings": [
            {
                "group": each.group,
                "state": str(each.state),
                "what": redacted(each.public or each.what),
                "advice": redacted(each.advice) if not each.public else "",
            }
            for each in found.findings
        ],
    }


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""
