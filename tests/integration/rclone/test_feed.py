"""What goes from the thread that makes a blob to the one that sends it (adapters/rclone/feed.py)."""

import errno
import os
import threading
from pathlib import Path

import pytest

from bcper.adapters.rclone import spool
from bcper.adapters.rclone.feed import PIECE, Feed


def taken(feed: Feed) -> list[bytes]:
    pieces: list[bytes] = []
    while piece := feed.take(sum(map(len, pieces))):
        pieces.append(piece)
    return pieces


def test_what_is_kept_nowhere_goes_in_pieces_that_a_slow_line_takes_in_time() -> None:
    content = os.urandom(3 * PIECE + 1)
    feed = Feed(None)

    def give() -> None:
        feed.put(content)
        feed.end()

    thread = threading.Thread(target=give)
    thread.start()
    pieces = taken(feed)
    thread.join()
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) == PIECE
    assert not feed.again


def test_a_file_system_that_fails_ends_the_keeping_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_fd: int) -> os.statvfs_result:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    monkeypatch.setattr(spool, "_LOOK", 4)
    monkeypatch.setattr(spool, "LEFT", 0)
    feed = Feed(spool.Spool(str(tmp_path)))
    feed.put(b"1234")
    monkeypatch.setattr(os, "fstatvfs", fails)
    feed.put(b"5678")
    feed.end()
    assert b"".join(taken(feed)) == b"12345678"
    feed.drop()
