"""Connections that are cut, and what answers say of elsewhere."""

import threading
from email.message import Message
from http.client import HTTPException

import pytest

from bcper.adapters.web import Connections, redirected
from helpers.rclone import SUMS, Handler, Mirror, served


def test_after_the_cut_nothing_is_under_way_and_nothing_begins() -> None:
    connections, asked = Connections(), threading.Event()
    with served(Mirror()) as mirror:

        def wait(handler: Handler) -> None:
            asked.set()
            handler.server.ended.wait()

        mirror.answers["/wait"] = wait
        opener = connections.opener(lambda *_: False, proxies=False)
        assert opener.open(mirror.url + SUMS, timeout=60).read() == mirror.sums
        cutter = threading.Thread(target=lambda: asked.wait() and connections.cut())
        cutter.start()
        for path in ("/wait", SUMS):
            with pytest.raises((OSError, HTTPException)):
                opener.open(mirror.url + path, timeout=60)
        cutter.join()


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("/b", "https://example.org/b"),
        ("//other.org/b", "https://other.org/b"),
        ("http://other.org", "http://other.org"),
        (None, "https://example.org/a"),
        ("http://[::1", ""),
    ],
)
def test_an_answer_says_where_to_go(location: str | None, place: str) -> None:
    headers = Message()
    if location is not None:
        headers["location"] = location
    assert redirected("https://example.org/a", headers) == place
