"""A config.json of the original on disk, taken over when it is first used."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bcper.domain.errors import ConfigurationError, Locked
from bcper.domain.model.targets import Item
from helpers.cli import Cli
from helpers.configs import Config, Passwords, adding

OLD: dict[str, Any] = {
    "items": {
        "docs": {"key": "docs", "paths": ["~/docs"], "password": "hunter2", "bcpignore": "*.log"},
        "bad": {"key": "bad", "paths": ["relative"], "password": "swordfish", "bcpignore": []},
    },
    "vaults": {"v": {"name": "v", "item_keys": ["docs"], "password": "sesame", "bcpignore": []}},
}
SECRETS = ("hunter2", "swordfish", "sesame")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    made = Config(tmp_path / "bcper")
    made.write(OLD)
    return made


def uses(config: Config) -> list[Callable[[], Any]]:
    return [config.repository().load, lambda: config.repository().change(adding("new"))]


def test_it_is_taken_over_once(config: Config) -> None:
    old = config.file.read_bytes()
    catalog = config.repository().load()
    assert catalog.items == {"docs": Item("docs", ("/home/me/docs",), ("*.log",), has_password=True)}
    assert catalog.revision == 1
    assert config.adopted == [{("item", "docs"): "hunter2", ("vault", "v"): "sesame"}]
    assert len(config.told) == 1
    assert any("'bad' is left out" in note for note in config.told[0])
    assert config.names() == {"config.json", "config.json.original"}
    kept = config.folder / "config.json.original"
    assert kept.read_bytes() == old
    assert {stat.S_IMODE(each.stat().st_mode) for each in (kept, config.file)} == {0o600}
    assert config.repository().load() == catalog
    assert len(config.adopted) == len(config.told) == 1


def test_it_is_said_once_where_the_old_file_is_and_that_it_holds_passwords(config: Config) -> None:
    kept = f"{config.file}.original"
    config.repository().load()
    config.repository().change(adding("new"))
    ((*_, note),) = config.told
    assert f"kept as {kept}. It holds your passwords in plain text" in note
    assert note.endswith("then delete it.")
    assert not [other for other in config.told[0][:-1] if "plain text" in other]


def test_the_command_line_prints_it_once(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    config = Config(cli.home / ".config" / "bcper")
    config.folder.mkdir(parents=True)
    config.write(OLD)
    first, second = cli("item", "list"), cli("item", "list")
    assert "docs" in first.stdout
    assert first.stderr.count("plain text") == 1
    assert "Note: The configuration of the original BCPER was taken over" in first.stderr
    assert second.stderr == ""
    assert not [secret for secret in SECRETS if secret in first.stdout + first.stderr]


@pytest.mark.parametrize(
    ("old", "holds"),
    [
        ({}, False),
        (
            {"items": {"a": {"paths": ["/a"], "password": None}, "b": {"paths": ["/b"], "password": ""}}},
            False,
        ),
        ({"items": {"a": {"paths": ["relative"], "password": "hunter2"}}}, True),
        ({"vaults": {"a": {"item_keys": [], "password": 12}}}, True),
        ({"vaults": [{"password": "hunter2"}]}, True),
    ],
)
def test_passwords_that_were_left_out_are_in_the_old_file_all_the_same(
    config: Config, old: dict[str, Any], holds: bool
) -> None:
    config.write({"jobs": {}, **old})
    other = config.folder / "config.json.original"
    other.write_bytes(b"another")
    config.repository().load()
    note = config.told[0][-1]
    assert f"kept as {other}.1." in note
    assert ("plain text" in note) == holds
    assert "elete it" in note
    assert "hunter2" not in str(config.told)


def test_a_change_takes_it_over_as_well_and_no_password_stays(config: Config) -> None:
    changed = config.repository().change(adding("new"))
    assert set(changed.items) == {"docs", "new"}
    assert changed.revision == 2
    assert len(config.adopted) == 1
    assert config.names() == {"config.json", "config.json.bak", "config.json.original"}
    for text in (config.file.read_text(), config.backup.read_text(), str(config.told)):
        assert not [secret for secret in SECRETS if secret in text]


def test_when_its_passwords_cannot_be_kept_nothing_is_written(config: Config) -> None:
    old = config.file.read_bytes()

    def failing(_: Passwords) -> None:
        raise OSError("no keyring")

    for use in (config.repository(failing).load, lambda: config.repository(failing).change(adding("new"))):
        with pytest.raises(OSError, match="no keyring"):
            use()
    assert config.file.read_bytes() == old
    assert config.names() == {"config.json"}
    assert config.told == []
    assert set(config.repository().load().items) == {"docs"}


def test_its_passwords_are_kept_before_the_new_file_is_written_and_under_the_lock(config: Config) -> None:
    old = config.file.read_bytes()

    def looking(_: Passwords) -> None:
        assert config.file.read_bytes() == old
        for use in uses(config):
            with pytest.raises(Locked):
                use()

    config.repository(looking).load()


def test_an_old_file_that_was_kept_before_is_never_written_over(config: Config) -> None:
    old = config.file.read_bytes()
    first = config.folder / "config.json.original"
    first.write_bytes(b"another")
    (config.folder / "config.json.original.1").symlink_to("nowhere")
    config.repository().load()
    assert first.read_bytes() == b"another"
    assert (config.folder / "config.json.original.2").read_bytes() == old
    config.file.write_bytes(old)  # after a crash, say
    config.repository().load()
    assert not (config.folder / "config.json.original.3").exists()
    assert not (config.folder / "nowhere").exists()


def test_without_passwords_none_are_handed_out(config: Config) -> None:
    config.write({"items": {"a": {"key": "a", "paths": ["/a"], "password": None, "bcpignore": []}}})
    assert set(config.repository().load().items) == {"a"}
    assert config.adopted == []


def test_an_old_file_behind_a_link_stays_behind_it(config: Config, tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    config.file.rename(real)
    config.file.symlink_to(real)
    config.repository().load()
    assert config.file.is_symlink()
    assert "version" in real.read_text()
    assert config.names() == {"config.json", "config.json.original"}


@pytest.mark.parametrize("cut", [1, 50, -1])
def test_an_old_file_that_is_damaged_is_left_and_its_passwords_are_not_shown(
    config: Config, cut: int
) -> None:
    old = config.file.read_bytes()[:cut]
    config.write(old)
    for use in uses(config):
        with pytest.raises(ConfigurationError) as caught:
            use()
        shown: BaseException | None = caught.value
        while shown is not None:
            assert not [secret for secret in SECRETS if secret in f"{shown} {shown!r}"]
            shown = shown.__cause__ or shown.__context__
    assert config.file.read_bytes() == old
    assert config.adopted == []
