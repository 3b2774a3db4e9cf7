"""BCPER's lines in a shell's profile, between two markers. Everything else there is the person's.

A profile is bytes: its encoding is not known, nor need it be.
"""

import re
import shlex
from collections.abc import Iterator, Sequence

from bcper.domain.errors import ConfigurationError, UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.shell import Lines, Programs, Shell

BEGIN = b"# >>> bcper aliases >>>"
END = b"# <<< bcper aliases <<<"
_MARKERS: dict[Lines, tuple[bytes, bytes]] = {
    "aliases": (BEGIN, END),
    "completion": (b"# >>> bcper completion >>>", b"# <<< bcper completion <<<"),
}
_ADDED = b"# (The line above had no line end.)"

_COMPLETION: dict[Shell, tuple[str, ...]] = {
    "bash": (
        # Asked for at the first Tab: a new terminal need not wait for it. 124: try again (bash(1)).
        '_bcper_cli_late() { eval "$(bcper-cli shell completion bash 2>/dev/null)"; return 124; }',
        "complete -F _bcper_cli_late bcper-cli",
    ),
    "zsh": (
        "if (( $+functions[compdef] && $+commands[bcper-cli] )); then",
        '  eval "$(bcper-cli shell completion zsh)"',
        "fi",
    ),
    "fish": (
        "if status is-interactive; and type -q bcper-cli",
        "    bcper-cli shell completion fish | source",
        "end",
    ),
}


def alias_lines(shell: Shell, programs: Programs) -> tuple[str, ...]:
    """A line for every program, quoted twice: for the line, and for where the alias is put in.

    Raises UsageError for a command that fits on no line.
    """
    quote = _fish_quoted if shell == "fish" else shlex.quote
    for command in programs.values():
        if any("\n" in word or "\r" in word or "\0" in word for word in command):
            raise UsageError(
                f"No alias can be made for {printable(' '.join(command))}.",
                "Move BCPER to a folder without line breaks in its name.",
            )
    return tuple(
        f"alias {name}={quote(' '.join(quote(word) for word in command))}"
        for name, command in programs.items()
    )


def completion_lines(shell: Shell) -> tuple[str, ...]:
    """What makes a shell complete ``bcper-cli`` of its PATH; nothing happens while that is not there."""
    return _COMPLETION[shell]


def block(lines: Sequence[str], kind: Lines = "aliases", *, line_end_added: bool = False) -> bytes:
    """The lines between their markers. Their line ends are LF: a shell takes CR for a part of a command."""
    inside = [line.encode("utf-8", "surrogateescape") for line in lines]
    note = [_ADDED] if line_end_added else []
    begin, end = _MARKERS[kind]
    return b"".join(line + b"\n" for line in (begin, *note, *inside, end))


def holds_block(text: bytes, where: str, kind: Lines = "aliases") -> bool:
    """Whether there is one. ``where`` is the profile's name. Raises ConfigurationError as :func:`removed`."""
    return _parted(text, where, kind) is not None


def installed(text: bytes, lines: Sequence[str], where: str, kind: Lines = "aliases") -> bytes:
    """``text`` with the block of ``lines``: in the place of the one that is there, or at the end.

    What is before and behind it stays byte for byte; a last line without a line end is given one, which
    :func:`removed` takes away again. Raises ConfigurationError as that does, and where the last line says
    that it goes on.
    """
    parts = _parted(text, where, kind)
    if parts is not None:
        before, old, after = parts
        return before + block(lines, kind, line_end_added=_added(old)) + after
    last = text.removesuffix(b"\n").removesuffix(b"\r").rpartition(b"\n")[2]
    if last.endswith(b"\\") and not last.lstrip().startswith(b"#"):
        raise ConfigurationError(
            f"The last line of {printable(where)} ends in a backslash: it is not complete.",
            "Complete it in a text editor, then try again.",
        )
    gap = bool(text) and not text.endswith(b"\n")
    return text + (b"\n" if gap else b"") + block(lines, kind, line_end_added=gap)


def removed(text: bytes, where: str, kind: Lines = "aliases") -> bytes:
    """``text`` without the block; the same if there is none.

    Raises ConfigurationError if it is there twice, or only its beginning or its end: what is the person's
    can then not be told.
    """
    parts = _parted(text, where, kind)
    if parts is None:
        return text
    before, old, after = parts
    if _added(old) and not after:
        before = before.removesuffix(b"\n")
    return before + after


def _parted(text: bytes, where: str, kind: Lines) -> tuple[bytes, bytes, bytes] | None:
    begin, end = _MARKERS[kind]
    begins, ends = list(_lines_of(begin, text)), list(_lines_of(end, text))
    if not begins and not ends:
        return None
    if len(begins) == len(ends) == 1 and begins[0].end() <= ends[0].start():
        start, stop = begins[0].start(), ends[0].end()
        return text[:start], text[start:stop], text[stop:]
    raise ConfigurationError(
        f"The lines of BCPER ({kind}) in {printable(where)} are not between one pair of markers.",
        f"Remove the lines from '{begin.decode()}' to '{end.decode()}' in a text editor, then try again.",
    )


def _lines_of(marker: bytes, text: bytes) -> Iterator[re.Match[bytes]]:
    return re.finditer(rb"^" + re.escape(marker) + rb"[ \t\r]*(?:\n|\Z)", text, re.MULTILINE)


def _added(old: bytes) -> bool:
    return _ADDED in [line.rstrip() for line in old.split(b"\n")]


def _fish_quoted(word: str) -> str:
    # In fish's single quotes a backslash quotes itself and the quote (fish-doc, "Quotes").
    if shlex.quote(word) == word:
        return word
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
