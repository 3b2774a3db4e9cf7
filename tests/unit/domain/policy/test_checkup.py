"""What facts about a machine mean (policy.checkup)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bcper.domain.model.checkup import (
    Finding,
    Interpreter,
    KeptPlaces,
    Module,
    RcloneSeen,
    SecretsSeen,
    Seen,
    Space,
    State,
    WindowKit,
)
from bcper.domain.policy.checkup.folders import above, disk_findings, folder_findings, size, store_space
from bcper.domain.policy.checkup.program import python_findings, window_findings
from bcper.domain.policy.checkup.services import (
    autostart_findings,
    daemon_findings,
    rclone_findings,
    secrets_findings,
)
from bcper.domain.policy.checkup.time import time_findings
from bcper.ports.autostart import AutostartState

OK, HINT, PROBLEM, UNCHECKED = State.OK, State.HINT, State.PROBLEM, State.UNCHECKED
CONFIG, DATA, CACHE = "/h/.config/bcper", "/h/.local/share/bcper", "/h/.cache/bcper"
PLACES = KeptPlaces(CONFIG, (f"{CONFIG}/config.json",), DATA, CACHE, "/tmp", f"{DATA}/rclone")
FOLDER, FILE = Seen(True, 0o700, 1000, True), Seen(False, 0o600, 1000, True)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def states(findings: Iterable[Finding]) -> list[State]:
    found = list(findings)
    for each in found:
        assert each.what.endswith("."), each
        assert each.advice or each.state in (OK, UNCHECKED), each
    return [each.state for each in found]


def test_modules_that_do_not_work_cost_speed_or_passwords() -> None:
    def python(*problems: str) -> list[State]:
        names = ("isal", "zlib-ng", "cryptography")
        modules = tuple(Module(name, "1", why) for name, why in zip(names, problems, strict=True))
        return states(python_findings(Interpreter("3.11", "/usr/bin/python3", modules)))

    assert python("", "", "") == [OK, OK]
    assert python("it fails", "", "") == [OK, OK, HINT]
    assert python("", "", "it fails") == [OK, OK, PROBLEM]
    assert python("x", "x", "x") == [OK, HINT, HINT, PROBLEM]


def test_the_window_is_no_problem_for_who_has_none() -> None:
    assert states(window_findings(WindowKit("", False, "No module named 'tkinter'"))) == [HINT]
    assert states(window_findings(WindowKit("8.6", False, "no display"))) == [UNCHECKED]
    assert states(window_findings(WindowKit("8.6", True, "", True, "Inter"))) == [OK, OK]
    coarse = list(window_findings(WindowKit("8.6", True, "", False, "fixed")))
    assert states(coarse) == [OK, HINT, HINT]
    assert "fixed" in coarse[2].what


def test_passwords_that_cannot_be_read_matter_where_there_are_any() -> None:
    for seen, without, wanted in (
        (SecretsSeen("the keyring", True, False), OK, OK),
        (SecretsSeen("the keyring", True, None), UNCHECKED, UNCHECKED),
        (SecretsSeen("the keyring", True, True), HINT, PROBLEM),
        (SecretsSeen("a file", False, False), OK, OK),
        (SecretsSeen("a file", False, False, "It is damaged."), HINT, PROBLEM),
    ):
        assert states(secrets_findings(seen, wanted=False)) == [without]
        assert states(secrets_findings(seen, wanted=True)) == [wanted]


def test_rclone_matters_where_a_store_needs_it() -> None:
    def rclone(seen: RcloneSeen, stores: int, free: int = 1 << 40) -> list[State]:
        return states(rclone_findings(seen, stores=stores, space=Space(free, 1 << 41)))

    refused = (("/usr/bin/rclone", "it does not run"),)
    assert rclone(RcloneSeen("/usr/bin/rclone", "1.75"), 1) == [OK]
    assert rclone(RcloneSeen(""), 0) == [OK]
    assert rclone(RcloneSeen(""), 1) == [HINT]
    assert rclone(RcloneSeen(""), 1, 1000) == [PROBLEM]
    assert rclone(RcloneSeen("", refused=refused), 0) == [HINT, OK]
    assert rclone(RcloneSeen("", refused=refused), 1) == [PROBLEM, HINT]
    assert rclone(RcloneSeen("/own", "1.75", True, refused), 1) == [HINT, OK]
    assert states(rclone_findings(RcloneSeen(""), stores=1, space=None)) == [HINT]


def test_what_others_can_read_or_own_is_a_problem() -> None:
    def folders(**seen: Seen | None) -> list[State]:
        names = {"config": CONFIG, "file": f"{CONFIG}/config.json", "data": DATA, "home": "/h", "root": "/"}
        return states(folder_findings(PLACES, {names[name]: each for name, each in seen.items()}, 1000))

    assert folders(config=FOLDER, file=FILE, data=FOLDER) == [OK]
    assert folders(config=Seen(True, 0o755, 1000, True), file=FILE) == [PROBLEM]
    assert folders(config=FOLDER, file=Seen(False, 0o644, 1000, True)) == [PROBLEM]
    assert folders(config=FOLDER, file=Seen(False, 0o600, 0, False)) == [PROBLEM]
    assert folders(config=FOLDER, file=Seen(False, 0o400, 1000, False)) == [PROBLEM]
    assert folders(config=FOLDER, data=Seen(True, 0o755, 1000, True)) == [OK]
    assert folders(config=FOLDER, data=Seen(True, 0o777, 1000, True)) == [PROBLEM]
    assert folders(config=FILE) == [PROBLEM]
    # One sentence for all that is in it.
    assert folders(config=Seen(True, 0o755, 0, False), file=Seen(False, 0o644, 0, False)) == [PROBLEM]
    assert folders(home=FOLDER) == [OK]
    assert folders(home=Seen(True, 0o755, 0, False)) == [PROBLEM]
    assert folders(home=FILE) == [PROBLEM]
    assert folders() == [OK]


def test_commands_that_are_advised_can_be_typed() -> None:
    places = KeptPlaces("/h/my dir", (), DATA, CACHE, "/tmp", "")
    (finding,) = folder_findings(places, {"/h/my dir": Seen(True, 0o755, 1000, True)}, 1000)
    assert finding.advice == "chmod go= '/h/my dir'"
    assert list(above("/a/b/c")) == ["/a/b", "/a", "/"]


def test_room_is_needed_for_settings_and_wished_for_elsewhere() -> None:
    def disk(
        config: Space | None, cache: Space | None, temporary: Space | None, *, remotes: bool
    ) -> list[State]:
        spaces = {CONFIG: config, CACHE: cache, "/tmp": temporary}
        return states(disk_findings(PLACES, spaces, remotes=remotes))

    much, little = Space(1 << 40, 1 << 41), Space(1000, 1 << 41)
    assert disk(much, much, much, remotes=True) == [OK]
    assert disk(little, much, much, remotes=True) == [PROBLEM, OK]
    assert disk(much, little, much, remotes=True) == [HINT, OK]
    assert disk(much, little, much, remotes=False) == [OK]
    assert disk(Space(1 << 40, 1 << 41, files_left=False), much, little, remotes=False) == [PROBLEM, HINT]
    assert disk(None, None, much, remotes=True) == [UNCHECKED, UNCHECKED, OK]
    assert [store_space("disk", free, "Stores") for free in (None, 1 << 40)] == [None, None]
    found = [store_space("disk", free, "Stores") for free in (1 << 29, 1 << 20)]
    assert [each and each.state for each in found] == [HINT, PROBLEM]


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (3 << 40, "3.0 TiB")]
)
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


def test_the_clock_and_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    def told(now: datetime, newest: datetime | None = None) -> list[Finding]:
        return list(time_findings(now, "Europe/Berlin", berlin, newest, is_set=True))

    assert states(told(NOW)) == [OK]
    assert "2026-07-01 14:00 here, Europe/Berlin (UTC+02:00, daylight saving time)" in told(NOW)[0].what
    winter = datetime(2026, 1, 15, tzinfo=UTC)
    assert "(UTC+01:00, no daylight saving time now)" in told(winter)[0].what
    assert states(told(datetime(1970, 1, 1, tzinfo=UTC))) == [PROBLEM]
    assert states(told(NOW, NOW + timedelta(hours=20))) == [OK]
    assert states(told(NOW, NOW + timedelta(days=20))) == [HINT]
    assert states(time_findings(NOW, "UTC", UTC, None, is_set=False)) == [OK, HINT]
    assert states(time_findings(NOW, "UTC", UTC, None, is_set=True)) == [OK]
    odd = timezone(timedelta(hours=-3, minutes=-30))
    found = list(time_findings(NOW, "XST", odd, None, is_set=True))
    assert states(found) == [OK, HINT]
    assert "(UTC-03:30)" in found[0].what


def test_the_daemon_matters_where_there_are_jobs() -> None:
    def daemon(
        process: int | None, version: str = "", *, alive: bool | None = False, jobs: int = 1
    ) -> list[State]:
        return states(daemon_findings(process, version, "1.0", alive=alive, jobs=jobs))

    assert daemon(7, "1.0") == [OK]
    assert daemon(7, "0.9") == [HINT]
    assert daemon(None, alive=True) == [PROBLEM]
    assert daemon(None) == [HINT]
    assert daemon(None, alive=None, jobs=0) == [OK]


def test_who_starts_it_at_login() -> None:
    def told(state: AutostartState | None, *, lingers: bool | None = None, jobs: int = 1) -> list[Finding]:
        return list(autostart_findings(state, lingers=lingers, jobs=jobs))

    unit = AutostartState("systemd", "/h/bcperd.service", True, True)
    assert states(told(None)) == [HINT]
    assert told(None, jobs=0) == []
    assert states(told(AutostartState("xdg", "/h/a", False, None))) == [HINT]
    assert told(AutostartState("xdg", "/h/a", True, None))[0].what == "It is started at login by the desktop."
    assert "goes on after you have logged out" in told(unit, lingers=True)[0].what
    assert "ends when you log out" in told(unit, lingers=False)[0].what
