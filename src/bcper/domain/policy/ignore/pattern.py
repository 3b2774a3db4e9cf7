"""Lines of a gitignore file, parsed as git parses them (gitignore(5), "PATTERN FORMAT")."""

from collections.abc import Iterable, Iterator

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable

_BOM = "\ufeff"

ITEM = 1
"""The layer of an item's patterns."""


@attrs.frozen
class Pattern:
    """One pattern, and where it was written.

    ``text`` is the line as written, without its line end. ``layer`` is 0 for a vault's patterns, 1 for an
    item's and 2 for those of a ``.bcpignore``; ``line`` counts from 1 within the layer, comments and
    empty lines included. ``negated`` is a leading ``!``; ``directory_only`` a trailing ``/``. ``glob`` is
    what remains of the line to compare with, and ``whole_path`` whether with the path below the root or with
    its last component only.
    """

    text: str
    layer: int
    line: int
    negated: bool
    directory_only: bool
    glob: bytes = attrs.field(repr=False)
    whole_path: bool = attrs.field(repr=False)


def parse_layer(lines: Iterable[str], layer: int) -> Iterator[Pattern]:
    """The patterns among ``lines``, in their order; comments and empty lines are none.

    A line may still have its line end, and the first one a byte order mark. A line feed elsewhere stands for
    itself. Raises UsageError for text that no file name can hold (a lone surrogate).
    """
    for number, line in enumerate(lines, start=1):
        text = line.removesuffix("\n").removesuffix("\r")
        if number == 1:
            text = text.removeprefix(_BOM)
        written = _bytes(text)
        if written and not written.startswith(b"#"):
            body = _without_trailing_spaces(written)
            if body:
                yield _pattern(text, body, layer, number)


def _pattern(text: str, body: bytes, layer: int, line: int) -> Pattern:
    negated = body.startswith(b"!")
    glob = body[negated:]
    directory_only = glob.endswith(b"/")
    glob = glob[:-1] if directory_only else glob
    whole_path = b"/" in glob
    return Pattern(text, layer, line, negated, directory_only, glob.removeprefix(b"/"), whole_path)


def _without_trailing_spaces(line: bytes) -> bytes:
    bare = line.rstrip(b" ")
    escapes = len(bare) - len(bare.rstrip(b"\\"))
    # An odd backslash quotes the first of the spaces, which stays.
    return line[: len(bare) + 1] if escapes % 2 else bare


def _bytes(text: str) -> bytes:
    try:
        # git reads a line as a C string: it ends at a NUL, which no file name holds anyway.
        return text.encode("utf-8", "surrogateescape").partition(b"\0")[0]
    except UnicodeEncodeError as error:
        raise UsageError(
            f"The ignore pattern {printable(text)!r} is not valid text.", "Write the pattern again."
        ) from error
