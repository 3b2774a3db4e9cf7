"""Remotes by command, as a new user has them: with an empty PATH, and rclone on a server."""

import json
import os
from pathlib import Path

import pytest

from helpers.cli import Cli
from helpers.rclone import SUMS, ZIP, Mirror, program, release, script, served
from helpers.terminal import converse

TALKS = """
case $1 in
listremotes) printf 'gdrive: drive\\nmy box: s3\\n';;
config) echo "config of $0, password <$BCPER_PASSWORD>"; exit 7;;
esac
"""


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("PATH", "")
    return Cli(tmp_path / "home")


@pytest.fixture
def own(cli: Cli) -> Path:
    return cli.home / ".local" / "share" / "bcper" / "rclone"


def test_without_rclone_there_is_nothing_to_list_and_a_store_is_added_all_the_same(cli: Cli) -> None:
    done = cli("store", "remotes", status=10)
    assert "not on this machine yet" in done.stderr
    assert "store rclone-config" in done.stderr
    done = cli("store", "add", "cloud", "--type", "rclone", "--remote", "gdrive", "--path", "b")
    assert "Warning" not in done.stderr


def test_remotes_are_listed_and_completed(cli: Cli, own: Path) -> None:
    program(own.parent, script(body=TALKS))
    said = cli("store", "remotes").stdout
    assert said.split() == ["Remote", "Type", "gdrive", "drive", "my", "box", "s3"]
    assert json.loads(cli("--json", "store", "remotes").stdout) == [
        {"name": "gdrive", "kind": "drive"},
        {"name": "my box", "kind": "s3"},
    ]
    assert cli("shell", "names", "remote").stdout == "gdrive\nmy box\n"
    program(own.parent)
    assert "store rclone-config" in cli("store", "remotes").stdout
    assert "shell names remote" in cli("shell", "completion", "bash").stdout


def test_a_remote_that_rclone_does_not_know_is_warned_of(cli: Cli, own: Path) -> None:
    program(own.parent, script(body=TALKS))
    add = ("store", "add", "--type", "rclone", "--remote")
    assert "Warning" not in cli(*add, "gdrive", "good").stderr
    done = cli(*add, "gdirve", "cloud")
    assert "rclone knows no remote 'gdirve'. It knows gdrive, my box." in done.stderr
    assert "Added the store cloud" in done.stdout
    assert "knows no remote 'x'" in cli("store", "edit", "cloud", "--remote", "x").stderr
    assert "Warning" not in cli("store", "edit", "cloud", "--path", "y").stderr
    assert json.loads(cli("--json", *add, "z", "third").stdout)["store"]["remote"] == "z"


def test_the_configuration_wants_a_terminal(cli: Cli, own: Path) -> None:
    assert "no terminal" in cli("store", "rclone-config", status=2).stderr
    assert not own.parent.exists()


def test_rclone_is_fetched_for_its_configuration(
    cli: Cli, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.cli.Cli.environment", given(cli, BCPER_PASSWORD="secret"))
    if os.uname().machine != "x86_64":
        pytest.skip("the server has one build only")
    with served(Mirror(release(script(body=TALKS)))) as mirror:
        cli("settings", "set", "--rclone-url", mirror.url)
        status, shown = converse(cli, "store", "rclone-config", answers=[])
        assert (status, mirror.asked) == (7, [SUMS, ZIP])
        assert f"config of {own}, password <>" in shown
        assert converse(cli, "store", "rclone-config", answers=[])[0] == 7
        assert mirror.asked == [SUMS, ZIP]
    assert "gdrive" in cli("store", "remotes").stdout


def test_rclone_is_fetched_where_it_is_first_needed_and_that_is_seen(cli: Cli, own: Path) -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("the server has one build only")
    cli("backup", "list")  # a list that is not there yet would be made first, from the stores
    cli("store", "add", "cloud", "--type", "rclone", "--remote", "gdrive", "--path", "b")
    commands = ("--json", "backup", "now", str(cli.home), "--to", "cloud"), ("store", "test", "cloud")
    with served(Mirror(release(script(body=TALKS)))) as mirror:
        cli("settings", "set", "--rclone-url", mirror.url)
        for command in commands:
            # The one that is served can do no more than say its version.
            done = cli(*command, status=10)
            assert "rclone does not start" in done.stderr + done.stdout
            assert mirror.asked == [SUMS, ZIP]
            # That is the word of those who cannot show it.
            assert "it is fetched now" not in done.stderr
            assert ("Fetching rclone" in done.stdout) is (command[0] == "--json")
            own.unlink()
            mirror.asked.clear()


def test_the_environment_s_address_comes_before_the_settings_(
    cli: Cli, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("settings", "set", "--rclone-url", "https://example.invalid")
    with served(Mirror()) as mirror:
        mirror.answers[SUMS] = lambda handler: handler.send_error(503)
        monkeypatch.setattr("helpers.cli.Cli.environment", given(cli, BCPER_RCLONE_URL=mirror.url))
        status, shown = converse(cli, "store", "rclone-config", answers=[])
    assert status == 10
    assert "the answer was 503" in shown
    assert "https://rclone.org/install/" in shown


def given(cli: Cli, **more: str):  # type: ignore[no-untyped-def]
    """The environment of commands, with ``more``."""
    plain = Cli.environment
    return lambda self, **others: plain(self, **more, **others)
