"""A config.json in a folder, and processes of their own that use it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

import bcper
from bcper.adapters.config_json.repository import JsonCatalogRepository
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.targets import Item

Passwords = Mapping[tuple[Any, str], str]


class Config:
    """``adopted`` and ``told`` are what a migration handed out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "config.json"
        self.backup = folder / "config.json.bak"
        self.adopted: list[dict[tuple[str, str], str]] = []
        self.told: list[tuple[str, ...]] = []

    def repository(
        self, adopt: Callable[[Passwords], None] | None = None, patience: float = 0.2
    ) -> JsonCatalogRepository:
        return JsonCatalogRepository(
            str(self.file),
            adopt=adopt or (lambda passwords: self.adopted.append(dict(passwords))),
            tell=self.told.append,
            home="/home/me",
            patience=patience,
        )

    def write(self, data: bytes | dict[str, Any]) -> bytes:
        text = json.dumps(data).encode() if isinstance(data, dict) else data
        self.folder.mkdir(exist_ok=True)
        self.file.write_bytes(text)
        return text

    def names(self) -> set[str]:
        return set(os.listdir(self.folder)) - {"config.json.lock"}


def adding(name: str) -> Callable[[Catalog], Catalog]:
    return lambda catalog: attrs.evolve(catalog, items={**catalog.items, name: Item(name, (f"/{name}",))})


def python(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """A process of its own, with this code and our modules."""
    source = os.path.dirname(os.path.dirname(bcper.__file__))
    tests = str(Path(__file__).parent.parent)
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((source, tests))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: "subprocess.Popen[str]") -> str:
    """What it printed. It must have ended well."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out
