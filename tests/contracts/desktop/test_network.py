"""What every Network promises (ports.network): NetworkManager on a bus, the kernel's routes, and the fake."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bcper.adapters.dbus.bus import Bus
from bcper.adapters.dbus.network_manager import NetworkManagerNetwork
from bcper.adapters.memory.network import MemoryNetwork
from bcper.adapters.system.routes import RouteNetwork
from bcper.ports.network import Network
from helpers.bus import PATIENT, Answer, Call, properties, service

NM = "org.freedesktop.NetworkManager"
PATH = "/org/freedesktop/NetworkManager"

HEADER = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
DEFAULT = "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
NEAR = "eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
DOCKER = "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
UNREACHABLE = "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n"
DOWN = "eth0\t00000000\t0100000A\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"

NONE = "0" * 32
ROUTER = "fe80000000000000000000000000000" + "1"
DEFAULT6 = f"{NONE} 00 {NONE} 00 {ROUTER} 00000400 00000003 00000000 00000003     eth0\n"
NEAR6 = f"fe800000000000000000000000000000 40 {NONE} 00 {NONE} 00000100 00000002 00000000 00000001     eth0\n"
REJECT6 = f"{NONE} 00 {NONE} 00 {NONE} ffffffff 00000001 00000000 00200200       lo\n"

Given = Callable[[bool], Network]


def manager(state: int, *, connectivity: int = 4, metered: int = 2) -> Callable[[Call], Answer]:
    told = {"State": ("u", state), "Connectivity": ("u", connectivity), "Metered": ("u", metered)}
    return properties({(PATH, NM): told})


def routes(folder: Path, v4: str | None, v6: str | None) -> RouteNetwork:
    for name, text in (("route", v4), ("ipv6_route", v6)):
        if text is not None:
            (folder / name).write_text(text)
    return RouteNetwork(str(folder / "route"), str(folder / "ipv6_route"))


@pytest.fixture(params=["network manager", "routes", "memory"])
def given(request: pytest.FixtureRequest, tmp_path: Path, address: str) -> Iterator[Given]:
    with ExitStack() as stack:

        def made(online: bool) -> Network:
            if request.param == "memory":
                return MemoryNetwork(there=online)
            if request.param == "routes":
                return routes(tmp_path, HEADER + NEAR + (DEFAULT if online else ""), NEAR6 + REJECT6)
            stack.enter_context(service(address, NM, manager(70 if online else 20, metered=0)))
            return NetworkManagerNetwork(MemoryNetwork(there=False), Bus(address, PATIENT))

        yield made


@pytest.mark.parametrize("online", [True, False])
def test_online_or_not_and_nobody_knows_what_it_costs(given: Given, online: bool) -> None:
    network = given(online)
    assert network.online() is online
    assert network.metered() is None


@pytest.mark.parametrize(
    ("told", "metered"), [(0, None), (1, True), (2, False), (3, True), (4, False), (99, None)]
)
def test_metered_as_network_manager_says_or_guesses(address: str, told: int, metered: bool | None) -> None:
    with service(address, NM, manager(70, metered=told)):
        assert NetworkManagerNetwork(MemoryNetwork(costs=True), Bus(address, PATIENT)).metered() is metered


@pytest.mark.parametrize(
    ("state", "connectivity", "route", "online"),
    [
        (70, 4, False, True),
        (70, 0, False, True),  # the check of connectivity is switched off
        (60, 3, False, True),  # no Internet, but perhaps a store in the house
        (60, 2, True, False),  # somebody has to log in first
        (50, 1, False, False),
        (40, 1, False, False),
        (20, 1, True, True),  # a connection that NetworkManager does not look after
        (20, 1, None, None),
        (10, 1, False, False),
    ],
)
def test_online_as_network_manager_says_and_the_routes_after_it(
    address: str, state: int, connectivity: int, route: bool | None, online: bool | None
) -> None:
    with service(address, NM, manager(state, connectivity=connectivity)):
        assert NetworkManagerNetwork(MemoryNetwork(there=route), Bus(address, PATIENT)).online() is online


@pytest.mark.parametrize(
    ("v4", "v6", "online"),
    [
        (HEADER + DEFAULT + NEAR, NEAR6, True),
        (HEADER, DEFAULT6 + REJECT6, True),
        (None, DEFAULT6, True),
        (HEADER + NEAR + DOCKER, NEAR6 + REJECT6, False),
        (HEADER + UNREACHABLE + DOWN, None, False),
        ("", "", False),
        (HEADER + "eth0\t00000000\t0\tzz\t0\t0\t0\t00000000\n\n☃\n", f"{NONE} 00\n", False),
        (None, None, None),
    ],
)
def test_a_default_route_is_a_way_out(
    tmp_path: Path, v4: str | None, v6: str | None, online: bool | None
) -> None:
    assert routes(tmp_path, v4, v6).online() is online


def test_the_real_tables_can_be_read() -> None:
    assert RouteNetwork().online() in (True, False, None)
