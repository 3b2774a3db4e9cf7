"""What a manual says about a program, whatever it looks like in the end."""

import attrs


@attrs.frozen
class Entry:
    """An option, or an argument by its place; ``names`` are empty for the latter.

    ``value`` is what stands for its value ("" for a switch), ``usage`` all of it as a synopsis has it, and
    ``group`` the title under which the help has it.
    """

    names: tuple[str, ...]
    value: str
    what: str
    usage: str
    group: str

    @property
    def title(self) -> str:
        """``-n N, --lines N``."""
        value = f" {self.value}" if self.names and self.value else self.value
        return ", ".join(f"{name}{value}" for name in self.names) or self.value


@attrs.frozen
class Group:
    """Entries under a title of their own; ``what`` is said of all of them, and may be empty."""

    title: str
    what: str
    entries: tuple[Entry, ...]


@attrs.frozen
class Command:
    """A program, a group of commands, or a command.

    ``name`` is how it is called (``bcper-cli item add``), ``summary`` one line, ``text`` the description,
    ``synopsis`` the words after the name, in order. ``shared`` are the entries that every command has.
    """

    name: str
    summary: str
    text: str
    synopsis: tuple[str, ...]
    groups: tuple[Group, ...]
    shared: tuple[Entry, ...]
    examples: tuple[str, ...]
    commands: tuple["Command", ...]

    @property
    def word(self) -> str:
        """The last word of its name."""
        return self.name.rpartition(" ")[2]

    @property
    def page(self) -> str:
        """The name of its page: ``bcper-cli-item``."""
        return self.name.replace(" ", "-")
