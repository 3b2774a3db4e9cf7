"""trio as a guest of Tk's loop: no threads of our own, no locks, cancellation everywhere.

What is known the hard way: ``event_generate`` from trio's thread may hang for ever, hence the pipe. Without
``after_idle`` a busy task starves the screen. An exception in a file handler falls out of ``mainloop``. What
waits with a loop of its own (Tk's file dialogs) stops every task when a task calls it: see :func:`outside`.
"""

import os
import sys
import tkinter
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import trio

if TYPE_CHECKING:
    from outcome import Outcome

T = TypeVar("T")


def run_guest(root: tkinter.Tk, main: Callable[[], Awaitable[T]]) -> T:
    """Run Tk's loop until ``main`` has returned; its value, or what it raised.

    ``root`` is destroyed by whoever made it, afterwards: what is done before the tasks have ended skips their
    ``finally``. What goes wrong in a callback is given to ``root.report_callback_exception``.
    """
    ended: list[Outcome[T]] = []
    ready: deque[Callable[[], object]] = deque()
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def soon_from_thread(function: Callable[[], object]) -> None:
        ready.append(function)
        with suppress(BlockingIOError):  # a full pipe wakes as well
            os.write(writing, b"\0")

    def drain(_file: object, _mask: int) -> None:
        with suppress(BlockingIOError):
            os.read(reading, 4096)
        for _ in range(len(ready)):  # what comes meanwhile waits for its turn
            try:
                ready.popleft()()
            except BaseException:
                kind, error, trace = sys.exc_info()
                if kind is not None and error is not None:
                    root.report_callback_exception(kind, error, trace)

    def done(outcome: "Outcome[T]") -> None:
        ended.append(outcome)
        root.quit()

    root.tk.createfilehandler(reading, tkinter.READABLE, drain)
    try:
        trio.lowlevel.start_guest_run(
            main,
            run_sync_soon_threadsafe=soon_from_thread,
            run_sync_soon_not_threadsafe=root.after_idle,
            done_callback=done,
        )
        while not ended:  # somebody else's quit() does not end our tasks
            root.mainloop()
    finally:
        root.tk.deletefilehandler(reading)
        os.close(reading)
        os.close(writing)
    return ended[0].unwrap()


async def outside(widget: tkinter.Misc, function: Callable[..., T], *args: Any) -> T:
    """Call ``function`` from Tk's loop, not from a task, so that it may have a loop of its own."""
    done = trio.Event()
    values: list[T] = []
    errors: list[Exception] = []

    def call() -> None:
        try:
            values.append(function(*args))
        except Exception as error:
            errors.append(error)
        done.set()

    widget.after_idle(call)
    with trio.CancelScope(shield=True):  # nobody else would take what it returns
        await done.wait()
    if errors:
        raise errors[0]
    return values[0]
