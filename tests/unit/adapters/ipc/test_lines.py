"""Lines read strictly (FAULTS.md row 42), the tree of errors, and where the socket is (row 48)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.ipc import codes
from bcper.adapters.ipc.address import socket_path
from bcper.adapters.ipc.codes import INVALID, PARSE, Refused, described, rebuilt
from bcper.adapters.ipc.lines import parse, render
from bcper.adapters.ipc.messages import read_call
from bcper.domain import errors
from bcper.domain.errors import BcperError, Cancelled, DaemonError, LedgerDamaged, WrongPassword
from helpers.examples import examples

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(max_examples=examples(20), deadline=None)
@given(st.dictionaries(st.text(), JSON))
def test_a_message_is_one_ascii_line_and_comes_back(message: dict[str, Any]) -> None:
    line = render(message)
    assert line.isascii()
    assert line.index(b"\n") == len(line) - 1
    assert parse(line[:-1]) == message


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (b"", PARSE, "not JSON"),
        (b"{", PARSE, "not JSON"),
        (b"{} {}", PARSE, "not JSON"),
        (b"\xff{}", PARSE, "not UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', PARSE, "not UTF-8"),
        (b"\xef\xbb\xbf{}", PARSE, "not JSON"),
        (b"[" * 100_000, PARSE, "nested too deep"),
        (b'{"a":' * 100_000, PARSE, "nested too deep"),
        (b'{"a":1,"a":2}', PARSE, "key twice"),
        (b'{"a":[{"b":1,"c":0,"b":1}]}', PARSE, "key twice"),
        (b'{"a":NaN}', PARSE, "NaN"),
        (b'{"a":-Infinity}', PARSE, "NaN"),
        (b'{"a":1e999}', PARSE, "too large"),
        (b'{"a":' + b"9" * 5000 + b"}", PARSE, "too long"),
        (b"[]", INVALID, "Batches"),
        (b'"x"', INVALID, "not an object"),
        (b"1", INVALID, "not an object"),
        (b"null", INVALID, "not an object"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_message_is_refused(line: bytes, code: int, said: str) -> None:
    with pytest.raises(Refused, match=said) as error:
        parse(line)
    assert error.value.code == code
    assert error.value.__cause__ is None


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_or_an_object(line: bytes) -> None:
    try:
        assert isinstance(parse(line), dict)
    except Refused as refused:
        assert refused.code in (PARSE, INVALID)


@settings(max_examples=examples(50), deadline=None)
@given(
    st.dictionaries(st.sampled_from(["jsonrpc", "id", "method", "params", "progress", "x"]), JSON).map(
        lambda message: {"jsonrpc": "2.0", **message}
    )
)
def test_random_objects_are_refused_or_a_call(message: dict[str, Any]) -> None:
    try:
        call = read_call(message)
    except Refused as refused:
        assert refused.id is None or refused.id == message["id"]
    else:
        assert call.id is None or type(call.id) in (int, str)


TREE = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BcperError)]


@pytest.mark.parametrize("kind", TREE)
def test_every_error_comes_back_as_what_it_was(kind: type[BcperError]) -> None:
    raw = described(kind("It is so.", "Do that."))
    assert raw["data"] == {"kind": kind.__name__, "hint": "Do that.", "exit_status": kind.exit_status}
    error = rebuilt(raw)
    assert type(error) is kind
    assert (str(error), error.hint, error.exit_status) == ("It is so.", "Do that.", kind.exit_status)


class _Own(LedgerDamaged):
    exit_status = 77


def test_an_error_that_only_one_end_knows_comes_back_as_the_nearest_both_know() -> None:
    error = rebuilt(described(_Own("x")))
    assert type(error) is LedgerDamaged
    assert error.exit_status == 77
    newer = {"code": -32000, "message": "m", "data": {"kind": "Newer", "hint": "h", "exit_status": 9}}
    error = rebuilt(newer)
    assert type(error) is BcperError
    assert (str(error), error.hint, error.exit_status) == ("m", "h", 9)
    assert BcperError("x").exit_status == 1


@pytest.mark.parametrize(
    "raw",
    [None, [], "x", {}, {"message": 1}, {"message": "m"}, {"message": "m", "data": {"kind": ["x"]}}],
    ids=repr,
)
def test_an_error_that_makes_no_sense_is_the_daemon_s(raw: object) -> None:
    assert isinstance(rebuilt(raw), DaemonError)
    assert rebuilt(raw).exit_status == 16


def test_of_a_bug_nothing_is_told() -> None:
    raw = described(ValueError("Tr0ub4dor"))
    assert raw["code"] == codes.BUG
    assert "Tr0ub4dor" not in str(raw)
    assert "ValueError" not in str(raw)
    assert type(rebuilt(described(Cancelled()))) is Cancelled
    assert described(WrongPassword("x"))["code"] == codes.FAILED


def test_the_socket_is_with_the_settings_unless_its_path_were_too_long() -> None:
    assert socket_path("/home/me/.config/bcper", "/run/user/1", 1) == "/home/me/.config/bcper/daemon.sock"
    just = "/" + "a" * 94
    assert socket_path(just, None, 1) == f"{just}/daemon.sock"
    assert len(socket_path(just, None, 1)) == 107
    for long in (just + "a", "/" + "é" * 48):
        path = socket_path(long, "/run/user/1", 1)
        assert path.startswith("/run/user/1/bcper-")
        assert socket_path(long, "/run/user/1", 1) == path != socket_path(long + "b", "/run/user/1", 1)
        for runtime in (None, "", "relative", "/" + "r" * 100):
            private = socket_path(long, runtime, 1)
            assert private.startswith("/tmp/bcper-1/")
            assert private.endswith(".sock")
