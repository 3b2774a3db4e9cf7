"""From what shall be backed up to roots with names and rules, part by part (FORMAT.md sections 1 and 2)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import attrs

from bcper.domain.model.choices import Compression
from bcper.domain.model.entries import Root
from bcper.domain.model.names import AD_HOC
from bcper.domain.model.targets import LeaveOut
from bcper.domain.policy.ignore import IgnoreRules
from bcper.domain.policy.left_out import root_rules
from bcper.domain.policy.roots import name_roots, name_roots_of_vault
from bcper.ports.source_tree import RootRules


@attrs.frozen
class SourceRequest:
    """Paths, as typed, with the rules that hold for all of them: an item's, or given at once."""

    item: str
    paths: tuple[str, ...]
    rules: IgnoreRules
    leave_out: LeaveOut = attrs.field(factory=LeaveOut)


@attrs.frozen
class PartRequest:
    """Sources that share a password, or have none."""

    name: str
    sources: tuple[SourceRequest, ...]
    password: str | None = attrs.field(default=None, repr=False)


@attrs.frozen
class BackUpRequest:
    """What to back up and where, part by part: see ``one_part`` for a request of a few paths.

    ``store`` is a location; ``volume_bytes`` closes a volume after so many stored bytes, 0 never.
    ``run_id`` is the run's id, a new one if it is ``None``.
    """

    parts: tuple[PartRequest, ...]
    store: str
    target_name: str
    compression: Compression = "fast"
    volume_bytes: int = 0
    job_id: str | None = None
    job_name: str = AD_HOC
    target_type: Literal["item", "vault"] = "item"
    run_id: str | None = None

    @property
    def encrypted(self) -> bool:
        """Whether any part has a password."""
        return any(part.password is not None for part in self.parts)


@attrs.frozen
class PlannedPart:
    """A part with its roots named, and the rules by the names of roots."""

    name: str
    items: tuple[str, ...]
    roots: tuple[Root, ...]
    rules: Mapping[bytes, RootRules]
    password: str | None = attrs.field(repr=False)


def one_part(
    name: str,
    paths: Iterable[str],
    *,
    ignore: Iterable[str] = (),
    vault_ignore: Iterable[str] = (),
    leave_out: LeaveOut | None = None,
    password: str | None = None,
) -> tuple[PartRequest, ...]:
    """The parts of a request for a few paths: one, called after the target. Raises UsageError."""
    rules = IgnoreRules.parse(tuple(vault_ignore), tuple(ignore))
    source = SourceRequest(name, tuple(paths), rules, leave_out or LeaveOut())
    return (PartRequest(name, (source,), password),)


def plan_parts(
    parts: Sequence[PartRequest], kind: Literal["item", "vault"], resolve: Callable[[str], bytes]
) -> tuple[PlannedPart, ...]:
    """Name the roots, uniquely in the whole run. ``resolve`` makes a path absolute. Raises UsageError."""
    found = [
        (source.item, [resolve(path) for path in source.paths]) for part in parts for source in part.sources
    ]
    if kind == "vault":
        named = name_roots_of_vault(found)
    else:
        named = {item: name_roots(sources) for item, sources in found}
    planned = []
    for part in parts:
        rules = {
            root.name: root_rules(source.rules, source.leave_out)
            for source in part.sources
            for root in named[source.item]
        }
        planned.append(
            PlannedPart(
                part.name,
                tuple(source.item for source in part.sources),
                tuple(root for source in part.sources for root in named[source.item]),
                rules,
                part.password,
            )
        )
    return tuple(planned)
