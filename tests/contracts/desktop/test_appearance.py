"""What every Appearance promises (ports.appearance): the portal on a real bus, and the fake."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest

from bcper.adapters.dbus.appearance import PortalAppearance
from bcper.adapters.dbus.bus import Bus
from bcper.adapters.memory.appearance import MemoryAppearance
from bcper.ports.appearance import Appearance
from helpers.bus import PATIENT, Answer, Call, emit, service

PORTAL = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
SETTINGS = "org.freedesktop.portal.Settings"
KEY = ("org.freedesktop.appearance", "color-scheme")
NUMBERS = {None: 0, True: 1, False: 2}


class Desktop(Protocol):
    def appearance(self) -> Appearance: ...

    def set(self, dark: bool | None) -> None: ...


class FakeDesktop:
    def __init__(self) -> None:
        self.fake = MemoryAppearance()

    def appearance(self) -> Appearance:
        return self.fake

    def set(self, dark: bool | None) -> None:
        self.fake.set(dark)


class PortalDesktop:
    def __init__(self, address: str) -> None:
        self.address = address
        self.number = 0
        self.asked = threading.Event()

    def answer(self, call: Call) -> Answer:
        if (call.path, call.interface, call.member, call.body) != (PATH, SETTINGS, "Read", KEY):
            return "org.freedesktop.DBus.Error.UnknownMethod"
        self.asked.set()
        return "v", (("v", ("u", self.number)),)

    def appearance(self) -> Appearance:
        return PortalAppearance(Bus(self.address, PATIENT))

    def set(self, dark: bool | None) -> None:
        self.number = NUMBERS[dark]
        for key, value in (("contrast", 1), (KEY[1], self.number)):
            emit(self.address, PATH, SETTINGS, "SettingChanged", "ssv", (KEY[0], key, ("u", value)))


@pytest.fixture(params=["portal", "memory"])
def desktop(request: pytest.FixtureRequest, address: str) -> Iterator[Desktop]:
    if request.param == "memory":
        yield FakeDesktop()
        return
    with ExitStack() as stack:
        made = PortalDesktop(address)
        stack.enter_context(service(address, PORTAL, made.answer))
        yield made


@pytest.mark.parametrize("dark", [True, False, None])
def test_the_setting_is_told(desktop: Desktop, dark: bool | None) -> None:
    desktop.set(dark)
    assert desktop.appearance().dark() is dark


def test_what_is_not_known_is_told_at_once(desktop: Desktop) -> None:
    desktop.set(True)
    assert desktop.appearance().after(None, PATIENT) is True


def test_without_a_change_what_is_known_stays(desktop: Desktop) -> None:
    desktop.set(False)
    assert desktop.appearance().after(False, 0.05) is False


def test_a_change_is_told_while_somebody_waits(desktop: Desktop) -> None:
    desktop.set(False)
    appearance, seen = desktop.appearance(), []
    waiting = threading.Thread(target=lambda: seen.append(appearance.after(False, PATIENT)))
    waiting.start()
    if isinstance(desktop, PortalDesktop):
        assert desktop.asked.wait(PATIENT)
    desktop.set(True)
    waiting.join(PATIENT)
    assert seen == [True]


def test_without_a_portal_nobody_knows_and_nobody_waits(address: str) -> None:
    appearance = PortalAppearance(Bus(address, PATIENT))
    assert appearance.dark() is None
    assert appearance.after(True, PATIENT) is True


def test_without_a_bus_nobody_knows() -> None:
    assert PortalAppearance(Bus("unix:path=/nowhere/bus")).dark() is None
