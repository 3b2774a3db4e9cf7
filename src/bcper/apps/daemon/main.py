"""The daemon's process: one for each folder of settings, until SIGTERM, SIGINT or a client says stop."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from bcper import __version__
from bcper.apps.failures import explain
from bcper.apps.paths import Places, places
from bcper.domain.errors import BcperError, DaemonError, Locked

if TYPE_CHECKING:
    import logging

    from bcper.apps.container import Container
    from bcper.apps.daemon.list_keeper import ListKeeper
    from bcper.apps.daemon.supervisor import Supervisor
    from bcper.domain.model.requests.base import Request
    from bcper.ports.locks import Locks


_TRIES, _PAUSE = 5, 0.1
_WITH_TIME = ("RunJob", "BackUpNow", "PruneJob")


def parser() -> argparse.ArgumentParser:
    """Of the daemon's arguments."""
    made = argparse.ArgumentParser(
        "bcperd",
        description="BCPER's daemon: runs jobs when they are due, and makes up for those that were missed."
        " It stays in the foreground, with its log on the terminal; bcper-cli daemon start"
        " starts it in the background, and bcper-cli daemon install at every login. One daemon"
        " lives for each folder of settings.",
        epilog="example: bcperd --quiet",
    )
    made.add_argument("--version", action="version", version=f"bcperd {__version__}")
    made.add_argument("--config-dir", metavar="DIR", help="settings (default ~/.config/bcper)")
    made.add_argument("-q", "--quiet", action="store_true", help="log to daemon.log alone")
    return made


def main(arguments: Sequence[str]) -> int:
    """Run until it is told to stop; returns DESIGN.md's exit status."""
    args = parser().parse_args(arguments)
    where = places(args.config_dir)
    try:
        return _run(where, quiet=args.quiet)
    except (BcperError, KeyboardInterrupt) as error:
        failure = explain(error)
        hint = f"\nHint: {failure.hint}" if failure.hint else ""
        print(f"Error: {failure.message}{hint}", file=sys.stderr)  # noqa: T201
        return failure.exit_status


def _run(where: Places, *, quiet: bool) -> int:
    from dependency_injector import providers

    from bcper.apps import bindings
    from bcper.apps.container import Container
    from bcper.apps.limits import raise_file_limit
    from bcper.apps.logs import log_to

    container = Container(places=providers.Object(where))
    try:
        with _held(container.locks(), bindings.DAEMON_LOCK):
            raise_file_limit()
            try:
                log = log_to(where.log, screen=not quiet)
            except OSError as error:
                reason = os.strerror(error.errno or 0)
                raise DaemonError(f"The log {where.log} cannot be written: {reason}.") from error
            # It is information: a full disk is no reason to do without a daemon.
            with suppress(OSError):
                _write_pid(where.pid)
            try:
                _live(container, log)
            finally:
                with suppress(OSError):
                    os.unlink(where.pid)
    except Locked:
        raise DaemonError(
            f"Another daemon is running{_whose(where.pid)}.", "bcper-cli daemon status says more."
        ) from None
    finally:
        if "bcper.adapters.sqlite.run_ledger" in sys.modules:
            container.ledger().close()
    return 0


@contextmanager
def _held(locks: "Locks", name: str) -> Iterator[None]:
    """The daemon's lock; who only looks whether there is a daemon has it for a moment. Raises Locked."""
    with ExitStack() as stack:
        for last in (False,) * _TRIES + (True,):
            try:
                stack.enter_context(locks.hold(name))
                break
            except Locked:
                if last:
                    raise
            time.sleep(_PAUSE)
        yield


def _live(container: "Container", log: "logging.Logger") -> None:
    import trio

    from bcper.apps.daemon.list_keeper import ListKeeper

    def note(message: str, error: BaseException | None = None) -> None:
        log.log(20 if error is None else 40, message, exc_info=error)

    try:
        keeper = ListKeeper(container, note)
        keeper.ensure()
        trio.run(_main, container, keeper, note)
    except BaseExceptionGroup as group:
        expected, bugs = group.split(BcperError)
        if bugs is not None:
            note("A bug ended the daemon.", bugs)
            raise _first(bugs) from None
        error = _first(expected)
        note(f"The daemon ends: {error}")
        raise error from None
    except BcperError as error:
        note(f"The daemon does not start: {error}")
        raise


async def _main(container: "Container", keeper: "ListKeeper", note: Callable[..., None]) -> None:
    import trio

    supervisor = _supervisor(container, keeper, note)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_heed_signals, supervisor.stop)
        await supervisor.run()
        nursery.cancel_scope.cancel()


async def _heed_signals(stop: Callable[[], None]) -> None:
    import trio

    # With nohup(1) a SIGHUP is ignored, and stays so.
    closed = () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, *closed) as received:
        async for _ in received:
            stop()


def _supervisor(container: "Container", keeper: "ListKeeper", note: Callable[..., None]) -> "Supervisor":
    from bcper.apps import bindings, machine_bindings, trio_bindings
    from bcper.apps.daemon.supervisor import Supervisor

    where = container.places()
    catalogs = container.catalogs()

    def low(request: "Request[Any]") -> bool:
        # A person waits for a restore; a backup has time.
        if type(request).__name__ not in _WITH_TIME:
            return False
        with suppress(BcperError):
            wanted: bool = catalogs.load().settings.low_priority
            return wanted
        return True

    return Supervisor(
        service=container.service(),
        work=trio_bindings.workers(where, low, note),
        serve=partial(trio_bindings.serve, bindings.daemon_socket(where), log=note),
        catalogs=catalogs,
        slots=container.slots(),
        clock=container.clock(),
        inhibitor=container.inhibitor(),
        plan=keeper.plan,
        recover=container.recover_all(),
        status=container.status(),
        attend=container.attend(),
        told=machine_bindings.sd_notify(),
        log=note,
    )


def _write_pid(path: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(fd, "w", encoding="ascii") as file:
        os.fchmod(fd, 0o600)
        file.write(f"{os.getpid()}\n")


def _whose(path: str) -> str:
    """For information only: the lock decides."""
    with suppress(OSError, ValueError), open(path, encoding="ascii") as file:
        return f" (process {int(file.readline(32))})"
    return ""


def _first(group: BaseExceptionGroup[Any] | None) -> BaseException:
    error: BaseException | None = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error or DaemonError("The daemon has ended.")
