"""docs/reference/protocol.md: its session is what the server says, and its tables are what the code has."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.ipc import codes
from bcper.adapters.ipc.limits import Limits
from bcper.adapters.ipc.lines import REPLY_BYTES, REQUEST_BYTES
from bcper.adapters.ipc.requests import request_types
from bcper.adapters.ipc.shapes import unstructure
from bcper.domain.errors import UsageError
from bcper.domain.model.events import Changed
from bcper.domain.model.frequency import Cron, Frequency
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import (
    AddFrequency,
    DeleteFrequency,
    FrequencyView,
    ListFrequencies,
    RunJob,
)
from helpers.by_type import values
from helpers.examples import examples
from helpers.ipc import Raw, ServerThread

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "reference" / "protocol.md").read_text()


class Example:
    """What the example's daemon answers."""

    server: ServerThread

    async def __call__(self, request: Request[Any], report: Callable[[Progress], None]) -> Any:
        match request:
            case ListFrequencies():
                return ()
            case AddFrequency(id_, name, _):
                self.server.server.publish(Changed("catalog"))
                frequency = Frequency(id_, name, Cron("0 22 * * *"))
                return FrequencyView(
                    frequency, "Every day at 22:00", (datetime(2026, 1, 1, 22, tzinfo=UTC),), ()
                )
            case DeleteFrequency(id_):
                raise UsageError(f"There is no frequency {id_!r}.", "bcper-cli frequency list shows them.")
            case RunJob():
                report(Progress("Backing up", 1024, 4096, False, 3, "Documents/letter.txt"))
                await trio.sleep_forever()
        raise AssertionError(request)


def test_the_documented_session_is_what_happens() -> None:
    session = re.findall(r"^(-->|<--) (.*)$", DOCUMENT, re.MULTILINE)
    assert len(session) > 20
    answer = Example()
    with ServerThread(answer, Limits(alive_seconds=3600)) as server, Raw(server.path, hello=False) as client:
        answer.server = server
        for who, line in session:
            if who == "-->":
                client.say(line.encode())
                continue
            said, expected = client.hear(), json.loads(line)
            if "pid" in str(expected):
                assert said["result"].pop("pid") != expected["result"].pop("pid")
            assert said == expected


def test_the_documented_codes_and_limits_are_the_code_s() -> None:
    told = {int(code) for code in re.findall(r"^\| (-32\d+) \|", DOCUMENT, re.MULTILINE)}
    assert told == {value for name, value in vars(codes).items() if name.isupper() and type(value) is int}
    limits = Limits()
    assert (REQUEST_BYTES, REPLY_BYTES) == (1 << 20, 64 << 20)
    for said in (
        f"{limits.requests} at most",
        f"{limits.clients} clients are served",
        f"Every {limits.alive_seconds:.0f} s",
        f"within {limits.hello_seconds:.0f} s",
        f"nothing for {limits.write_seconds:.0f} s",
    ):
        assert said in DOCUMENT, said


class Anything:
    """Whatever was asked, it was wrong."""

    async def __call__(self, request: Request[Any], report: Callable[[Progress], None]) -> Any:
        raise UsageError("No.")


@pytest.fixture(scope="module")
def server() -> Iterator[ServerThread]:
    with ServerThread(Anything()) as running:
        yield running


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*request_types(), "hello", "subscribe", "cancel", "progress", ""])
CALLS = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0") | JSON, "method": NAMES | JSON},
    optional={
        "id": st.integers() | st.text(max_size=3) | JSON,
        "params": st.dictionaries(st.sampled_from(["name", "id", "password", "topics", "kind"]), JSON) | JSON,
        "progress": st.booleans() | JSON,
    },
)
REAL = st.sampled_from(list(request_types().values())).flatmap(
    lambda kind: values(kind).map(
        lambda request: {
            "jsonrpc": "2.0",
            "id": 1,
            "method": kind.__name__,
            "params": unstructure(request, kind),
        }
    )
)
LINES = (
    st.binary(max_size=60).map(lambda data: data.replace(b"\n", b" "))
    | CALLS.map(lambda call: json.dumps(call).encode())
    | REAL.map(lambda call: json.dumps(call).encode())
    | st.tuples(REAL, st.integers(0, 200), st.binary(max_size=3)).map(
        lambda parts: _damaged(json.dumps(parts[0]).encode(), parts[1], parts[2].replace(b"\n", b""))
    )
)


def _damaged(line: bytes, at: int, with_: bytes) -> bytes:
    return line[: at % len(line)] + with_ + line[at % len(line) + 1 :]


@settings(max_examples=examples(75), deadline=None)
@given(lines=st.lists(LINES, max_size=5), hello=st.booleans())
def test_whatever_is_said_the_server_lives_and_a_good_request_is_answered(
    server: ServerThread, lines: list[bytes], hello: bool
) -> None:
    with Raw(server.path, hello=hello) as client:
        try:
            for line in lines:
                client.say(line)
            if hello:
                client.say({"id": "last", "method": "ListItems"})
                while client.hear().get("id") != "last":
                    continue
        except (BrokenPipeError, ConnectionResetError):
            assert not hello
    with Raw(server.path) as client:
        assert client.ask("ListItems")["error"]["message"] == "No."
    assert server.log == []


def test_nothing_costly_is_imported_before_a_daemon_has_answered(tmp_path: Path) -> None:
    code = (
        "import sys; from bcper.adapters.ipc.client import SocketService;"
        "from bcper.domain.model.requests.targets import ListItems;"
        f"client = SocketService({str(tmp_path / 'no')!r});"
        "assert client.takes(ListItems()) and not client.connect();"
        "sys.exit(len({'trio', 'cattrs', 'pkgutil', 'hashlib', 'asyncio'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})


def test_the_clients_that_wait_never_import_trio() -> None:
    with ServerThread(Anything()) as server:
        code = (
            "import sys; from bcper.adapters.ipc.client import SocketService;"
            "from bcper.domain.errors import UsageError;"
            "from bcper.domain.model.requests.targets import ListItems\n"
            f"with SocketService({server.path!r}) as ask:\n"
            " try: ask(ListItems())\n"
            " except UsageError: pass\n"
            "import bcper.adapters.ipc.worker\n"
            "assert not {'trio', 'asyncio'} & set(sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
