"""Stores, checked at the edge (FAULTS.md rows 39 and 58)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.stores import Store, check_remote, check_store

LOCAL = Store("Disk", "local", "/mnt/disk")
REMOTE = Store("Cloud", "rclone", "backups/laptop", remote="my-drive_1.x+y@z w")


def test_a_location_is_a_path_or_a_path_on_a_remote() -> None:
    assert check_store(LOCAL).location == "/mnt/disk"
    assert check_store(REMOTE).location == "my-drive_1.x+y@z w:backups/laptop"
    assert check_store(attrs.evolve(REMOTE, path="")).location == "my-drive_1.x+y@z w:"


@pytest.mark.parametrize(
    "remote",
    ["", "-x", "a:;rm", "a:", "a;rm", "$(x)", "a\nb", "a\0", "a/b", "a,b=c", "Müll", " a", "a ", "a\n"],
)
def test_row_58_a_remote_is_a_plain_name(remote: str) -> None:
    with pytest.raises(UsageError):
        check_store(attrs.evolve(REMOTE, remote=remote))


@given(st.text(max_size=8))
def test_what_is_taken_for_a_remote_can_be_nothing_else(remote: str) -> None:
    try:
        check_remote(remote)
    except UsageError as error:
        assert str(error).isprintable()
        return
    assert remote.isascii()
    assert remote.isprintable()
    assert remote[0] not in "- "
    assert not set(remote) & set(":,;/\\\"'$`|&<>(){}*?!~#=%^")


@pytest.mark.parametrize("path", ["../x", "a/../b", "/mnt/..", "..", "a\0b"])
@pytest.mark.parametrize("store", [LOCAL, REMOTE])
def test_row_39_a_path_never_leads_upwards(store: Store, path: str) -> None:
    with pytest.raises(UsageError):
        check_store(attrs.evolve(store, path=path))


def test_dots_within_a_name_lead_nowhere() -> None:
    assert check_store(attrs.evolve(LOCAL, path="/mnt/a..b/...")).path == "/mnt/a..b/..."


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../x"},
        {"name": "a\0"},
        {"path": "relative"},
        {"path": ""},
        {"remote": "drive"},
        {"volume_bytes": -1},
        {"bandwidth": 0},
    ],
)
def test_settings_without_sense_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        check_store(attrs.evolve(LOCAL, **change))


def test_on_a_remote_a_volume_ends_somewhere() -> None:
    assert check_store(attrs.evolve(LOCAL, volume_bytes=0)).volume == 0
    with pytest.raises(UsageError, match="has to end somewhere"):
        check_store(attrs.evolve(REMOTE, volume_bytes=0))
    assert check_store(attrs.evolve(REMOTE, volume_bytes=1)).volume == 1
