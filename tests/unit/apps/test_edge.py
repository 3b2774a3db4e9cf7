"""What a place is taken for, by how it is typed."""

import os
from pathlib import Path
from typing import Any

import pytest

from bcper.apps.edge import place
from bcper.domain.model.requests.stores import StoreView
from bcper.domain.model.stores import Store, is_remote, looks_remote


def no_stores(_: Any) -> Any:
    return (StoreView(Store("cloud", "rclone", "b", "gdrive"), ()),)


@pytest.mark.parametrize("text", ["gdrive:Backups", "gdrive:", "gdrive:a/b", "my drive:a", "a.b+c@d-e_f:/x"])
def test_a_remote_stays_as_it_is(text: str) -> None:
    assert place(no_stores, text) == text
    assert is_remote(text)


@pytest.mark.parametrize(
    "text", ["./a:b", "../a:b", "/a:b", "~/a:b", "a/b:c", "folder", "-a:b", ":b", "a,b:c"]
)
def test_what_cannot_be_a_remote_is_a_folder(text: str) -> None:
    found = place(no_stores, text)
    assert found == os.path.abspath(os.path.expanduser(text))
    assert not is_remote(found)
    assert not looks_remote(found)


def test_a_folder_that_is_there_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gdrive:Backups").mkdir()
    assert place(no_stores, "gdrive:Backups") == f"{os.getcwd()}/gdrive:Backups"


def test_a_store_is_known_by_its_name() -> None:
    assert place(no_stores, "cloud") == "cloud"
