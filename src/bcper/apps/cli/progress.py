"""Live progress on a terminal, as JSON lines, or not at all; Ctrl-C cancels cleanly."""

import json
import signal
import sys
import time
from types import FrameType
from typing import Any, Self

from bcper.apps.cli.render import duration, size
from bcper.apps.pace import Pace
from bcper.domain.errors import Cancelled
from bcper.domain.model.progress import Progress

_INTERVAL = 0.1
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_BLANK: dict[str, Any] = {"about": "", "sent": "", "speed": "", "left": "", "current": ""}


class CliProgress:
    """A :class:`~bcper.ports.progress.ProgressSink` for one command; a context manager.

    Draws one line on standard error if that is a terminal; at most ten times a second.
    """

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self._json = as_json
        self._draws = not as_json and not quiet and sys.stderr.isatty()
        self._cancelled = False
        self._next = 0.0
        self._pace = Pace()
        self._bar: _Bar | None = None

    def __enter__(self) -> Self:
        self._before = [(number, signal.signal(number, self._cancel)) for number in _SIGNALS]
        return self

    def __exit__(self, *exc: object) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)
        if self._bar is not None:
            self._bar.close()

    def step(self, progress: Progress) -> None:
        """See the port."""
        if self._cancelled:
            raise Cancelled
        now = time.monotonic()
        if self._pace.report(progress, now):
            self._next = 0.0
        if now < self._next or not (self._draws or self._json):
            return
        self._next = now + _INTERVAL
        speed, left = self._pace.speed, self._pace.left
        try:
            if self._json:
                self._print_json(progress, speed, left)
            else:
                self._draw(progress, speed, left)
        except OSError:
            # Nobody reads any more (``… | head``, a closed terminal): the work itself goes on.
            self._json = self._draws = False

    def _cancel(self, _number: int, _frame: FrameType | None) -> None:
        if self._cancelled:
            raise KeyboardInterrupt
        self._cancelled = True

    def _print_json(self, progress: Progress, speed: float, left: float | None) -> None:
        fraction = progress.fraction
        status = {
            "message_type": "status",
            "step": progress.step,
            "percent": None if fraction is None else round(100 * fraction, 1),
            "bytes_done": progress.done,
            "bytes_total": progress.total,
            "estimated": progress.estimated,
            "entries": progress.entries,
            "bytes_sent": progress.sent,
            "bytes_to_send": progress.to_send,
            "bytes_per_second": round(speed),
            "seconds_left": None if left is None else round(left),
            "current": progress.current,
        }
        print(json.dumps(status), flush=True)

    def _draw(self, progress: Progress, speed: float, left: float | None) -> None:
        if self._bar is None:
            self._bar = _Bar()
        self._bar.show(progress, speed, left)


class _Bar:
    """One line by rich: step, bar, percent, bytes, speed, time left, the file at hand."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            TaskProgressColumn,
            TextColumn,
        )
        from rich.progress import Progress as Bars
        from rich.table import Column

        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[about]}"),
            TaskProgressColumn(),
            DownloadColumn(binary_units=True),
            # Rich's own speed begins anew with every new total, and ours is a guess at first.
            TextColumn("{task.fields[sent]}"),
            TextColumn("{task.fields[speed]}"),
            TextColumn("{task.fields[left]}"),
            TextColumn("{task.fields[current]}", markup=False, table_column=Column(ratio=1, no_wrap=True)),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            expand=True,
        )
        self._step = ""
        self._task = self._bars.add_task("", total=None, **_BLANK)
        self._bars.start()

    def show(self, progress: Progress, speed: float, left: float | None) -> None:
        """Draw ``progress``; a new step begins a new bar, so that speed and time left are its own."""
        if progress.step != self._step:
            self._step = progress.step
            self._bars.remove_task(self._task)
            self._task = self._bars.add_task(progress.step, total=None, **_BLANK)
        sent = "" if progress.sent in (None, progress.done) else f"{size(progress.sent or 0)} uploaded"
        self._bars.update(
            self._task,
            completed=progress.done,
            total=progress.total,
            about="about" if progress.estimated else "",
            sent=sent,
            speed=f"{size(speed)}/s" if speed else "",
            left=f"{duration(left)} left" if left is not None else "",
            current=progress.current,
            refresh=True,
        )

    def close(self) -> None:
        """Take the line away."""
        self._bars.stop()
