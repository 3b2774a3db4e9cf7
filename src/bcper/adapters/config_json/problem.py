"""What is wrong with a configuration, and where in it; the file's name is added by the repository."""

import re

from bcper.domain.errors import ConfigurationError
from bcper.domain.model.names import printable

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")

Step = str | int
"""A key of an object, or a position in a list."""


class Problem(Exception):
    """``path`` leads from the top of the file to what is wrong; ``where`` stands in for it if it is text.

    ``what`` goes on from there as a clause: "is 'x'; it must be one of ...". It never holds a value that
    could be a secret. ``hint`` is a sentence.
    """

    def __init__(self, what: str, path: tuple[Step, ...] = (), hint: str = "", where: str = "") -> None:
        super().__init__(what)
        self.what, self.path, self.hint, self.where = what, path, hint, where

    def below(self, *steps: Step) -> "Problem":
        """The same, as seen from further up."""
        return Problem(self.what, (*steps, *self.path), self.hint, self.where)

    def __str__(self) -> str:
        return f"{self.where or dotted(self.path)} {self.what}"

    def in_file(self, file: str, backup: str = "") -> ConfigurationError:
        """The error for a person. ``backup`` is a sentence about the version before, or nothing."""
        hint = " ".join(each for each in (self.hint or "Mend it in a text editor.", backup) if each)
        return ConfigurationError(f"{printable(file)}: {self}.", hint)


def dotted(path: tuple[Step, ...]) -> str:
    """``jobs.nightly.keep`` or ``items["my documents"].paths[2]``: one line, safe for a terminal."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f'["{_shortened(step)}"]'
    return text or "the file"


def found(value: object) -> str:
    """What ``value`` is, in words. Text is not shown: it could be a password in the wrong place."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"the number {value}" if value.bit_length() < 100 else "a very long number"
    if isinstance(value, float):
        return f"the number {value!r}" if value - value == 0 else "no number at all (NaN or Infinity)"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"


def quoted(text: str) -> str:
    """``text`` in quotes, on one line, not too long."""
    return f"'{_shortened(text)}'"


def listed(keys: "list[str] | tuple[str, ...]", word: str = "and") -> str:
    """``'a', 'b' and 'c'``."""
    names = [f"'{key}'" for key in keys]
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def _shortened(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= 60 else shown[:57] + "..."
