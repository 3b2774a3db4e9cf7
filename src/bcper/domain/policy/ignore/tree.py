"""Patterns of a vault and an item together with those in the ``.bcpignore`` files of a tree."""

from bcper.domain.model.left_out import Reason
from bcper.domain.policy.ignore.pattern import ITEM, Pattern, parse_layer
from bcper.domain.policy.ignore.rules import IgnoreRules
from bcper.ports.source_tree import Ignored

_FILE = 2
"""The layer of the patterns in a file; layers 0 and 1 are a vault's and an item's."""

_File = tuple[bytes, IgnoreRules]
"""The folder a file is in (``b""``, or ended by a slash), and its patterns, which are relative to it."""


class TreeRules:
    """What holds in one folder of a tree: a :class:`~bcper.ports.source_tree.Rules`.

    As git has it (gitignore(5)) with patterns of the command line, files as its ``.gitignore``: the patterns
    given decide whatever they match, re-included or not; then the file in the deepest folder, then those
    above it. What is below an ignored folder is never asked about, so that no file can re-include it.
    """

    __slots__ = ("_files", "_given")

    def __init__(self, given: IgnoreRules, files: tuple[_File, ...] = ()) -> None:
        self._given = given
        self._files = files

    @property
    def ignored(self) -> Ignored:
        """See the port. Without files it is the question of the given patterns, at no further cost."""
        return self._ask if self._files else self._given.ignored

    def explain(self, path: bytes, is_dir: bool) -> Reason | None:
        """See the port."""
        if pattern := self._given.decide(path, is_dir):
            return None if pattern.negated else reason_of(pattern)
        for folder, rules in self._files:
            if pattern := rules.decide(path[len(folder) :], is_dir):
                return None if pattern.negated else Reason("ignore-file", folder=folder.rstrip(b"/"))
        return None

    def within(self, folder: bytes, content: bytes) -> "TreeRules":
        """See the port. A file without any pattern changes nothing."""
        lines = content.decode("utf-8", "surrogateescape").split("\n")
        rules = IgnoreRules(parse_layer(lines, _FILE))
        return TreeRules(self._given, ((folder, rules), *self._files)) if rules else self

    def _ask(self, path: bytes, is_dir: bool) -> bool:
        if pattern := self._given.decide(path, is_dir):
            return not pattern.negated
        for folder, rules in self._files:
            if pattern := rules.decide(path[len(folder) :], is_dir):
                return not pattern.negated
        return False


def reason_of(pattern: Pattern) -> Reason:
    """The reason that a pattern of a vault or an item is."""
    return Reason("pattern", pattern.text, "item" if pattern.layer == ITEM else "vault", pattern.line)
