"""A helper process: ``python -m bcper.apps.helper FD``, started by ``adapters.process`` on pipes.

Takes its task from standard input, its batches from the counter in shared memory that FD is, and reports to
standard output. The end of either pipe, and SIGTERM, mean that nobody waits for it any more.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from types import FrameType

from bcper import __version__
from bcper.adapters.process.claims import SharedClaims
from bcper.adapters.process.wire import BEGIN, packed, receive, send
from bcper.apps import bindings
from bcper.apps.limits import raise_file_limit
from bcper.domain.errors import BcperError, Cancelled, Damaged
from bcper.domain.usecases.share_part import Count, Share, check_files, write_files
from bcper.ports.archive import PartReader
from bcper.ports.crew import ShareTask

_IN, _OUT = 0, 1
_INTERVAL = 0.1


def main() -> int:
    """Do one task. Arguments: the claims' descriptor, the version of whoever asks."""
    if sys.argv[2] != __version__:
        return 1  # BCPER was replaced meanwhile: what comes through the pipe may be of another shape
    stopping = _Stopping()
    signal.signal(signal.SIGTERM, stopping.ask)
    raise_file_limit()
    try:
        try:
            _serve(receive(_IN), stopping)
            send(_OUT, packed(None))
        except (Cancelled, BrokenPipeError, EOFError):
            return 1
        except BcperError as error:
            send(_OUT, packed(error))
        except Exception:
            import traceback

            send(_OUT, packed(RuntimeError(traceback.format_exc())))
    except OSError:
        return 1
    return 0


class _Stopping:
    """Whether somebody asked to stop: looked at between files, and between the pieces of long ones.

    An error raised by the signal itself could strike between the making of a file and the care for it.
    """

    def __init__(self) -> None:
        self._asked = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True

    def check(self) -> None:
        if self._asked:
            raise Cancelled


def _serve(task: object, stopping: _Stopping) -> None:
    if not isinstance(task, ShareTask):
        raise TypeError("A task is wanted.")
    archive = bindings.archive()
    blobs = bindings.local_opener().open(task.store, create=False, writable=False)
    manifest = archive.read_manifest(blobs, task.manifest)
    part = next((part for part in manifest.parts if part.name == task.part), None)
    if part is None:
        raise Damaged(f"{task.manifest} has changed.")
    keyring = bindings.cipher().imported(task.keys) if task.keys is not None else None
    with archive.read_part(blobs, manifest, part, keyring) as reader:
        reader.share()
        if os.read(_IN, 1) != BEGIN:
            raise EOFError
        _work(task, reader, stopping)


def _work(task: ShareTask, reader: PartReader, stopping: _Stopping) -> None:
    share, count = Share(SharedClaims(int(sys.argv[1])), task.include), Count()
    if task.destination is None:
        _report(check_files(reader, share, count), count, stopping)
        return
    to = task.destination
    opener = bindings.extractors()
    with opener.open(
        to.target_dir, to.overwrite, special=to.special, report=count.problems.append
    ) as extractor:
        entries = reader.entries(share.wanted, sized=True)
        with closing(write_files(reader, entries, extractor, count, stopping.check)) as steps:
            _report(steps, count, stopping)


def _report(steps: Iterator[None], count: Count, stopping: _Stopping) -> None:
    due = time.monotonic()
    for _ in steps:
        stopping.check()
        if (now := time.monotonic()) >= due:
            due = now + _INTERVAL
            send(_OUT, packed(count.take()))
    send(_OUT, packed(count.take()))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
