"""gitignore globs, as git's wildmatch reads them, turned into byte regexes (gitignore(5), "PATTERN FORMAT").

The regexes never backtrack out of hand (FAULTS.md row 23). A ``*`` may take any part of one component, so
between two stars the leftmost place that fits is always as good as a later one, and an atomic group keeps
it; the same holds between two ``**/`` for the components in between. What is left is one scan per star.
"""

import enum
import re
from collections.abc import Sequence

import attrs

from bcper.domain.policy.ignore.bracket import MalformedGlobError, bracket

_SLASH, _BACKSLASH, _STAR, _QUESTION, _OPEN = b"/\\*?["
_SPECIAL = re.compile(rb"[*?\[\\]")
_STARS = re.compile(rb"\*+")
_PLAIN = re.compile(rb"[^*?\[\\/]+")


class Kind(enum.Enum):
    """What a token stands for."""

    TEXT = enum.auto()
    """These very bytes, none of them a slash."""
    SLASH = enum.auto()
    """``/``"""
    ONE = enum.auto()
    """One byte of a set (``value`` is a regex), never a slash."""
    STAR = enum.auto()
    """Any bytes but a slash."""
    DEEP = enum.auto()
    """``**/``: any number of whole components, none included."""
    DEEPER = enum.auto()
    """``**`` and an escaped slash: anything that ends with a slash."""
    REST = enum.auto()
    """A ``**`` at the end: anything."""


@attrs.frozen
class Token:
    """One step of a glob; ``value`` is the bytes of ``TEXT`` and ``SLASH``, the regex of ``ONE``."""

    kind: Kind
    value: bytes = b""


def tokenize(glob: bytes, whole_path: bool) -> tuple[Token, ...] | None:
    """The steps of ``glob``, or None when it is malformed and so never matches.

    ``whole_path`` says that the glob is held against a path below the root, not against a last component:
    only there does ``**`` differ from ``*``.
    """
    try:
        return tuple(_merged(_steps(glob, whole_path)))
    except MalformedGlobError:
        return None


def regex(tokens: Sequence[Token]) -> bytes:
    """A bytes regex (flags: DOTALL) that ``match``es exactly what ``tokens`` match, without groups."""
    out: list[bytes] = []
    run: list[Token] = []
    deep = b""
    for token in tokens:
        if token.kind in (Kind.DEEP, Kind.DEEPER, Kind.REST):
            out.append(_run(deep, run, b""))
            deep = {Kind.DEEP: rb"(?:|.*?/)", Kind.DEEPER: rb".*?/", Kind.REST: b""}[token.kind]
            run = []
        else:
            run.append(token)
    rest = bool(tokens) and tokens[-1].kind is Kind.REST
    return b"".join((*out, _run(deep, run, b"" if rest else rb"\Z")))


def _run(deep: bytes, run: Sequence[Token], end: bytes) -> bytes:
    """What lies between two ``**``: a fixed number of components, at the first place where they fit."""
    inside = _components(run) + end
    return b"(?>" + deep + inside + b")" if deep else inside


def _components(run: Sequence[Token]) -> bytes:
    out: list[bytes] = []
    segment: list[bytes] = []
    starred = False
    for token in run:
        match token.kind:
            case Kind.STAR:
                # Another star follows this segment in the same component: its first place will do.
                out += [b"(?>[^/]*?", *segment, b")"] if starred else segment
                segment, starred = [], True
            case Kind.SLASH:
                out += [b"[^/]*" if starred else b"", *segment, token.value]
                segment, starred = [], False
            case Kind.ONE:
                segment.append(token.value)
            case _:
                segment.append(re.escape(token.value))
    return b"".join((*out, b"[^/]*" if starred else b"", *segment))


def _merged(steps: Sequence[Token]) -> list[Token]:
    """Neighbouring texts as one, and repeated ``**/`` once."""
    out: list[Token] = []
    for step in steps:
        if out and step.kind is Kind.TEXT and out[-1].kind is Kind.TEXT:
            out[-1] = Token(Kind.TEXT, out[-1].value + step.value)
        elif not (out and step.kind is Kind.DEEP and out[-1].kind is Kind.DEEP):
            out.append(step)
    return out


def _steps(glob: bytes, whole_path: bool) -> list[Token]:
    first = _SPECIAL.search(glob)
    # git compares what precedes the first wildcard by itself and hands over the rest, so that a "**" there
    # counts as leading: "foo**/bar" matches "foobar" and "foo1/2/bar".
    leading = first.start() if first else len(glob)
    steps: list[Token] = []
    at = 0
    while at < len(glob):
        byte = glob[at]
        if plain := _PLAIN.match(glob, at):
            step, at = Token(Kind.TEXT, plain[0]), plain.end()
        elif byte == _STAR:
            step, at = _stars(glob, at, whole_path, leading)
        elif byte == _OPEN:
            members, at = bracket(glob, at + 1)
            step = _one_of(members)
        elif byte == _QUESTION:
            step, at = Token(Kind.ONE, b"[^/]"), at + 1
        else:
            at += byte == _BACKSLASH
            if at == len(glob):
                raise MalformedGlobError
            step = Token(Kind.SLASH, b"/") if glob[at] == _SLASH else Token(Kind.TEXT, glob[at : at + 1])
            at += 1
        steps.append(step)
    return steps


def _stars(glob: bytes, at: int, whole_path: bool, leading: int) -> tuple[Token, int]:
    """The meaning of a run of stars, and where the glob goes on."""
    found = _STARS.match(glob, at)
    end = found.end() if found else at
    if whole_path and end - at > 1 and (at == leading or glob[at - 1] == _SLASH):
        if end == len(glob):
            return Token(Kind.REST), end
        if glob[end] == _SLASH:
            return Token(Kind.DEEP), end + 1
        if glob[end : end + 2] == b"\\/":
            return Token(Kind.DEEPER), end + 2
    return Token(Kind.STAR), end


def _one_of(members: frozenset[int]) -> Token:
    allowed = sorted(members - {_SLASH})
    if not allowed:
        raise MalformedGlobError
    if len(allowed) == 1:
        return Token(Kind.TEXT, bytes(allowed))
    return Token(Kind.ONE, b"[" + b"".join(b"\\x%02x" % byte for byte in allowed) + b"]")
