"""Programs of any spelling in a unit and in a desktop entry, read back as the documents say."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.system.systemctl import Systemctl
from bcper.adapters.system.systemd_unit import SystemdAutostart, exec_start
from bcper.adapters.system.xdg_autostart import XdgAutostart, exec_value
from bcper.domain.errors import ConfigurationError
from helpers.systemctl import FakeSystemctl

ODD = [
    "a b",
    "%h %%",
    "$HOME",
    "${HOME}",
    ";",
    "\\",
    "'",
    '"',
    "",
    "é☃",
    "-x",
    "@x",
    "a\\",
    "`id`",
    "#",
    "~",
    "a=b",
]


def systemd_words(line: str) -> list[bytes]:
    """systemd.syntax(7), "Quoting", then systemd.unit(5), "Specifiers"; of what BCPER uses."""
    words, rest = [], line
    while rest:
        found = re.match(r'(?:"((?:[^"\\]|\\.)*)"|([^\s"\'\\]+))(?: |$)', rest)
        assert found, rest
        quoted, plain = found.groups()
        word = (plain if quoted is None else quoted).encode()
        word = re.sub(
            rb"\\(x[0-9a-f]{2}|.)",
            lambda one: bytes([int(one[1][1:], 16)]) if one[1][:1] == b"x" else one[1],
            word,
        )
        assert re.fullmatch(rb"(?s)([^%]|%%)*", word)
        words.append(word.replace(b"%%", b"%"))
        rest = rest[found.end() :]
    return words


def desktop_words(value: str) -> list[str]:
    """Desktop Entry Specification: first "Possible value types", then "The Exec key"."""
    assert value.isprintable() or not re.search(r"[\x00-\x1f]", value)
    escapes = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    line = re.sub(r"\\(.)", lambda one: escapes[one[1]], value)
    words, rest = [], line
    while rest:
        found = re.match(r'(?:"((?:[^"`$\\]|\\["`$\\])*)"|([^\s"\'\\><~|&;$*?#()`]+))(?: |$)', rest, re.ASCII)
        assert found, rest
        quoted, plain = found.groups()
        word = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        assert re.fullmatch(r"(?s)([^%]|%%)*", word)
        words.append(word.replace("%%", "%"))
        rest = rest[found.end() :]
    return words


ARGUMENTS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))


@settings(deadline=None)
@given(ARGUMENTS | st.just([*ODD, "caf\udce9", "a\nb", "\t"]))
def test_systemd_reads_what_was_meant(arguments: list[str]) -> None:
    line = exec_start(["/usr/bin/python3", *arguments])
    assert line.isprintable()
    line.encode()
    assert systemd_words(line) == [b":/usr/bin/python3", *map(os.fsencode, arguments)]


@settings(deadline=None)
@given(st.binary().map(lambda data: os.fsdecode(data.replace(b"\0", b""))))
def test_systemd_reads_any_bytes(argument: str) -> None:
    assert systemd_words(exec_start(["/x", argument])) == [b":/x", os.fsencode(argument)]


CONTROLS = "".join(chr(code) for code in range(32) if chr(code) not in "\t\n\r")


@settings(deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_characters=CONTROLS, exclude_categories=["Cs"])))
    | st.just([*ODD, "a\nb", "\t"])
)
def test_a_desktop_reads_what_was_meant(arguments: list[str]) -> None:
    assert desktop_words(exec_value(["/usr/bin/python3", *arguments])) == ["/usr/bin/python3", *arguments]


@pytest.mark.parametrize("program", ["/a b/%h/$x/é/python", "/plain/python"])
def test_a_program_of_any_spelling(program: str) -> None:
    assert systemd_words(exec_start([program])) == [b":" + program.encode()]
    assert desktop_words(exec_value([program])) == [program]


@pytest.mark.parametrize("program", ['/a"b', "/a'b", "/a\\b", "/a\nb", "/a\x7fb", "relative", ""])
def test_a_program_that_systemd_would_not_start_is_refused(program: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        exec_start([program])
    assert str(caught.value).isprintable()
    assert caught.value.hint


@pytest.mark.parametrize("argv", [["/a=b/python"], ["relative"], ["/x", "caf\udce9"], ["/x", "\x1b"], []])
def test_what_a_desktop_entry_cannot_say_is_refused(argv: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        exec_value(argv)
    assert str(caught.value).isprintable()


def test_no_argument_ends_before_its_end() -> None:
    for refuse in (exec_start, exec_value):
        with pytest.raises(ConfigurationError):
            refuse(["/x", "a\0b"])


def entries(text: str) -> dict[str, dict[str, str]]:
    """Groups of keys; no key twice in a group."""
    groups: dict[str, dict[str, str]] = {}
    for line in text.split("\n"):
        if line.startswith("["):
            groups[line[1:-1]] = group = {}
        elif line and not line.startswith("#"):
            key, equals, told = line.partition("=")
            assert equals and key not in group and re.fullmatch("[A-Za-z-]+", key)
            group[key] = told
    return groups


def test_the_desktop_entry_is_whole(tmp_path: Path) -> None:
    path = XdgAutostart(str(tmp_path)).install(["/x", *ODD]).path
    groups = entries(Path(path).read_text())
    assert set(groups) == {"Desktop Entry", "X-BCPER"}
    entry = groups["Desktop Entry"]
    assert (entry["Type"], entry["Terminal"], entry["Name"]) == ("Application", "false", "BCPER backups")
    assert desktop_words(entry["Exec"]) == ["/x", *ODD]


def unit(program: str, arguments: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    FakeSystemctl(folder / "bin", folder / "config").install(monkeypatch)
    return Path(SystemdAutostart(str(folder / "config"), Systemctl()).install([program, *arguments]).path)


def test_the_unit_says_what_the_daemon_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = entries(unit("/usr/bin/bcperd", [], tmp_path, monkeypatch).read_text())
    service = groups["Service"]
    assert service["ExecStart"] == ":/usr/bin/bcperd"
    assert (service["Type"], service["Restart"], service["KillMode"]) == ("notify", "on-failure", "mixed")
    assert int(service["WatchdogSec"]) > 0
    assert service["LimitCORE"] == "0"  # passwords are in memory
    assert groups["Install"] == {"WantedBy": "default.target"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
@pytest.mark.parametrize("name", ["prog", "a b%h${HOME}$x é;#"])
def test_systemd_itself_finds_no_fault(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    program = tmp_path / name
    program.symlink_to("/bin/true")
    path = unit(str(program), [*ODD, "caf\udce9", "a\nb"], tmp_path, monkeypatch)

    def verified() -> str:
        command = ["systemd-analyze", "--user", "--man=no", "verify", str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stderr

    plain = path.with_name("plain.service")
    plain.write_text("[Service]\nExecStart=/bin/true\n")
    command = ["systemd-analyze", "--user", "--man=no", "verify", str(plain)]
    if subprocess.run(command, capture_output=True, check=False, timeout=60).stderr:
        pytest.skip("systemd-analyze does not work here")
    assert verified() == ""
    program.unlink()
    assert "not executable" in verified()  # it has understood the path
