"""From a path to the last pattern that matches it, in a time that hardly grows with the number of patterns.

Most patterns are no globs at heart: ``node_modules/``, ``/build`` and ``*.log`` are look-ups in a dict. Only
the others become regexes, many to one, compiled when first needed, and asked only when their answer could
win over what the dicts said.
"""

import re
from collections.abc import Callable, Iterable, Sequence

import attrs

from bcper.domain.policy.ignore.glob import Kind, Token, regex, tokenize
from bcper.domain.policy.ignore.pattern import Pattern

NONE = -1
"""No pattern matches."""

Find = Callable[[bytes], int]
"""Path below the root -> index of the last matching pattern, or :data:`NONE`."""

_PER_REGEX = 50

_Glob = tuple[int, Sequence[Token]]
"""The index of a pattern, and its glob."""


class _Regexes:
    """Globs that need a regex, the last pattern first, some dozens to one compiled alternation."""

    __slots__ = ("_batches",)

    def __init__(self, globs: Sequence[_Glob]) -> None:
        newest_first = globs[::-1]
        self._batches: list[_Batch] = [
            _Batch(newest_first[at : at + _PER_REGEX]) for at in range(0, len(newest_first), _PER_REGEX)
        ]

    def find(self, subject: bytes, best: int) -> int:
        """The index of the last pattern after ``best`` that matches ``subject``, or ``best``."""
        for batch in self._batches:
            if batch.newest <= best:
                break
            found = batch.match(subject)
            if found is not None:
                return max(best, batch.indexes[(found.lastindex or 0) - 1])
        return best


class _Batch:
    """Alternatives tried in order; an empty group at the end of each tells which one matched."""

    __slots__ = ("_globs", "indexes", "match", "newest")

    def __init__(self, globs: Sequence[_Glob]) -> None:
        self.indexes = [index for index, _ in globs]
        self.newest = self.indexes[0]
        self._globs = [tokens for _, tokens in globs]
        self.match: Callable[[bytes], re.Match[bytes] | None] = self._compile_and_match

    def _compile_and_match(self, subject: bytes) -> re.Match[bytes] | None:
        alternatives = b"|".join(regex(tokens) + b"()" for tokens in self._globs)
        self.match = re.compile(alternatives, re.DOTALL).match
        return self.match(subject)


@attrs.define
class _Tables:
    """Where each pattern goes, by the cheapest question that decides it."""

    names: dict[bytes, int] = attrs.field(factory=dict)
    paths: dict[bytes, int] = attrs.field(factory=dict)
    extensions: dict[bytes, int] = attrs.field(factory=dict)
    tails: dict[int, dict[bytes, int]] = attrs.field(factory=dict)
    heads: dict[int, dict[bytes, int]] = attrs.field(factory=dict)
    name_globs: list[_Glob] = attrs.field(factory=list)
    globs_below: dict[bytes, list[_Glob]] = attrs.field(factory=dict)
    globs_ending: dict[bytes, list[_Glob]] = attrs.field(factory=dict)
    path_globs: list[_Glob] = attrs.field(factory=list)

    def add(self, index: int, pattern: Pattern, tokens: Sequence[Token]) -> None:
        """``index`` grows from one call to the next, so that the last of equal patterns stays."""
        if pattern.whole_path and not _is_name_anywhere(tokens):
            self._add_path(index, tokens)
        else:
            self._add_name(index, tokens[1:] if pattern.whole_path else tokens)

    def _add_name(self, index: int, tokens: Sequence[Token]) -> None:
        match [(token.kind, token.value) for token in tokens]:
            case [(Kind.TEXT, text)]:
                self.names[text] = index
            case [(Kind.STAR, _), (Kind.TEXT, text)] if text.rfind(b".") == 0:
                self.extensions[text] = index
            case [(Kind.STAR, _), (Kind.TEXT, text)]:
                self.tails.setdefault(len(text), {})[text] = index
            case [(Kind.TEXT, text), (Kind.STAR, _)]:
                self.heads.setdefault(len(text), {})[text] = index
            case _:
                self.name_globs.append((index, tokens))

    def _add_path(self, index: int, tokens: Sequence[Token]) -> None:
        kinds = [token.kind for token in tokens]
        if all(kind in (Kind.TEXT, Kind.SLASH) for kind in kinds):
            self.paths[b"".join(token.value for token in tokens)] = index
            return
        entry = (index, tokens)
        if kinds[:2] == [Kind.TEXT, Kind.SLASH]:
            self.globs_below.setdefault(tokens[0].value, []).append(entry)
        elif kinds[-1] is Kind.TEXT and _ends_component(tokens[:-1]):
            self.globs_ending.setdefault(tokens[-1].value, []).append(entry)
        else:
            self.path_globs.append(entry)

    def finder(self) -> Find:
        """The tables as one function, which skips the questions that no pattern needs asked."""
        name_at, extension_at = self.names.get, self.extensions.get
        heads = [(length, table.get) for length, table in self.heads.items()]
        tails = [(-length, table.get) for length, table in self.tails.items()]
        by_extension = bool(self.extensions)
        name_globs = _Regexes(self.name_globs).find if self.name_globs else None
        whole_path = self._path_finder()

        def find(path: bytes) -> int:
            name = path[path.rfind(b"/") + 1 :]
            best = name_at(name, NONE)
            # No max() in here: its call would cost as much as the look-up.
            if by_extension and (found := extension_at(name[name.rfind(b".") :], NONE)) > best:
                best = found
            for length, at in heads:
                if (found := at(name[:length], NONE)) > best:
                    best = found
            for length, at in tails:
                if (found := at(name[length:], NONE)) > best:
                    best = found
            if name_globs is not None:
                best = name_globs(name, best)
            return best if whole_path is None else whole_path(path, name, best)

        return find

    def _path_finder(self) -> Callable[[bytes, bytes, int], int] | None:
        """The questions about the whole path; None when no pattern has a slash within."""
        if not (self.paths or self.globs_below or self.globs_ending or self.path_globs):
            return None
        path_at = self.paths.get
        below = {first: _Regexes(globs).find for first, globs in self.globs_below.items()}
        ending = {last: _Regexes(globs).find for last, globs in self.globs_ending.items()}
        anywhere = _Regexes(self.path_globs).find if self.path_globs else None

        def find(path: bytes, name: bytes, best: int) -> int:
            if (found := path_at(path, NONE)) > best:
                best = found
            if below and (globs := below.get(path[: path.find(b"/")])):
                best = globs(path, best)
            if ending and (globs := ending.get(name)):
                best = globs(path, best)
            return best if anywhere is None else anywhere(path, best)

        return find


def finders(patterns: Iterable[Pattern]) -> tuple[Find, Find]:
    """Two functions that find the last of ``patterns`` that matches: a directory, and anything else."""
    directories, others = _Tables(), _Tables()
    for index, pattern in enumerate(patterns):
        tokens = tokenize(pattern.glob, pattern.whole_path)
        if tokens is not None:
            directories.add(index, pattern, tokens)
            if not pattern.directory_only:
                others.add(index, pattern, tokens)
    return directories.finder(), others.finder()


def _is_name_anywhere(tokens: Sequence[Token]) -> bool:
    """Whether ``**/`` stands before a glob for one component: then it says nothing."""
    return (
        len(tokens) > 1
        and tokens[0].kind is Kind.DEEP
        and all(token.kind in (Kind.TEXT, Kind.ONE, Kind.STAR) for token in tokens[1:])
    )


def _ends_component(tokens: Sequence[Token]) -> bool:
    """Whether what follows ``tokens`` begins a component; a ``**/`` in mid-component may add nothing."""
    kinds = [token.kind for token in tokens]
    if kinds[-1] is Kind.DEEP:
        return len(kinds) == 1 or kinds[-2] in (Kind.SLASH, Kind.DEEPER)
    return kinds[-1] in (Kind.SLASH, Kind.DEEPER)
