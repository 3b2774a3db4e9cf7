"""The commands of a page of the documentation, run as they stand there, from an empty home.

In a page ``<!-- tried -->`` stands before a block of commands that are to work, ``<!-- tried: exit 3 -->``
before one whose last command ends with that status, and ``<!-- said -->`` before what the block above prints:
its lines, in their order, where numbers, sizes and ids may be others and ``…`` stands for anything.
``<!-- given … -->`` holds commands that a reader has done already, and does not see.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(
    r"^<!-- (?:given\n(?P<given>.*?)-->"
    r"|tried(?:: exit (?P<status>\d+))? -->\n+```bash\n(?P<tried>.*?)^```$"
    r"|said -->\n+```text\n(?P<said>.*?)^```$)",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"<!-- (?:given|tried|said)\b")
_VARYING = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f-]{27})|(?P<id>\b(?=\w*\d)[0-9a-f]{8}\b)|(?P<home>/home/anna)"
    r"|(?P<size>\d[\d.,]* (?:B|KiB|MiB|GiB)\b)|(?P<number>\d[\d.,:]*)|(?P<space>[ \t]+)|(?P<any>…)"
)

_HOME = """
mkdir -p Documents/letters Pictures
echo "Dear Anna," > Documents/letters/anna.txt
echo "A report." > Documents/report.txt
echo "Half a thought" > Documents/draft.tmp
head -c 200000 /dev/urandom > Pictures/sea.jpg
"""


# One process for all that is given: each start would cost a quarter of a second.
_GIVEN = """
import os, shlex, subprocess, sys
from bcper.apps.cli.main import main
for line in sys.stdin:
    program, *arguments = shlex.split(line)
    if program == "bcper-cli":
        status = main([os.path.expanduser(each) for each in arguments])
    else:
        status = subprocess.run(["bash", "-c", line]).returncode
    sys.stdout.flush()
    if status:
        sys.exit(status)
"""


@attrs.frozen
class Block:
    """Commands, the status that the last one is to end with, and the lines that they are to print."""

    commands: str
    status: int
    said: tuple[str, ...]
    given: bool = False


def blocks(page: str) -> list[Block]:
    """The blocks of a page. Raises ValueError for a mark that none belongs to."""
    found: list[Block] = []
    matches = list(_BLOCK.finditer(page))
    if len(matches) != len(_MARK.findall(page)):
        raise ValueError("a mark without a block of its kind behind it")
    for each in matches:
        if (said := each["said"]) is not None:
            found[-1] = attrs.evolve(found[-1], said=(*found[-1].said, *said.splitlines()))
        else:
            given = each["given"]
            found.append(Block(given or each["tried"], int(each["status"] or 0), (), given is not None))
    return found


@contextmanager
def home() -> Iterator[Path]:
    """A home as a person's may be, with ``bcper-cli`` on the path; a daemon that was started is ended."""
    # Of its own, and not pytest's folder: the daemon's socket has 107 bytes for its name.
    made = Path(tempfile.mkdtemp(prefix="bcper-docs-"))
    (made / ".bin").mkdir()
    program = made / ".bin" / "bcper-cli"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m bcper.cli "$@"\n')
    program.chmod(0o755)
    subprocess.run(["sh", "-ec", _HOME], cwd=made, check=True)
    try:
        yield made
    finally:
        if (made / ".config/bcper/daemon.pid").exists():
            _bash("bcper-cli daemon stop", made)
        shutil.rmtree(made)


def run(block: Block, place: Path) -> list[str]:
    """Run a block; what did not go as the page says, a sentence each."""
    if block.given:
        done = _run([sys.executable, "-P", "-c", _GIVEN], place, block.commands)
    else:
        done = _bash(block.commands, place)
    wrong = []
    if done.returncode != block.status:
        wrong.append(f"It ended with {done.returncode} and not {block.status}.")
    lines = iter(done.stdout.splitlines())
    for line in filter(str.strip, block.said):
        if not any(_pattern(line, place).fullmatch(each.strip()) for each in lines):
            wrong.append(f"Not said, or not in this order: {line}")
            break
    return [f"{block.commands}\n{done.stdout}\n{each}" for each in wrong]


def _bash(commands: str, place: Path) -> "subprocess.CompletedProcess[str]":
    return _run(["bash", "-ec", commands], place, "")


def _run(command: list[str], place: Path, given: str) -> "subprocess.CompletedProcess[str]":
    # Without its byte code a start takes twice as long.
    others = ("BCPER_", "XDG_", "DBUS_", "RCLONE_", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(others)}
    environment = {
        **kept,
        "HOME": str(place),
        "PATH": f"{place / '.bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        # Nobody's keyring is a test's business.
        "BCPER_SECRETS": "file",
    }
    return subprocess.run(
        command,
        cwd=place,
        env=environment,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


def _pattern(line: str, place: Path) -> "re.Pattern[str]":
    patterns = {
        "uuid": r"[0-9a-f-]{36}",
        "id": r"[0-9a-f]{8}",
        "home": re.escape(str(place)),
        "size": r"\d[\d.,]* (?:B|KiB|MiB|GiB)",
        "number": r"\d[\d.,:]*",
        "space": r"[ \t]+",
        "any": r".*",
    }
    made, at = "", 0
    line = line.strip()
    for found in _VARYING.finditer(line):
        made += re.escape(line[at : found.start()]) + patterns[str(found.lastgroup)]
        at = found.end()
    return re.compile(made + re.escape(line[at:]))
