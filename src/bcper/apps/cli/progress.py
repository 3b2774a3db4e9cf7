"""Live progress on a terminal, as JSON lines, or not at all; Ctrl-C cancels cleanly."""

import json
import signal
import sys
import time
from types import FrameType
from typing import Self

from bcper.apps.cli.render import duration, size
from bcper.domain.errors import Cancelled
from bcper.domain.model.progress import Progress

_INTERVAL = 0.1


class CliProgress:
    """A :class:`~bcper.ports.progress.ProgressSink` for one command; a context manager.

    Draws one line on standard error if that is a terminal; at most ten times a second.
    """

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self._json = as_json
        self._draws = not as_json and not quiet and sys.stderr.isatty()
        self._cancelled = False
        self._next = 0.0
        self._step = ""
        self._since = time.monotonic()
        self._old: object = None

    def __enter__(self) -> Self:
        self._old = signal.signal(signal.SIGINT, self._cancel)
        signal.signal(signal.SIGTERM, self._cancel)
        return self

    def __exit__(self, *exc: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if self._draws:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def step(self, progress: Progress) -> None:
        """See the port."""
        if self._cancelled:
            raise Cancelled
        now = time.monotonic()
        if progress.step != self._step:
            self._step, self._since, self._next = progress.step, now, 0.0
        if now < self._next or not (self._draws or self._json):
            return
        self._next = now + _INTERVAL
        elapsed = now - self._since
        speed = progress.done / elapsed if elapsed > 0.2 else 0.0
        left = (progress.total - progress.done) / speed if progress.total and speed else None
        if self._json:
            self._print_json(progress, speed, left)
        else:
            self._draw(progress, speed, left)

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
            "bytes_per_second": round(speed),
            "seconds_left": None if left is None else round(left),
            "current": progress.current,
        }
        print(json.dumps(status), flush=True)

    def _draw(self, progress: Progress, speed: float, left: float | None) -> None:
        import shutil

        parts = [progress.step]
        if progress.fraction is not None and progress.total:
            about = "~" if progress.estimated else ""
            parts.append(f"{about}{100 * progress.fraction:.0f} %")
            parts.append(f"{size(progress.done)} of {about}{size(progress.total)}")
        elif progress.done:
            parts.append(size(progress.done))
        if speed:
            parts.append(f"{size(speed)}/s")
        if left is not None:
            parts.append(f"{duration(left)} left")
        line = "  ".join(parts)
        width = shutil.get_terminal_size().columns - 1
        room = width - len(line) - 2
        if progress.current and room > 10:
            line += "  " + progress.current[-room:]
        sys.stderr.write(f"\r{line[:width]}\x1b[K")
        sys.stderr.flush()
