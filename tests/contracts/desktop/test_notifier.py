"""What every Notifier promises (ports.notifier), on a real bus and on the fake."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bcper.adapters.dbus.bus import Bus
from bcper.adapters.dbus.notifications import DesktopNotifier
from bcper.adapters.memory.notifier import MemoryNotifier, Notice
from bcper.ports.notifier import Notifier
from helpers.bus import PATIENT, Answer, Call, service
from helpers.examples import examples

NAME = "org.freedesktop.Notifications"


def server(*abilities: str) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        if (call.path, call.interface) != ("/org/freedesktop/Notifications", NAME):
            return "org.freedesktop.DBus.Error.UnknownObject"
        if call.member == "GetCapabilities":
            return "as", (list(abilities),)
        return "u", (7,)

    return answer


def desktop(address: str, *abilities: str) -> AbstractContextManager[Sequence[Call]]:
    return service(address, NAME, server("body", *abilities))


def notices(calls: Sequence[Call]) -> list[tuple[str, str, int]]:
    """(title, body, urgency) of what was to be shown."""
    shown = [call.body for call in calls if call.member == "Notify"]
    assert all(one[0] == "BCPER" and one[1] == 0 and one[5] == [] and one[7] == -1 for one in shown)
    return [(one[3], one[4], one[6]["urgency"][1]) for one in shown]


@pytest.mark.parametrize("kind", ["dbus", "memory"])
def test_a_notice_is_taken_while_there_is_a_desktop_and_only_then(kind: str, address: str) -> None:
    memory = MemoryNotifier(there=False)
    notifier: Notifier = memory if kind == "memory" else DesktopNotifier(Bus(address, PATIENT))
    assert notifier.notify("Too early", "nobody there") is False
    memory.there = True
    with nullcontext([]) if kind == "memory" else desktop(address) as calls:
        assert notifier.notify("Backup failed", "The disk is full.\nFree some space.", urgent=True) is True
        assert notifier.notify("Backup works again", "") is True
    shown = (
        notices(calls) if kind == "dbus" else [(one.title, one.body, 1 + one.urgent) for one in memory.shown]
    )
    assert shown == [
        ("Backup failed", "The disk is full.\nFree some space.", 2),
        ("Backup works again", "", 1),
    ]
    assert notifier.notify("Too late", "") is (kind == "memory")


def test_the_fake_keeps_what_it_showed() -> None:
    fake = MemoryNotifier()
    fake.notify("a", "b", urgent=True)
    assert fake.shown == [Notice("a", "b", urgent=True)]


HOSTILE = "<a href='file:///etc/passwd'>x</a> & <img src='http://example.invalid/'/> \"&lt;\""


def test_markup_in_a_body_is_text_to_the_desktop(address: str) -> None:
    with desktop(address, "body-markup") as calls:
        assert DesktopNotifier(Bus(address, PATIENT)).notify(HOSTILE, HOSTILE)
    ((title, body, _),) = notices(calls)
    assert title == HOSTILE  # a title is never markup
    read = ET.fromstring(f"<body>{body}</body>")
    assert (read.text, list(read)) == (HOSTILE, [])


def test_a_desktop_that_reads_no_markup_is_sent_none(address: str) -> None:
    with desktop(address) as calls:
        assert DesktopNotifier(Bus(address, PATIENT)).notify("t", HOSTILE)
    assert notices(calls) == [("t", HOSTILE, 1)]


def test_names_that_cannot_be_printed_are_shown_escaped(address: str) -> None:
    with desktop(address) as calls:
        assert DesktopNotifier(Bus(address, PATIENT)).notify(
            "caf\udce9\nx", "a\0b\x1b[31m\u202e\n☃ é\udcff\ud800"
        )
    assert notices(calls) == [("caf\\xe9\nx", "a\\x00b\\x1b[31m\\u202e\n☃ é\\xff\\ud800", 1)]


@settings(
    max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=st.text(max_size=400), body=st.text(st.characters(), max_size=3000))
def test_any_text_arrives_bounded_and_as_text(title: str, body: str, address: str) -> None:
    with desktop(address, "body-markup") as calls:
        assert DesktopNotifier(Bus(address, PATIENT)).notify(title, body)
    ((shown_title, shown_body, _),) = notices(calls)
    read = ET.fromstring(f"<body>{shown_body}</body>").text or ""
    assert len(shown_title) <= 150 and len(read) <= 1500
    assert all(c.isprintable() or c == "\n" for c in shown_title + read)
    if body.isprintable() and len(body) <= 1500:
        assert read == body


def test_gnome_shall_not_know_the_application(address: str) -> None:
    # It takes the notices of one that it knows back, when the connection ends.
    with desktop(address) as calls:
        assert DesktopNotifier(Bus(address, PATIENT)).notify("t", "b")
    (hints,) = [call.body[6] for call in calls if call.member == "Notify"]
    assert set(hints) == {"urgency"}
