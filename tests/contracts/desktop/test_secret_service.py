"""Whether the keyring is locked, asked on a real bus."""

from pathlib import Path

import pytest

from bcper.adapters.dbus.bus import Bus
from bcper.adapters.dbus.secret_service import locked
from helpers.bus import PATIENT, broken_bus, properties, service

SERVICE, COLLECTION = "org.freedesktop.secrets", "org.freedesktop.Secret.Collection"
DEFAULT = "/org/freedesktop/secrets/aliases/default"


@pytest.mark.parametrize("told", [True, False])
def test_the_default_collection_says_it_and_nobody_is_asked(address: str, told: bool) -> None:
    answer = properties({(DEFAULT, COLLECTION): {"Locked": ("b", told), "Label": ("s", "Login")}})
    with service(address, SERVICE, answer) as calls:
        assert locked(Bus(address, PATIENT)) is told
    assert {call.member for call in calls} == {"GetAll"}


def test_without_an_answer_it_is_not_known(address: str, tmp_path: Path) -> None:
    assert locked(Bus(address, PATIENT)) is None
    assert locked(Bus("unix:path=/nonexistent", PATIENT)) is None
    with service(address, SERVICE, properties({(DEFAULT, COLLECTION): {"Locked": ("s", "no")}})):
        assert locked(Bus(address, PATIENT)) is None
    with broken_bus(tmp_path, hang_up=True) as broken:
        assert locked(Bus(broken, PATIENT)) is None
