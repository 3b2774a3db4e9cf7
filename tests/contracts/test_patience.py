"""Questions that may never be answered (ports.patience)."""

import threading

import pytest

from bcper.adapters.system.patience import ThreadPatience


def test_an_answer_is_an_answer_and_an_error_is_raised() -> None:
    patience = ThreadPatience()
    assert patience("/a", lambda: True) is True
    assert patience("/a", lambda: False) is False

    def fail() -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        patience("/a", fail)
    assert patience("/a", lambda: True) is True


def test_what_hangs_is_left_alone_and_holds_up_nothing_else() -> None:
    patience = ThreadPatience(0.2)
    come_back, asked = threading.Event(), []

    def hang() -> bool:
        asked.append(1)
        return come_back.wait(60)

    assert patience("/dead", hang) is None
    assert patience("/dead", hang) is None
    assert len(asked) == 1
    assert patience("/alive", lambda: True) is True
    come_back.set()
    while patience("/dead", lambda: True) is None:
        threading.Event().wait(0.01)
