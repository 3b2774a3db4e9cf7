"""The reference in Markdown, for GitHub and a site of MkDocs: an index, and a page for each group."""

import re
from collections.abc import Iterator

from manual.book import Book
from manual.model import Command, Entry, Group
from manual.words import capital, sentence, typed

_OPTION = re.compile(r"(?<![\w`-])(--?[a-z][a-z-]*[a-z]|-[a-z])(?![\w-])")
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")


def pages(book: Book) -> Iterator[tuple[str, str]]:
    """Names of files and what is in them."""
    yield "index.md", _text(_index(book))
    for group in book.cli.commands:
        yield f"{group.word}.md", _text(_group(group))
    for program in (book.window, book.daemon):
        yield f"{program.page}.md", _text(_program(book, program))


def _text(lines: Iterator[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _index(book: Book) -> Iterator[str]:
    yield from ("# The command line", "", _prose(book.cli.text), "")
    yield from _called(book.cli)
    yield from ("## Commands", "")
    for group in book.cli.commands:
        yield from (
            f"### [{group.word}]({group.word}.md)",
            "",
            _prose(sentence(capital(group.summary))),
            "",
        )
        if group.commands:
            rows = [
                (f"[`{verb.name}`]({group.word}.md#{verb.word})", _prose(verb.summary))
                for verb in group.commands
            ]
            yield from _table("command", rows)
    yield from ("## Options of all commands", "", "Before the name of the group, or at the end.", "")
    yield from _entries(book.cli.shared)
    yield from ("## Exit status", "")
    yield from _table("status", [(f"`{each}`", _prose(what)) for each, (_, what) in book.statuses.items()])
    yield from ("## Environment", "")
    yield from _table(
        "variable", [(f"`{each.name}`", _prose(each.what)) for each in book.variables("bcper-cli")]
    )
    yield from ("## Files", "")
    yield from _table("file", [(f"`{path}`", _prose(what)) for path, what in book.files])
    yield from ("## Examples", "")
    yield from _shown(*book.cli.examples)
    yield from ("## Other programs", "")
    for program in (book.window, book.daemon):
        yield f"- [`{program.name}`]({program.page}.md): {_prose(sentence(program.summary))}"


def _program(book: Book, program: Command) -> Iterator[str]:
    yield from (f"# {program.name}", "", _prose(program.text), "")
    yield from _called(program)
    yield from ("## Options", "")
    yield from _entries([*(entry for group in program.groups for entry in group.entries), *program.shared])
    yield from ("## Environment", "")
    yield from _table(
        "variable", [(f"`{each.name}`", _prose(each.what)) for each in book.variables(program.name)]
    )
    yield from ("## Examples", "")
    yield from _shown(*program.examples)
    yield "Exit status and files: see [the command line](index.md#exit-status)."


def _group(group: Command) -> Iterator[str]:
    yield from (f"# {group.name}", "", _prose(group.text), "")
    if not group.commands:
        yield from _body(group)
    for verb in group.commands:
        yield f"- [{verb.word}](#{verb.word}): {_prose(sentence(verb.summary))}"
    for verb in group.commands:
        yield from ("", f"## {verb.word}", "", _prose(verb.text), "")
        yield from _body(verb)
    yield from ("", "See also: [options of all commands](index.md#options-of-all-commands),")
    yield "[exit status](index.md#exit-status), [environment](index.md#environment)."


def _body(command: Command) -> Iterator[str]:
    yield from _called(command)
    for each in command.groups:
        yield from _titled(each)
    for example in command.examples:
        yield from ("Example:", "")
        yield from _shown(example)


def _called(command: Command) -> Iterator[str]:
    """The synopsis, folded as a shell would read it."""
    lines, width = [command.name], 92
    for word in command.synopsis:
        if len(lines[-1]) + len(word) > width:
            lines.append("   ")
        lines[-1] += f" {word}"
    yield from ("```text", *lines, "```", "")


def _shown(*commands: str) -> Iterator[str]:
    yield from ("```sh", *(line for command in commands for line in typed(command)), "```", "")


def _titled(group: Group) -> Iterator[str]:
    if group.title:
        what = f" ({_prose(group.what)})" if group.what else ""
        yield from (f"**{capital(group.title)}**{what}:", "")
    yield from _entries(group.entries)


def _entries(entries: "tuple[Entry, ...] | list[Entry]") -> Iterator[str]:
    rows = [(", ".join(f"`{part}`" for part in _titles(each)), _prose(each.what)) for each in entries]
    yield from _table("option" if any(each.names for each in entries) else "argument", rows)


def _titles(entry: Entry) -> list[str]:
    value = f" {entry.value}" if entry.value else ""
    return [f"{name}{value}" for name in entry.names] or [entry.value]


def _table(title: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    yield from (f"| {title} | |", "|---|---|", *(f"| {left} | {right} |" for left, right in rows), "")


def _prose(text: str) -> str:
    """Sentences without marks of Markdown; options in them as code."""
    parts = _OPTION.split(text)
    return "".join(f"`{part}`" if at % 2 else _MARKS.sub(r"\\\1", part) for at, part in enumerate(parts))
