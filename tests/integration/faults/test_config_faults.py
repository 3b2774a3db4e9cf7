"""Rows 34 to 36, 39 and 76: a configuration that cannot be used, links, names, permissions."""

import json
import os
import resource
import stat
from pathlib import Path

import pytest

from bcper.domain.errors import ConfigurationError, Locked
from bcper.domain.model.catalog import Catalog
from helpers.configs import Config, adding, finished, python

GOOD = b'{"version": 2, "items": {"a": {"paths": ["/a"]}}}'


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(tmp_path / "bcper")


def refused(config: Config) -> ConfigurationError:
    """Both ways to use it fail alike, and leave the file and what is beside it as they are."""
    before = {name: (config.folder / name).read_bytes() for name in config.names()}
    status = os.stat(config.file)
    errors = []
    for use in (config.repository().load, lambda: config.repository().change(adding("new"))):
        with pytest.raises(ConfigurationError) as caught:
            use()
        errors.append(caught.value)
    assert {name: (config.folder / name).read_bytes() for name in config.names()} == before
    assert os.stat(config.file).st_mtime_ns == status.st_mtime_ns
    assert os.stat(config.file).st_ino == status.st_ino
    assert str(errors[0]) == str(errors[1])
    assert str(errors[0]).startswith(f"{config.file}")
    assert str(errors[0]).isprintable()
    assert errors[0].exit_status == 14
    assert errors[0].hint
    return errors[0]


BROKEN = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n", "the file is blank"),
    "BOM": (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "line 1 is not UTF-8"),
    "Latin-1": (b'{"version": 2,\n"items": {"\xfc": {"paths": ["/a"]}}}', "line 2 is not UTF-8"),
    "a list": (b"[]", "the file is a list"),
    "a number": (b"2", "the file is the number 2"),
    "two": (GOOD + GOOD, "is not JSON (extra data)"),
    "a comma": (b'{"version": 2,\n "items": {},\n}', "line 3, column 1 is not JSON"),
    "a comment": (b'{"version": 2, // two\n "items": {}}', "line 1, column 16 is not JSON"),
    "wrong type": (b'{"version": 2, "items": {"a": {"paths": "/a"}}}', "items.a.paths is text"),
    "NaN": (b'{"version": 2, "jobs": {"a": {"keep": {"last": NaN}}}}', "jobs.a.keep.last is no number"),
    "too large": (b'{"version": 2, "revision": 1e999}', "revision is no number"),
    "too long": (b'{"version": 2, "revision": ' + b"9" * 5000 + b"}", "a number that is too long"),
    "key twice": (
        b'{"version": 2, "items": {"a": {"paths": [], "paths": []}}}',
        "items.a has the key 'paths'",
    ),
    "name twice": (b'{"version": 2, "items": {"a": {}, "b": {}, "a": {}}}', "items has the key 'a' twice"),
    "deep list": (b'{"version": 2, "items": ' + b"[" * 100_000, "nested too deep"),
    "deep object": (b'{"a":' * 100_000, "nested too deep"),
    "no version": (b'{"revision": 1, "items": {}}', "lacks 'version'"),
    "unknown": (
        b'{"version": 2, "itens": {}}',
        "unknown key 'itens'; allowed are 'version', 'revision', 'settings', 'items'",
    ),
}


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=BROKEN)
def test_row_34_it_is_named_and_left_as_it_is(config: Config, data: bytes, message: str) -> None:
    config.write(data)
    error = refused(config)
    assert message in str(error)
    assert ".bak" not in error.hint


def test_row_34_cut_anywhere(config: Config) -> None:
    config.repository().change(adding("some"))
    whole = config.file.read_bytes()
    end = len(whole.rstrip())
    for length in range(end):
        config.file.write_bytes(whole[:length])
        with pytest.raises(ConfigurationError):
            config.repository().load()
    assert config.folder.joinpath("config.json").read_bytes() == whole[: end - 1]


def test_row_34_the_version_before_is_offered_if_it_can_be_read(config: Config) -> None:
    config.repository().change(adding("first"))
    config.repository().change(adding("second"))
    config.write(b"{")
    assert f"copy {config.backup} over the file" in refused(config).hint
    config.backup.replace(config.file)
    assert set(config.repository().load().items) == {"first"}
    for useless in (b"{", b"", b'{"version": 4}', b"{}"):
        config.write(b"{")
        config.backup.write_bytes(useless)
        assert ".bak" not in refused(config).hint


def test_what_is_no_file_is_refused_without_waiting(config: Config) -> None:
    config.folder.mkdir()
    os.mkfifo(config.file)
    with pytest.raises(ConfigurationError, match="no regular file"):
        config.repository().load()
    config.file.unlink()
    config.file.mkdir()
    with pytest.raises(ConfigurationError, match="no regular file"):
        config.repository().change(adding("a"))
    config.file.rmdir()
    with config.file.open("wb") as file:
        file.truncate(100 << 20)
    with pytest.raises(ConfigurationError, match="File too large"):
        config.repository().load()


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bcper").write_bytes(b"")
    config = Config(tmp_path / "bcper")
    for use in (config.repository().load, lambda: config.repository().change(adding("a"))):
        with pytest.raises(ConfigurationError):
            use()
    assert (tmp_path / "bcper").read_bytes() == b""


@pytest.mark.parametrize("version", [4, 99, 10**30])
def test_row_35_a_newer_version_is_never_rewritten(config: Config, version: int) -> None:
    config.write({"version": version, "things": {"unknown": "to us"}})
    error = refused(config)
    assert "a newer BCPER wrote this file" in str(error)
    assert error.hint == "Update BCPER."
    assert config.adopted == []


@pytest.mark.parametrize("hops", [1, 2])
def test_row_36_a_link_stays_and_its_target_is_replaced(config: Config, tmp_path: Path, hops: int) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    real = dotfiles / "my.json"
    real.write_bytes(GOOD)
    config.folder.mkdir()
    if hops == 1:
        config.file.symlink_to("../dotfiles/my.json")
    else:
        (dotfiles / "link").symlink_to("my.json")
        config.file.symlink_to(dotfiles / "link")
    link = os.readlink(config.file)
    config.repository().change(adding("b"))
    assert os.readlink(config.file) == link
    assert not real.is_symlink()
    assert set(json.loads(real.read_bytes())["items"]) == {"a", "b"}
    assert config.backup.read_bytes() == GOOD
    assert config.names() == {"config.json", "config.json.bak"}
    assert not [name for name in os.listdir(dotfiles) if name.endswith(".tmp")]


def test_row_36_two_folders_with_links_to_one_file_share_its_lock(config: Config, tmp_path: Path) -> None:
    other = Config(tmp_path / "other")
    config.write(GOOD)
    other.folder.mkdir()
    other.file.symlink_to(config.file)

    def nested(catalog: Catalog) -> Catalog:
        with pytest.raises(Locked):
            other.repository().change(adding("b"))
        return catalog

    config.repository().change(nested)
    assert set(other.repository().change(adding("b")).items) == {"a", "b"}


@pytest.mark.parametrize("target", ["../gone/config.json", "config.json"])
def test_row_36_a_link_that_leads_nowhere_is_no_empty_configuration(config: Config, target: str) -> None:
    """The disk that it leads to may be missing."""
    config.folder.mkdir()
    config.file.symlink_to(target)
    for use in (config.repository().load, lambda: config.repository().change(adding("a"))):
        with pytest.raises(ConfigurationError) as caught:
            use()
    assert str(config.file) in str(caught.value)
    assert os.readlink(config.file) == target
    assert config.names() == {"config.json"}


NAMED = {
    "item": ({"items": {"../x": {"paths": ["/x"]}}}, 'items["../x"]'),
    "NUL": ({"vaults": {"a\0": {"items": []}}}, 'vaults["a\\x00"]'),
    "in a vault": ({"vaults": {"v": {"items": ["../x"]}}}, "vaults.v"),
    "path": ({"items": {"x": {"paths": ["/x\0"]}}}, "items.x"),
    "pattern": ({"items": {"x": {"paths": ["/x"], "ignore": ["a\0"]}}}, "items.x"),
    "store": ({"stores": {"a/b": {"type": "local", "path": "/b"}}}, 'stores["a/b"]'),
    "store's path": ({"stores": {"s": {"type": "local", "path": "/b/../c"}}}, "stores.s"),
    "remote": ({"stores": {"s": {"type": "rclone", "path": "", "remote": "a:;rm"}}}, "stores.s"),
    "frequency": (
        {"frequencies": {"..": {"name": "x", "schedule": {"cron": "@daily"}}}},
        'frequencies[".."]',
    ),
}


@pytest.mark.parametrize(("sections", "place"), NAMED.values(), ids=NAMED)
def test_row_39_a_name_that_leads_elsewhere_is_refused_with_its_place(
    config: Config, sections: dict[str, object], place: str
) -> None:
    config.write({"version": 2, **sections})
    assert f": {place} is refused: " in str(refused(config))


@pytest.mark.parametrize("where", ["target_name", "store_name", "frequency_id", "name", "id"])
def test_row_39_in_a_job(config: Config, where: str) -> None:
    job = {
        "name": "n",
        "target_type": "item",
        "target_name": "t",
        "store_name": "s",
        "frequency_id": "f",
    }
    key = "a/../b" if where == "id" else "1"
    config.write({"version": 2, "jobs": {key: job if where == "id" else {**job, where: "../x"}}})
    assert " is refused: '" in str(refused(config))


@pytest.mark.parametrize("umask", [0, 0o777])
def test_row_76_the_folder_and_the_files_are_the_users_alone(config: Config, umask: int) -> None:
    before = os.umask(umask)
    try:
        config.repository().change(adding("a"))
        config.repository().change(adding("b"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(config.folder.stat().st_mode) == 0o700
    assert {name.name for name in config.folder.iterdir()} == {
        "config.json",
        "config.json.bak",
        "config.json.lock",
    }
    assert {stat.S_IMODE(each.stat().st_mode) for each in config.folder.iterdir()} == {0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for others")
def test_what_root_writes_for_a_user_is_the_users(config: Config) -> None:
    config.folder.mkdir()
    os.chown(config.folder, 12345, 12346)
    config.repository().change(adding("a"))
    config.repository().change(adding("b"))
    owners = {(each.stat().st_uid, each.stat().st_gid) for each in config.folder.iterdir()}
    assert owners == {(12345, 12346)}


FULL = """
import resource, sys
from pathlib import Path
from helpers.configs import Config, adding
from bcper.domain.errors import ConfigurationError
resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
try:
    Config(Path(sys.argv[1])).repository().change(adding("x" * 90))
except ConfigurationError as error:
    print(error)
"""


def test_a_write_that_fails_leaves_the_old_one_and_no_litter(config: Config) -> None:
    config.write(GOOD)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    out = finished(python(FULL, config.folder))
    assert out == f"{config.file} cannot be saved: File too large.\n"
    assert config.file.read_bytes() == GOOD
    assert config.names() == {"config.json", "config.json.bak"}


def test_a_file_edited_by_hand_between_two_changes_counts(config: Config) -> None:
    repository = config.repository()
    repository.change(adding("a"))
    config.write(GOOD.replace(b'"a"', b'"by hand"'))
    assert set(repository.change(adding("c")).items) == {"by hand", "c"}


IMPORTS = """
import sys
from bcper.adapters.config_json.repository import JsonCatalogRepository
JsonCatalogRepository(sys.argv[1], adopt=print).load()
print([name for name in ("cattrs", "json", "bcper.domain.policy.cron") if name in sys.modules])
"""


def test_a_file_that_is_not_there_costs_no_imports_and_reading_one_not_that_of_cattrs(config: Config) -> None:
    assert finished(python(IMPORTS, config.file)) == "[]\n"
    config.write(GOOD)
    assert finished(python(IMPORTS, config.file)) == "['json', 'bcper.domain.policy.cron']\n"
