"""Bracket expressions as git's wildmatch reads them: bytes, not letters (glob(7), gitignore(5))."""

# git's own character classes: ASCII only, whatever the locale, and no \v or \f in "space".
_CLASSES: dict[bytes, frozenset[int]] = {
    b"alnum": frozenset(b for b in range(128) if chr(b).isalnum()),
    b"alpha": frozenset(b for b in range(128) if chr(b).isalpha()),
    b"blank": frozenset(b" \t"),
    b"cntrl": frozenset((*range(32), 127)),
    b"digit": frozenset(b"0123456789"),
    b"graph": frozenset(range(33, 127)),
    b"lower": frozenset(range(ord("a"), ord("z") + 1)),
    b"print": frozenset(range(32, 127)),
    b"punct": frozenset(b for b in range(33, 127) if not chr(b).isalnum()),
    b"space": frozenset(b" \t\n\r"),
    b"upper": frozenset(range(ord("A"), ord("Z") + 1)),
    b"xdigit": frozenset(b"0123456789abcdefABCDEF"),
}


class MalformedGlobError(Exception):
    """The glob cannot match anything: an open bracket, an unknown class, a backslash at the end.

    It never leaves this package: to git, and so to a person, such a pattern is merely one without effect.
    """


def bracket(glob: bytes, at: int) -> tuple[frozenset[int], int]:
    """The bytes that the bracket expression opened just before ``at`` matches, and where the glob goes on.

    Raises MalformedGlobError when it is never closed or names an unknown class.
    """
    negated = glob[at : at + 1] in (b"!", b"^")
    at += negated
    members: set[int] = set()
    previous: int | None = None  # what a "-" would make a range from
    start = at
    while at == start or glob[at : at + 1] != b"]":
        here = glob[at : at + 1]
        if here == b"-" and previous is not None and glob[at + 1 : at + 2] not in (b"", b"]"):
            last, at = _member(glob, at + 1)
            members.update(range(previous, last + 1))
            previous = None
        elif here == b"[" and (named := _named_class(glob, at)):
            members |= named[0]
            previous, at = None, named[1]
        else:
            previous, at = _member(glob, at)
            members.add(previous)
    return frozenset(range(256)) - members if negated else frozenset(members), at + 1


def _member(glob: bytes, at: int) -> tuple[int, int]:
    at += glob[at : at + 1] == b"\\"
    if at >= len(glob):
        raise MalformedGlobError
    return glob[at], at + 1


def _named_class(glob: bytes, at: int) -> tuple[frozenset[int], int] | None:
    """The class ``[:name:]`` at ``at`` and where it ends; None when the ``[`` there is a plain member."""
    if glob[at + 1 : at + 2] != b":":
        return None
    end = glob.find(b"]", at + 2)
    if end < 0:
        raise MalformedGlobError
    if end == at + 2 or glob[end - 1] != ord(":"):
        return None
    name = glob[at + 2 : end - 1]
    if name not in _CLASSES:
        raise MalformedGlobError
    return _CLASSES[name], end + 1
