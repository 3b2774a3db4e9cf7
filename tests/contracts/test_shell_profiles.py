"""What ShellProfiles promise (ports.shell_profile), on files and on a fake; and SetAliases on both."""

import os
import stat
from pathlib import Path

import attrs
import pytest

from bcper.adapters.memory.shell_profile import MemoryShellProfiles
from bcper.adapters.shell.profile import FileShellProfiles
from bcper.domain.errors import ConfigurationError, Locked, UsageError
from bcper.domain.model.shell import SHELLS, Shell, ShellProfile
from bcper.domain.policy.profile_block import BEGIN
from bcper.domain.usecases.set_aliases import SetAliases
from bcper.ports.shell_profile import ShellProfiles

PROGRAMS = {"bcper": ["/opt/bcper"], "bcper-cli": ["/opt/bcper-cli"]}


@attrs.define
class Home:
    profiles: ShellProfiles

    def of(self, shell: Shell) -> ShellProfile:
        return next(profile for profile in self.profiles.profiles() if profile.shell == shell)

    def put(self, shell: Shell, text: bytes) -> None:
        self.profiles.change(self.of(shell), lambda _: text)

    def get(self, shell: Shell) -> bytes:
        return self.profiles.read(self.of(shell))

    def existing(self) -> list[str]:
        return [profile.shell for profile in self.profiles.profiles() if profile.exists]


def files(home: Path, **environment: str) -> FileShellProfiles:
    home.mkdir(exist_ok=True)
    return FileShellProfiles(str(home), environment, "/bin/bash")


@pytest.fixture(params=["files", "memory"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return Home(MemoryShellProfiles() if request.param == "memory" else files(tmp_path / "home"))


def test_every_shell_has_one_and_none_exists_at_first(home: Home) -> None:
    profiles = home.profiles.profiles()
    assert tuple(profile.shell for profile in profiles) == SHELLS
    assert [profile.used for profile in profiles] == [True, False, False]
    assert home.existing() == []
    assert home.get("bash") == b""


def test_what_edit_makes_is_there_and_the_same_again_is_no_change(home: Home) -> None:
    seen = []

    def edit(text: bytes) -> bytes:
        seen.append(text)
        return b"two\xff\r\n"

    home.put("zsh", b"one")
    assert home.existing() == ["zsh"]
    assert home.profiles.change(home.of("zsh"), edit) is True
    assert home.profiles.change(home.of("zsh"), edit) is False
    assert seen == [b"one", b"two\xff\r\n"]
    assert home.get("zsh") == b"two\xff\r\n"


def test_nothing_to_put_in_a_missing_file_makes_none(home: Home) -> None:
    for shell in SHELLS:
        assert home.profiles.change(home.of(shell), lambda text: text) is False
    assert home.existing() == []


def test_one_that_is_ours_goes_when_it_is_empty_and_another_stays(home: Home) -> None:
    for shell in SHELLS:
        home.put(shell, b"x\n")
        home.put(shell, b"")
    assert [profile.shell for profile in home.profiles.profiles() if profile.ours] == ["fish"]
    assert home.existing() == ["bash", "zsh"]


def test_what_edit_raises_comes_out_and_nothing_is_changed(home: Home) -> None:
    def edit(_: bytes) -> bytes:
        raise UsageError("no")

    home.put("bash", b"x")
    with pytest.raises(UsageError):
        home.profiles.change(home.of("bash"), edit)
    assert home.get("bash") == b"x"


def test_aliases_come_to_the_login_shell_and_go(home: Home) -> None:
    set_aliases = SetAliases(home.profiles)
    (added,) = set_aliases(PROGRAMS)
    assert (added.shell, added.outcome) == ("bash", "added")
    assert b"alias bcper-cli=/opt/bcper-cli\n" in home.get("bash")
    assert [profile.shell for profile in set_aliases.present()] == ["bash"]
    assert [change.outcome for change in set_aliases(PROGRAMS)] == ["unchanged"]
    assert [change.outcome for change in set_aliases({"bcper": ["/new"]})] == ["changed"]
    assert [change.outcome for change in set_aliases(None)] == ["removed"]
    assert [change.outcome for change in set_aliases(None)] == ["unchanged"]
    assert (home.get("bash"), set_aliases.present()) == (b"", ())


def test_aliases_come_to_every_profile_that_exists_or_to_those_that_are_named(home: Home) -> None:
    home.put("zsh", b"mine\n")
    set_aliases = SetAliases(home.profiles)
    assert [change.shell for change in set_aliases(PROGRAMS)] == ["bash", "zsh"]
    assert home.get("zsh").startswith(b"mine\n" + BEGIN)
    assert [change.shell for change in set_aliases(PROGRAMS, ["fish"])] == ["fish"]
    assert [change.shell for change in set_aliases(None, ["zsh"])] == ["zsh"]
    assert home.get("zsh") == b"mine\n"
    assert [profile.shell for profile in set_aliases.present()] == ["bash", "fish"]
    assert {change.outcome for change in set_aliases(None)} == {"removed", "unchanged"}
    assert home.existing() == ["bash", "zsh"]


def test_none_is_changed_if_one_cannot_be(home: Home) -> None:
    home.put("zsh", BEGIN + b"\n")
    with pytest.raises(ConfigurationError, match="zshrc"):
        SetAliases(home.profiles)(PROGRAMS)
    assert home.existing() == ["zsh"]


def test_a_shell_that_is_not_known_must_be_named() -> None:
    with pytest.raises(UsageError, match="shell"):
        SetAliases(MemoryShellProfiles(used="ksh"))(PROGRAMS)
    assert SetAliases(MemoryShellProfiles(used="ksh"))(None) == ()


def test_places_follow_the_environment(tmp_path: Path) -> None:
    zdot, config = tmp_path / "zdot", tmp_path / "config"
    made = files(tmp_path, ZDOTDIR=str(zdot), XDG_CONFIG_HOME=str(config), SHELL="/usr/bin/zsh")
    bash, zsh, fish = made.profiles()
    assert bash.path == str(tmp_path / ".bashrc")
    assert zsh.path == str(zdot / ".zshrc")
    assert fish.path == str(config / "fish" / "conf.d" / "bcper.fish")
    assert (bash.used, zsh.used) == (False, True)
    SetAliases(made)(PROGRAMS, ["zsh", "fish"])
    assert os.listdir(zdot) == [".zshrc"]
    plain = files(tmp_path, XDG_CONFIG_HOME="relative").profiles()
    assert [p.path for p in plain[1:]] == [
        str(tmp_path / ".zshrc"),
        str(tmp_path / ".config" / "fish" / "conf.d" / "bcper.fish"),
    ]


def test_permissions_and_attributes_stay_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    path.write_bytes(b"mine")
    path.chmod(0o640)
    with_attributes = True
    try:
        os.setxattr(path, "user.note", b"kept")
    except OSError:
        with_attributes = False
    SetAliases(files(tmp_path))(PROGRAMS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == [".bashrc"]
    assert not with_attributes or os.getxattr(path, "user.note") == b"kept"


def test_a_file_that_is_made_is_the_users_alone(tmp_path: Path) -> None:
    SetAliases(files(tmp_path))(PROGRAMS)
    assert stat.S_IMODE((tmp_path / ".bashrc").stat().st_mode) == 0o600


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_the_owner_stays(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    path.write_bytes(b"mine")
    os.chown(path, 1234, 4321)
    SetAliases(files(tmp_path))(PROGRAMS)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_a_link_of_a_dotfile_manager_stays_a_link(tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    (dotfiles / "bashrc").write_bytes(b"mine\n")
    (tmp_path / ".bashrc").symlink_to("dotfiles/bashrc")
    SetAliases(files(tmp_path))(PROGRAMS)
    assert os.readlink(tmp_path / ".bashrc") == "dotfiles/bashrc"
    assert (dotfiles / "bashrc").read_bytes().startswith(b"mine\n" + BEGIN)
    assert os.listdir(dotfiles) == ["bashrc"]
    SetAliases(files(tmp_path))(None)
    assert (dotfiles / "bashrc").read_bytes() == b"mine\n"


def test_what_is_no_file_is_told_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="leads nowhere") as caught:
        SetAliases(files(tmp_path))(PROGRAMS)
    assert "--print --shell bash" in caught.value.hint
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ConfigurationError, match="no plain file"):
        SetAliases(files(tmp_path))(PROGRAMS)
    path.unlink()
    path.mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        SetAliases(files(tmp_path))(PROGRAMS)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_one_that_may_not_be_written_is_let_be(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    path.write_bytes(b"mine")
    path.chmod(0o400)
    with pytest.raises(ConfigurationError, match="Permission denied"):
        SetAliases(files(tmp_path))(PROGRAMS)
    assert path.read_bytes() == b"mine"


def test_what_another_program_saved_meanwhile_is_not_undone(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    path.write_bytes(b"old\n")
    made = files(tmp_path)
    calls = []

    def edit(text: bytes) -> bytes:
        calls.append(text)
        if len(calls) == 1:
            path.write_bytes(b"saved meanwhile\n")
        return text + b"ours\n"

    assert made.change(made.profiles()[0], edit)
    assert path.read_bytes() == b"saved meanwhile\nours\n"
    assert calls == [b"old\n", b"saved meanwhile\n"]


def test_one_that_never_rests_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    made = files(tmp_path)

    def edit(text: bytes) -> bytes:
        path.write_bytes(text + b"more\n")
        return text + b"ours\n"

    with pytest.raises(Locked):
        made.change(made.profiles()[0], edit)
    assert b"ours" not in path.read_bytes()
    assert os.listdir(tmp_path) == [".bashrc"]
