"""What a backup leaves out: gitignore patterns, of a vault and of an item (gitignore(5))."""

from collections.abc import Iterable

from bcper.domain.policy.ignore.finder import NONE, finders
from bcper.domain.policy.ignore.pattern import Pattern, parse_layer


class IgnoreRules:
    """Patterns in order, of which the last one that matches a path decides.

    Paths are bytes below the root, ``/``-separated, without a leading or a trailing slash, and never empty.
    Everything answers as git 2.39 does with a ``.gitignore`` at the root and ``core.ignoreCase`` off.
    """

    __slots__ = ("_directories", "_files", "_negated", "_patterns")

    def __init__(self, patterns: Iterable[Pattern] = ()) -> None:
        self._patterns = tuple(patterns)
        self._negated = [pattern.negated for pattern in self._patterns]
        self._directories, self._files = finders(self._patterns)

    @classmethod
    def parse(cls, *layers: Iterable[str]) -> "IgnoreRules":
        """The rules of ``layers``, each a series of lines: a vault's, then an item's, which so wins (row 22).

        Lines are text, with surrogate escapes for bytes that are not UTF-8. A malformed glob is no error: it
        matches nothing, as in git. Raises UsageError for text that no file name can hold.
        """
        return cls(pattern for layer, lines in enumerate(layers) for pattern in parse_layer(lines, layer))

    def __bool__(self) -> bool:
        return bool(self._patterns)

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """All of them, in the order in which they were given."""
        return self._patterns

    def decide(self, path: bytes, is_dir: bool) -> Pattern | None:
        """The last pattern that matches this very path, negated or not; its parents are not considered."""
        index = self._directories(path) if is_dir else self._files(path)
        return None if index == NONE else self._patterns[index]

    def ignored(self, path: bytes, is_dir: bool) -> bool:
        """Whether a walk leaves out ``path``: enough for a walk that never opens an ignored folder."""
        index = self._directories(path) if is_dir else self._files(path)
        return index != NONE and not self._negated[index]

    def excluded(self, path: bytes, is_dir: bool) -> Pattern | None:
        """The pattern that excludes ``path`` or the first of its parents that is excluded; else None.

        What is below an excluded folder cannot be re-included (row 20), as in ``git check-ignore``.
        """
        slash = path.find(b"/")
        while slash >= 0:
            if (pattern := self.decide(path[:slash], True)) and not pattern.negated:
                return pattern
            slash = path.find(b"/", slash + 1)
        pattern = self.decide(path, is_dir)
        return pattern if pattern and not pattern.negated else None
