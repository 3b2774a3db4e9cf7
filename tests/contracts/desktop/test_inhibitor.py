"""What every Inhibitor promises (ports.inhibitor), on a real bus with real descriptors, and on the fake."""

import os
import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import attrs
import pytest

from bcper.adapters.dbus.bus import Bus, NoAnswer
from bcper.adapters.dbus.logind import LogindInhibitor
from bcper.adapters.memory.inhibitor import MemoryInhibitor
from bcper.ports.inhibitor import Inhibitor
from helpers.bus import PATIENT, Answer, Call, service

NAME = "org.freedesktop.login1"


@attrs.define
class Logind:
    """Gives out the writing ends of pipes, as the real one does, and sees when they are closed."""

    locks: dict[int, str] = attrs.field(factory=dict)

    def answer(self, call: Call) -> Answer:
        if (call.path, call.interface, call.member) != (
            "/org/freedesktop/login1",
            f"{NAME}.Manager",
            "Inhibit",
        ):
            return "org.freedesktop.DBus.Error.UnknownMethod"
        reading, writing = os.pipe()
        self.locks[reading] = call.body[2]
        return "h", (writing,)

    def held(self) -> list[str]:
        ended, _, _ = select.select(list(self.locks), [], [], 0)
        return [why for fd, why in self.locks.items() if fd not in ended]

    def close(self) -> None:
        for fd in self.locks:
            os.close(fd)


Kit = tuple[Inhibitor, Callable[[], list[str]]]


@pytest.fixture
def logind() -> Iterator[Logind]:
    made = Logind()
    yield made
    made.close()


@pytest.fixture(params=["logind", "memory"])
def kit(request: pytest.FixtureRequest, address: str, logind: Logind) -> Iterator[Kit]:
    if request.param == "memory":
        fake = MemoryInhibitor()
        yield fake, lambda: list(fake.held)
    else:
        with on(address, logind):
            yield LogindInhibitor(Bus(address, PATIENT)), lambda: logind.held() if settled(address) else []


def settled(address: str) -> bool:
    """The service answers in order: by now it has closed its own end of what it gave out before."""
    with pytest.raises(NoAnswer, match="UnknownMethod"), Bus(address, PATIENT).conversation() as talk:
        talk.call(NAME, "/", "a.b", "Settled", reply="")
    return True


def on(address: str, logind: Logind) -> AbstractContextManager[Sequence[Call]]:
    return service(address, NAME, logind.answer)


def test_it_is_held_while_the_context_lasts(kit: Kit) -> None:
    inhibitor, held = kit
    assert held() == []
    with inhibitor.hold("Backing up"):
        assert held() == ["Backing up"]
        with inhibitor.hold("Another"):
            assert sorted(held()) == ["Another", "Backing up"]
        assert held() == ["Backing up"]
    assert held() == []


def test_it_ends_with_an_error_too_and_hides_none(kit: Kit) -> None:
    inhibitor, held = kit
    with pytest.raises(LookupError, match="of the run"):
        with inhibitor.hold("Backing up"):
            raise LookupError("of the run")
    assert held() == []


def test_the_fake_counts() -> None:
    fake = MemoryInhibitor()
    for _ in range(2):
        with fake.hold("a"):
            pass
    assert (fake.taken, fake.held) == (2, [])


def test_sleep_alone_is_blocked_and_the_lock_is_not_inherited(address: str, logind: Logind) -> None:
    with on(address, logind) as calls:
        before = descriptors()
        with LogindInhibitor(Bus(address, PATIENT)).hold("x\udcff\n" + "y" * 500):
            new = descriptors() - before
            assert new
            assert not any(os.get_inheritable(fd) for fd in new)
    assert calls[0].body == ("sleep", "BCPER", ("x\\xff\\n" + "y" * 500)[:200], "block")


def test_no_descriptor_is_left_behind(address: str, logind: Logind) -> None:
    before = len(descriptors())
    with on(address, logind):
        for _ in range(5):
            with LogindInhibitor(Bus(address, PATIENT)).hold("again"):
                pass
    assert len(descriptors()) == before + len(logind.locks)


def descriptors() -> set[int]:
    return {fd for name in os.listdir("/proc/self/fd") if is_open(fd := int(name))}


def is_open(fd: int) -> bool:
    try:
        os.fstat(fd)  # the listing's own is closed by now
    except OSError:
        return False
    return True
