"""Manual pages (man(7), man-pages(7)): one for each program and each group of commands."""

from collections.abc import Iterator

from manual import roff
from manual.book import Book
from manual.model import Command, Entry, Group
from manual.roff import bold, escaped, example, prose, section, subsection, synopsis, tagged, usage
from manual.words import capital, sentence

_SEE_ALSO = ("bcper", "bcper-cli", "bcperd")


def pages(book: Book) -> Iterator[tuple[str, str]]:
    """Names of files and what is in them."""
    for program in (book.cli, book.window, book.daemon):
        yield _page(book, program, program)
    for group in book.cli.commands:
        yield _page(book, book.cli, group)


def _page(book: Book, program: Command, page: Command) -> tuple[str, str]:
    lines = [
        f'.\\" Made from the parser of {program.name}: changes belong there.',
        f'.TH {escaped(page.page.upper())} 1 {book.date} "BCPER {escaped(book.version)}" "BCPER"',
        ".nr HY 0",
        ".ad l",
        section("NAME"),
        f"{escaped(page.page)} \\- {escaped(page.summary)}",
        section("SYNOPSIS"),
        *_synopses(page),
        section("DESCRIPTION"),
        prose(page.text),
        *_commands(page),
        section("OPTIONS"),
        *_options(page),
        section("EXIT STATUS"),
        *_statuses(book),
        section("ENVIRONMENT"),
        *_variables(book, program, page),
        section("FILES"),
        *_files(book),
        section("EXAMPLES"),
        *_examples(page),
        section("SEE ALSO"),
        *_see_also(book, page),
    ]
    return f"{page.page}.1", roff.page(lines)


def _synopses(page: Command) -> Iterator[str]:
    inner = [each for each in page.commands if not each.commands] if _is_group(page) else []
    for each in inner or [page]:
        yield from synopsis(each.name, each.synopsis)


def _is_group(page: Command) -> bool:
    return " " in page.name


def _commands(page: Command) -> Iterator[str]:
    if not page.commands:
        return
    yield section("COMMANDS")
    for each in page.commands:
        if _is_group(page):
            yield from _verb(each)
        else:
            yield from _group(each)


def _group(group: Command) -> Iterator[str]:
    yield subsection(group.word)
    yield f"{prose(sentence(capital(group.summary)))} See"
    yield f".BR {escaped(group.page)} (1)."
    for verb in group.commands:
        yield from tagged(bold(f"{group.word} {verb.word}"), sentence(capital(verb.summary)))


def _verb(verb: Command) -> Iterator[str]:
    yield subsection(verb.word)
    yield from synopsis(verb.name, verb.synopsis)
    yield prose(verb.text)
    for group in verb.groups:
        yield from _entries(group)
    for each in verb.examples:
        yield from (".PP", "Example:", *example(each))


def _entries(group: Group) -> Iterator[str]:
    if group.title:
        yield ".PP"
        yield f"{escaped(capital(group.title))}{f' ({prose(group.what)})' if group.what else ''}:"
    for each in group.entries:
        yield from tagged(_tag(each), sentence(capital(each.what)))


def _tag(entry: Entry) -> str:
    return ", ".join(usage(part) for part in entry.title.split(", ")) if entry.names else usage(entry.value)


def _options(page: Command) -> Iterator[str]:
    if not page.commands:
        for group in page.groups:
            yield from _entries(group)
    elif _is_group(page):
        yield "All of these commands take them, before the name of the group or at the end:"
    for each in page.commands[0].shared if _is_group(page) and page.commands else page.shared:
        yield from tagged(_tag(each), sentence(capital(each.what)))


def _statuses(book: Book) -> Iterator[str]:
    for status, (_, what) in book.statuses.items():
        yield from tagged(bold(str(status)), what)


def _variables(book: Book, program: Command, page: Command) -> Iterator[str]:
    for each in book.variables(program.name):
        yield from tagged(bold(each.name), each.what)
    if hooks := book.hooks(page):
        yield from (".PP", "The commands before and after a run get these:")
        for each in hooks:
            yield from tagged(bold(each.name), each.what)


def _files(book: Book) -> Iterator[str]:
    for path, what in book.files:
        yield from tagged(f"\\fI{escaped(path)}\\fR", what)


def _examples(page: Command) -> Iterator[str]:
    of_verbs = [each for verb in page.commands for each in verb.examples] if _is_group(page) else []
    for at, each in enumerate((*page.examples, *of_verbs)):
        if at:
            yield ".PP"
        yield from example(each)


def _see_also(book: Book, page: Command) -> Iterator[str]:
    groups = [each.page for each in book.cli.commands] if page is book.cli else []
    others = [each for each in (*_SEE_ALSO, *groups) if each != page.page]
    for each in others:
        yield f".BR {escaped(each)} (1){',' if each != others[-1] else ''}"
