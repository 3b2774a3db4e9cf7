"""A desktop that is not there, does not answer or talks nonsense is no error, for every adapter of D-Bus."""

import os
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bcper.adapters.dbus.address import session_bus, sockets, system_bus
from bcper.adapters.dbus.appearance import PortalAppearance
from bcper.adapters.dbus.bus import Bus
from bcper.adapters.dbus.logind import LogindInhibitor
from bcper.adapters.dbus.network_manager import NetworkManagerNetwork
from bcper.adapters.dbus.notifications import DesktopNotifier
from bcper.adapters.dbus.upower import UPowerPower
from bcper.adapters.memory.network import MemoryNetwork
from bcper.adapters.memory.power import MemoryPower
from bcper.ports.power import Battery
from helpers.bus import PATIENT, Answer, Call, broken_bus, private_bus, service

SHORT = 0.1
"""Seconds that an adapter waits for a bus that never answers; one that waits longer hangs the test."""

NAMES = [
    "org.freedesktop.Notifications",
    "org.freedesktop.UPower",
    "org.freedesktop.NetworkManager",
    "org.freedesktop.login1",
    "org.freedesktop.portal.Desktop",
]
FALLBACK = Battery(12, on_battery=True)


def notify(bus: Bus) -> None:
    assert DesktopNotifier(bus).notify("title", "body") is False


def battery(bus: Bus) -> None:
    assert UPowerPower(MemoryPower(FALLBACK), bus).battery() == FALLBACK
    assert UPowerPower(MemoryPower(), bus).battery() is None


def metered(bus: Bus) -> None:
    assert NetworkManagerNetwork(MemoryNetwork(costs=False, there=True), bus).metered() is False


def online(bus: Bus) -> None:
    assert NetworkManagerNetwork(MemoryNetwork(costs=False, there=True), bus).online() is True


def inhibit(bus: Bus) -> None:
    worked = False
    with LogindInhibitor(bus).hold("Backing up"):
        worked = True
    assert worked


def appearance(bus: Bus) -> None:
    assert PortalAppearance(bus).dark() is None
    assert PortalAppearance(bus).after(None, 0.0) is None


ASKERS = [notify, battery, metered, online, inhibit, appearance]


@pytest.fixture(params=ASKERS, ids=lambda ask: ask.__name__)
def ask(request: pytest.FixtureRequest) -> Callable[[Bus], None]:
    asker: Callable[[Bus], None] = request.param
    return asker


@contextmanager
def services(address: str, answer: Callable[[Call], Answer]) -> Iterator[Callable[[], bool]]:
    """All four; tells whether one was asked."""
    with ExitStack() as stack:
        calls = [stack.enter_context(service(address, name, answer)) for name in NAMES]
        yield lambda: any(calls)


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "tcp:host=localhost,port=1", "unix:path=/nonexistent/bus", "unix:abstract=", ";;:"],
)
def test_no_bus(ask: Callable[[Bus], None], text: str) -> None:
    ask(Bus(text))


def test_an_address_too_long_for_a_socket(ask: Callable[[Bus], None]) -> None:
    ask(Bus("unix:path=/" + "x" * 500))


def test_no_service(ask: Callable[[Bus], None], address: str) -> None:
    ask(Bus(address))


def test_a_service_that_never_answers(ask: Callable[[Bus], None], address: str) -> None:
    with services(address, lambda _: None) as asked:
        for _ in range(100):  # on a busy machine even the way to the service may take longer
            ask(Bus(address, SHORT))
            if asked():
                break
        assert asked()


NONSENSE: list[Answer] = [
    "org.freedesktop.DBus.Error.AccessDenied",
    ("", ()),
    ("s", ("no",)),
    ("a{sv}", ({},)),
    ("a{sv}", (dict.fromkeys(("OnBattery", "State", "Metered", "Connectivity"), ("s", "yes")),)),
    ("as", ([],)),
    ("ub", (1, True)),
    ("v", (("v", ("v", ("s", "deep"))),)),
]


@pytest.mark.parametrize("answer", NONSENSE, ids=range(len(NONSENSE)))
def test_an_answer_of_another_kind(ask: Callable[[Bus], None], address: str, answer: Answer) -> None:
    with services(address, lambda _: answer) as asked:
        ask(Bus(address, PATIENT))
        assert asked()


def test_a_descriptor_that_nobody_asked_for_is_closed(ask: Callable[[Bus], None], address: str) -> None:
    def answer(_: Call) -> Answer:
        return "hs", (os.open("/dev/null", os.O_RDONLY), "more")

    before = len(os.listdir("/proc/self/fd"))
    # A bus keeps an answer with a descriptor from those who have not said that they take some.
    with services(address, answer):
        ask(Bus(address, PATIENT if ask is inhibit else SHORT))
    assert len(os.listdir("/proc/self/fd")) == before


OK = b"OK 0123456789abcdef0123456789abcdef\r\n"
AGREE = b"AGREE_UNIX_FD\r\n"


def header(body: int, fields: bytes = b"") -> bytes:
    """The first 16 bytes of a method return, and an array of header fields that claims what it likes."""
    return struct.pack("<cBBBIII", b"l", 2, 0, 1, body, 9, len(fields)) + fields


@pytest.mark.parametrize(
    "sends",
    [
        (),
        (b"REJECTED\r\n",),
        (b"x" * 10000,),
        (b"OK",),
        (OK + OK,),
        (OK,),
        (OK, AGREE),
        (OK, b"ERROR\r\n"),
        (OK, AGREE, header(1 << 31)),
        (OK, AGREE, b"\xff" * 64),
        (OK, AGREE, header(4, b"\x05\x01u\0\xff\xff\xff\xff") + b"\0" * 64),
        (OK, header(1 << 20)),
        (OK, header(8, b"\x08\x01g\0\x03\xff((\0") + b"\0" * 64),
        (OK, header(0, b"\x63\x01u\0\x01\0\0\0") + b"\0" * 64),
    ],
    ids=range(14),
)
@pytest.mark.parametrize("hang_up", [False, True])
def test_a_bus_that_is_silent_or_talks_nonsense(
    ask: Callable[[Bus], None],
    tmp_path_factory: pytest.TempPathFactory,
    sends: tuple[bytes, ...],
    hang_up: bool,
) -> None:
    with broken_bus(tmp_path_factory.mktemp("b"), *sends, hang_up=hang_up) as address:
        ask(Bus(address, SHORT))


def test_a_bus_that_went_away_and_came_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("b")
    notifier = DesktopNotifier(Bus(f"unix:path={folder}/bus", PATIENT))

    def answer(call: Call) -> Answer:
        return ("as", ([],)) if call.member == "GetCapabilities" else ("u", (1,))

    for _ in range(2):
        with private_bus(folder) as address, service(address, NAMES[0], answer):
            assert notifier.notify("t", "b") is True
        assert notifier.notify("t", "b") is False


def test_where_the_buses_are() -> None:
    assert session_bus({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/a"}) == "unix:path=/a"
    assert list(sockets(session_bus({"XDG_RUNTIME_DIR": "/run/ü,;=% x"}))) == ["/run/ü,;=% x/bus".encode()]
    assert list(sockets(session_bus({}))) == [f"/run/user/{os.getuid()}/bus".encode()]
    assert system_bus({"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/b"}) == "unix:path=/b"
    assert list(sockets(system_bus({}))) == [b"/var/run/dbus/system_bus_socket"]
    listed = "tcp:host=x,port=1;unix:abstract=a%20b,guid=1;unix:guid=2,path=/c;launchd:env=x"
    assert list(sockets(listed)) == [b"\0a b", b"/c"]


def test_an_abstract_socket_is_a_bus_too(tmp_path: Path) -> None:
    name = f"bcper-test-{os.getpid()}-{os.urandom(4).hex()}"
    config = tmp_path / "bus.conf"
    config.write_text(
        f"<busconfig><type>session</type><listen>unix:abstract={name}</listen><auth>EXTERNAL</auth>"
        '<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/></policy>'
        "</busconfig>"
    )
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        try:
            with Bus(address, PATIENT).conversation() as talk:
                assert talk.call(
                    "org.freedesktop.DBus",
                    "/",
                    "org.freedesktop.DBus",
                    "NameHasOwner",
                    "s",
                    ("a.b",),
                    reply="b",
                ) == (False,)
        finally:
            daemon.terminate()
