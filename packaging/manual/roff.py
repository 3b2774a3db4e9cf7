"""Lines of roff for the macros of man(7)."""

import re
from collections.abc import Iterable, Iterator

from manual.words import typed

_SPECIAL = {"\\": "\\e", "-": "\\-", "'": "\\(aq", '"': "\\(dq", "^": "\\(ha", "~": "\\(ti", "`": "\\(ga"}
_WIDTH = 78
_OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*[a-z]|-[a-z])(?![\w-])")
_WORD = re.compile(r"--?[a-z][a-z-]*|[A-Z][A-Z_]*\b")


def escaped(text: str) -> str:
    """``text`` as it is, whatever is in it; on one line."""
    text = " ".join(text.split())
    done = "".join(
        _SPECIAL.get(each) or (each if each.isascii() else f"\\[u{ord(each):04X}]") for each in text
    )
    # A request begins with one of these at the beginning of a line; "'" is escaped already.
    return f"\\&{done}" if done.startswith(".") else done


def bold(text: str) -> str:
    """For what is typed as it is."""
    return f"\\fB{escaped(text)}\\fR"


def italic(text: str) -> str:
    """For what stands for something else."""
    return f"\\fI{escaped(text)}\\fR"


def prose(text: str) -> str:
    """Sentences; options in them are bold."""
    parts = _OPTION.split(text)
    marked = [bold(part) if at % 2 else _within(part) for at, part in enumerate(parts) if part]
    line = "".join(marked)
    return f"\\&{line}" if line.startswith(".") else line


def usage(text: str) -> str:
    """A piece of a synopsis: options bold, what stands for values italic."""
    done, at = [], 0
    for found in _WORD.finditer(text):
        done.append(_within(text[at : found.start()]))
        done.append(bold(found[0]) if found[0].startswith("-") else italic(found[0]))
        at = found.end()
    done.append(_within(text[at:]))
    return "".join(done)


def _within(text: str) -> str:
    """Escaped, with a blank where one was at an end; for the middle of a line."""
    if not text.strip():
        return " " * bool(text)
    middle = escaped(text).removeprefix("\\&")
    return f"{' ' * text[0].isspace()}{middle}{' ' * text[-1].isspace()}"


def section(title: str) -> str:
    """A heading."""
    return f".SH {title}"


def subsection(title: str) -> str:
    """A smaller one."""
    return f'.SS "{escaped(title)}"'


def tagged(tag: str, text: str) -> Iterator[str]:
    """An entry of a list; ``tag`` is roff already."""
    yield ".TP 7n"
    yield tag
    yield prose(text)


def synopsis(name: str, words: tuple[str, ...]) -> Iterator[str]:
    """How a command is called; a piece with blanks in it is not broken over lines."""
    yield f'.SY "{escaped(name)}"'
    for word in words:
        line = usage(word)
        # What begins a line with a full stop would be a request.
        yield "\\&" * line.startswith(".") + (line if " | " in word else line.replace(" ", "\\ "))
    yield ".YS"


def example(command: str) -> Iterator[str]:
    """A command as one types it."""
    yield from (".RS 4", ".EX", *(_kept(line) for line in typed(command)), ".EE", ".RE")


def _kept(line: str) -> str:
    return " " * (len(line) - len(line.lstrip())) + escaped(line)


def page(lines: Iterable[str]) -> str:
    """The file. Long lines of text are folded, as man-pages(7) wants them."""
    done: list[str] = []
    shown = False
    for line in lines:
        shown = line == ".EX" or (shown and line != ".EE")
        done.extend([line] if shown else _folded(line))
    return "".join(f"{line}\n" for line in done)


def _folded(line: str) -> Iterator[str]:
    while not line.startswith(".") and len(line) > _WIDTH:
        places = [found.start() for found in re.finditer(r"(?<=[^ \\]) (?=[^ .])", line)]
        if not places:
            break
        at = max((place for place in places if place <= _WIDTH), default=places[0])
        yield line[:at]
        line = line[at + 1 :]
    yield line
