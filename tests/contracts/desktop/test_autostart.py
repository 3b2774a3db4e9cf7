"""What every Autostart promises (ports.autostart): systemd, a desktop, whichever there is, and the fake."""

import os
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from bcper.adapters.memory.autostart import MemoryAutostart
from bcper.adapters.system.autostart import SystemAutostart, system_autostart
from bcper.adapters.system.systemctl import Systemctl
from bcper.adapters.system.systemd_unit import SystemdAutostart, unit_text
from bcper.adapters.system.xdg_autostart import XdgAutostart
from bcper.domain.errors import ConfigurationError
from bcper.ports.autostart import Autostart
from helpers.systemctl import FakeSystemctl

ARGV = ["/usr/bin/python3", "-m", "bcperd"]
KINDS = ["systemd", "xdg", "chosen systemd", "chosen xdg", "memory"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def config(home: Path) -> Path:
    return home / ".config"


@pytest.fixture
def systemctl(tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSystemctl:
    fake = FakeSystemctl(tmp_path / "bin", config)
    fake.install(monkeypatch)
    return fake


def made(kind: str, config: Path, systemctl: FakeSystemctl) -> Autostart:
    systemd, xdg = systemd_of(config), XdgAutostart(str(config))
    if kind == "chosen xdg":
        systemctl.shall("nobody")
    ways: dict[str, Callable[[], Autostart]] = {
        "systemd": lambda: systemd,
        "xdg": lambda: xdg,
        "memory": MemoryAutostart,
    }
    return ways.get(kind, lambda: SystemAutostart(systemd, xdg))()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def autostart(kind: str, config: Path, systemctl: FakeSystemctl) -> Autostart:
    return made(kind, config, systemctl)


def systemd_of(config: Path) -> SystemdAutostart:
    # What a package has on this machine is none of a test's business.
    return SystemdAutostart(
        str(config), Systemctl(asking=60, doing=60), packaged=str(config.parent.parent / "units")
    )


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every path below, with the content of files."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("there", [(), (".config",), (".config/systemd/user", ".config/autostart")])
def test_installed_as_often_as_one_likes_and_gone_without_a_trace(
    autostart: Autostart, kind: str, home: Path, there: tuple[str, ...]
) -> None:
    for name in there:
        (home / name).mkdir(parents=True)
    before = tree(home)
    assert autostart.state() is None
    assert autostart.uninstall() is False
    first = autostart.install(ARGV)
    assert first.enabled
    assert first.kind == kind.rpartition(" ")[2]
    assert first.running is (True if kind.endswith("systemd") else None)
    after = tree(home)
    assert kind == "memory" or after != before
    assert autostart.install(ARGV) == first == autostart.state()
    assert tree(home) == after
    assert autostart.uninstall() is True
    assert tree(home) == before
    assert autostart.state() is None
    assert autostart.uninstall() is False


def test_another_program_takes_the_place_of_the_first(autostart: Autostart, kind: str, home: Path) -> None:
    autostart.install(["/opt/old/bcperd"])
    path = Path(autostart.install(["/opt/new/bcperd", "--config-dir", "/home/x y"]).path)
    if kind != "memory":
        assert "/opt/new/bcperd" in path.read_text()
        assert "/opt/old" not in path.read_text()
        assert path.stat().st_mode & 0o777 == 0o600
    assert autostart.uninstall() is True
    assert tree(home) == {}


@pytest.mark.parametrize("argv", [[], ["bcperd"], ["./bcperd"], [""]])
def test_a_program_without_an_absolute_path_is_refused(
    autostart: Autostart, argv: list[str], home: Path
) -> None:
    with pytest.raises(ConfigurationError):
        autostart.install(argv)
    assert autostart.state() is None
    assert tree(home) == {}


FILES = {"systemd": "systemd/user/bcperd.service", "xdg": "autostart/bcperd.desktop"}


@pytest.mark.parametrize("own", ["systemd", "xdg"])
@pytest.mark.parametrize("kind", ["file", "link to nowhere", "folder"], indirect=False)
def test_what_somebody_else_wrote_is_left_alone(
    own: str, kind: str, config: Path, home: Path, systemctl: FakeSystemctl
) -> None:
    path = config / FILES[own]
    path.parent.mkdir(parents=True)
    if kind == "file":
        path.write_text("[Unit]\nDescription=X-BCPER Folders=3, by hand\n")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere")
    before = tree(home)
    autostart = made(own, config, systemctl)
    with pytest.raises(ConfigurationError, match="bcperd"):
        autostart.install(ARGV)
    assert autostart.state() is None
    if kind == "file":
        assert autostart.uninstall() is False
    assert tree(home) == before
    assert systemctl.calls() == []


def test_what_others_put_beside_it_stays(autostart: Autostart, kind: str, config: Path) -> None:
    if kind == "memory":
        return
    path = Path(autostart.install(ARGV).path)
    (path.parent / "other").write_text("of somebody else")
    autostart.uninstall()
    assert [one for one in tree(config).values() if one] == [b"of somebody else"]


def test_systemd_is_told_in_order(config: Path, systemctl: FakeSystemctl) -> None:
    autostart = systemd_of(config)
    autostart.install(ARGV)
    assert systemctl.calls() == [
        "daemon-reload",
        "enable --now bcperd.service",
        "is-active --quiet bcperd.service",
    ]
    autostart.uninstall()
    assert systemctl.calls() == [
        "disable --now bcperd.service",
        "daemon-reload",
        "reset-failed bcperd.service",
    ]


def test_systemd_learns_no_setting_of_ours(
    config: Path, systemctl: FakeSystemctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCPER_PASSWORD", "hunter2")
    systemd_of(config).install(ARGV)
    assert "hunter2" not in (systemctl.state / "environment").read_text()
    assert all(b"hunter2" not in (content or b"") for content in tree(config).values())


@pytest.mark.parametrize("verb", ["daemon-reload", "enable"])
def test_a_systemd_that_refuses_is_told_and_leaves_nothing(
    config: Path, home: Path, systemctl: FakeSystemctl, verb: str
) -> None:
    systemctl.shall(f"fail-{verb}", "Unit bcperd.service is \x1b[31mmasked.\n")
    autostart = systemd_of(config)
    with pytest.raises(ConfigurationError) as caught:
        autostart.install(ARGV)
    assert str(caught.value) == f"systemctl --user {verb} says: Unit bcperd.service is \\x1b[31mmasked."
    assert tree(home) == {}
    assert autostart.state() is None


def test_an_entry_that_worked_outlives_a_failed_change(config: Path, systemctl: FakeSystemctl) -> None:
    autostart = systemd_of(config)
    autostart.install(ARGV)
    systemctl.shall("fail-daemon-reload", "busy")
    with pytest.raises(ConfigurationError):
        autostart.install(["/opt/new/bcperd"])
    assert autostart.state() is not None


def test_a_systemd_that_does_not_answer_is_not_waited_for(
    config: Path, home: Path, systemctl: FakeSystemctl
) -> None:
    systemctl.shall("hang")
    systemd = attrs.evolve(systemd_of(config), systemctl=Systemctl(asking=0.2, doing=0.2))
    autostart = SystemAutostart(systemd, XdgAutostart(str(config)))
    assert autostart.install(ARGV).kind == "xdg"
    autostart.uninstall()
    with pytest.raises(ConfigurationError, match="does not answer"):
        systemd.install(ARGV)
    assert tree(home) == {}


def test_uninstalled_without_systemd_too(config: Path, home: Path, systemctl: FakeSystemctl) -> None:
    autostart = systemd_of(config)
    autostart.install(ARGV)
    systemctl.shall("nobody")
    for verb in ("disable", "daemon-reload", "reset-failed"):
        systemctl.shall(f"fail-{verb}", "Failed to connect to bus")
    state = autostart.state()
    assert state is not None and state.running is None
    assert autostart.uninstall() is True
    assert tree(home) == {}


def test_a_machine_without_systemctl_has_the_desktops_way(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    autostart = system_autostart()
    assert autostart.install(ARGV).kind == "xdg"
    assert (config / FILES["xdg"]).exists()
    with pytest.raises(ConfigurationError, match="does not answer"):
        autostart.systemd.install(ARGV)


def test_there_is_one_entry_at_a_time(config: Path, systemctl: FakeSystemctl) -> None:
    autostart = SystemAutostart(systemd_of(config), XdgAutostart(str(config)))
    systemctl.shall("nobody")
    autostart.install(ARGV)
    (systemctl.state / "nobody").unlink()
    assert autostart.install(ARGV).kind == "systemd"
    assert {name for name, content in tree(config).items() if content} == {FILES["systemd"]}
    systemctl.shall("nobody")
    assert autostart.install(ARGV).kind == "xdg"
    assert {name for name, content in tree(config).items() if content} == {FILES["xdg"]}


@pytest.mark.parametrize("switch", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_an_entry_that_the_person_switched_off_is_off_until_it_is_installed_again(
    config: Path, switch: str
) -> None:
    autostart = XdgAutostart(str(config))
    path = Path(autostart.install(ARGV).path)
    path.write_text(path.read_text().replace("Terminal=false", switch))
    state = autostart.state()
    assert state is not None and state.enabled is False
    assert autostart.install(ARGV).enabled is True
    assert autostart.state() == autostart.install(ARGV)


def test_a_unit_that_the_person_disabled_is_not_enabled(config: Path, systemctl: FakeSystemctl) -> None:
    autostart = systemd_of(config)
    autostart.install(ARGV)
    (config / "systemd/user/default.target.wants/bcperd.service").unlink()
    (systemctl.state / "running").unlink()
    state = autostart.state()
    assert state is not None and (state.enabled, state.running) == (False, False)


@pytest.mark.parametrize("told", ["", "relative/config"])
def test_a_relative_folder_of_settings_does_not_count(told: str) -> None:
    found = system_autostart({"XDG_CONFIG_HOME": told})
    assert found.xdg.config_home == os.path.join(os.path.expanduser("~"), ".config")


def test_a_folder_that_cannot_be_written_is_told(config: Path, systemctl: FakeSystemctl) -> None:
    config.write_text("not a folder")
    for own in FILES:
        with pytest.raises(ConfigurationError, match="cannot be used"):
            made(own, config, systemctl).install(ARGV)


@pytest.fixture
def packaged(config: Path) -> Path:
    """The unit of a package, which starts ARGV."""
    path = config.parent.parent / "units" / "bcperd.service"
    path.parent.mkdir()
    path.write_text(unit_text(ARGV))
    return path


LINK = "systemd/user/default.target.wants/bcperd.service"


def test_the_unit_of_a_package_is_enabled_and_none_is_written(
    config: Path, packaged: Path, systemctl: FakeSystemctl
) -> None:
    autostart = systemd_of(config)
    assert autostart.state() is None
    assert autostart.uninstall() is False
    state = autostart.install(ARGV)
    assert (state.path, state.enabled, state.running) == (str(packaged), True, True)
    assert autostart.install(ARGV) == state == autostart.state()
    assert os.readlink(config / LINK) == str(packaged)
    assert not (config / FILES["systemd"]).exists()
    assert autostart.uninstall() is True
    assert not os.path.lexists(config / LINK)
    assert packaged.read_text() == unit_text(ARGV)
    assert autostart.state() is None
    assert autostart.uninstall() is False


def test_what_was_enabled_by_hand_is_known_and_taken_back(
    config: Path, packaged: Path, systemctl: FakeSystemctl
) -> None:
    Systemctl().do("enable", "--now", "bcperd.service")
    autostart = systemd_of(config)
    state = autostart.state()
    assert state is not None and (state.path, state.running) == (str(packaged), True)
    systemctl.shall("nobody")
    systemctl.shall("fail-disable", "Failed to connect to bus")
    assert autostart.uninstall() is True
    assert not os.path.lexists(config / LINK)


def test_another_command_takes_the_place_of_the_packages(
    config: Path, packaged: Path, systemctl: FakeSystemctl
) -> None:
    autostart = systemd_of(config)
    autostart.install(ARGV)
    other = autostart.install([*ARGV, "--config-dir", "/elsewhere"])
    assert other.path == str(config / FILES["systemd"])
    assert "/elsewhere" in Path(other.path).read_text()
    again = autostart.install(ARGV)
    assert again.path == str(packaged)
    assert not (config / FILES["systemd"]).exists()
    autostart.install(["/opt/bcperd"])
    assert autostart.uninstall() is True
    assert autostart.state() is None
    assert packaged.exists()


@pytest.mark.parametrize("verb", ["daemon-reload", "enable"])
def test_a_refusal_leaves_a_packages_unit_as_it_was(
    config: Path, home: Path, packaged: Path, systemctl: FakeSystemctl, verb: str
) -> None:
    systemctl.shall(f"fail-{verb}", "Unit bcperd.service is masked.")
    with pytest.raises(ConfigurationError, match="is masked"):
        systemd_of(config).install(ARGV)
    assert tree(home) == {}
    assert packaged.exists()


def test_somebody_elses_unit_hides_the_packages(
    config: Path, packaged: Path, systemctl: FakeSystemctl
) -> None:
    autostart = systemd_of(config)
    autostart.install(ARGV)
    (config / FILES["systemd"]).write_text("[Unit]\nDescription=by hand\n")
    assert autostart.state() is None
    assert autostart.uninstall() is False
    assert os.path.lexists(config / LINK)


def test_somebody_elses_unit_is_not_started_for_the_packages(
    config: Path, packaged: Path, systemctl: FakeSystemctl
) -> None:
    theirs = config / FILES["systemd"]
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Unit]\nDescription=by hand\n")
    with pytest.raises(ConfigurationError, match=r"bcperd\.service"):
        systemd_of(config).install(ARGV)
    assert not os.path.lexists(config / LINK)
    assert theirs.read_text() == "[Unit]\nDescription=by hand\n"


def test_what_a_package_that_is_gone_leaves_enabled_can_be_taken_back(
    config: Path, packaged: Path, systemctl: FakeSystemctl
) -> None:
    autostart = systemd_of(config)
    autostart.install(ARGV)
    packaged.unlink()
    assert autostart.uninstall() is True
    assert not os.path.lexists(config / LINK)
    assert autostart.uninstall() is False
