"""Sources walked and read through the port, as a backup does it."""

import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import attrs

from bcper.adapters.fs.source_tree import FsSourceTree
from bcper.domain.model.entries import SMALL_FILE, Problem, Root, SourceEntry
from bcper.domain.model.left_out import Reason, Surveyed
from bcper.domain.model.targets import LeaveOut
from bcper.domain.policy.ignore import IgnoreRules
from bcper.domain.policy.left_out import root_rules
from bcper.ports.source_tree import Ignored, RootRules, Rules

TREE = FsSourceTree()


@attrs.frozen
class Asking:
    """Rules made of one function, the same in every folder."""

    ignored: Ignored

    def explain(self, path: bytes, is_dir: bool) -> Reason | None:
        return Reason("pattern", "asked") if self.ignored(path, is_dir) else None

    def within(self, folder: bytes, content: bytes) -> Rules:
        return self


def asking(roots: Iterable[Root], ignored: Ignored | None) -> dict[bytes, RootRules]:
    """The same question for every root."""
    return {root.name: RootRules(Asking(ignored) if ignored else None) for root in roots}


def walked(
    roots: Sequence[Root], ignored: Ignored | None = None, stores: Collection[tuple[int, int]] = ()
) -> tuple[list[SourceEntry], list[Problem]]:
    problems: list[Problem] = []
    return list(TREE.walk(roots, asking(roots, ignored), stores, problems.append)), problems


def rules_for(roots: Iterable[Root], *ignore: str, **leave_out: object) -> dict[bytes, RootRules]:
    """Patterns and leave-outs, the same for every root."""
    rules = root_rules(IgnoreRules.parse((), ignore), LeaveOut(**leave_out))  # type: ignore[arg-type]
    return {root.name: rules for root in roots}


def kept_and_left_out(
    roots: Sequence[Root], rules: dict[bytes, RootRules]
) -> tuple[list[bytes], list[Surveyed], list[Problem]]:
    """The paths that a walk gives, and what a survey says, which must be the same with the same notes."""
    problems: list[Problem] = []
    kept = paths(list(TREE.walk(roots, rules, (), problems.append)))
    noted: list[Problem] = []
    surveyed = list(TREE.survey(roots, rules, (), noted.append))
    assert [found.entry.path for found in surveyed if found.kept] == kept
    assert sorted(noted, key=str) == sorted(problems, key=str)
    return kept, surveyed, problems


def contents(roots: Sequence[Root]) -> tuple[dict[bytes, tuple[SourceEntry, bytes, str]], list[Problem]]:
    """Everything below ``roots`` as a reader hands it over: path -> (entry, bytes, how they came)."""
    entries, problems = walked(roots)
    found = {}
    with TREE.reader(roots, problems.append) as reader:
        for entry in entries:
            content = reader.content(entry)
            if isinstance(content, bytes):
                found[entry.path] = entry, content, "whole"
            else:
                pieces = list(content)
                assert all(0 < len(piece) <= SMALL_FILE for piece in pieces)
                assert sum(map(len, pieces)) == content.length
                found[entry.path] = entry, b"".join(pieces), "sparse" if content.sparse else "stream"
    return found, problems


def root(folder: Path, name: bytes = b"r") -> list[Root]:
    return [Root(name, os.fsencode(folder))]


def paths(entries: Sequence[SourceEntry]) -> list[bytes]:
    return [entry.path for entry in entries]
