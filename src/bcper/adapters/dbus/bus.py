"""A few calls over a message bus, all of them within some seconds.

jeepney's own blocking connection waits for the bus's first answer without end, so only its parser and its
serialiser are used here. Every conversation has a connection of its own: it costs a millisecond, nothing is
shared between threads, and a bus that went away and came back is no case.
"""

import array
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from bcper.adapters.dbus.address import sockets

if TYPE_CHECKING:
    from jeepney import Message

SECONDS = 2.0

_LIMIT = 1 << 20
"""Bytes of one message; what we ask for takes hundreds."""

_FDS = 16


class NoAnswer(Exception):
    """No bus, no service, no answer in time, an error, or an answer that makes no sense."""


@attrs.frozen
class Bus:
    """The bus at ``address``. A conversation takes ``seconds`` at most, from the first byte to the last."""

    address: str
    seconds: float = SECONDS

    @contextmanager
    def conversation(self, *, fds: bool = False) -> "Iterator[Conversation]":
        """Connect, say Hello, and hang up at the end. With ``fds`` file descriptors may be received.

        Raises NoAnswer, as everything in it does.
        """
        deadline = time.monotonic() + self.seconds
        with closing(_connect(self.address, deadline)) as sock:
            talk = Conversation(sock, deadline)
            try:
                talk.begin(fds=fds)
                yield talk
            finally:
                talk.end()

    def properties(self, service: str, path: str, interface: str) -> "Mapping[str, tuple[str, Any]]":
        """All properties of an object, each as (signature, value). The service is not started for it.

        Raises NoAnswer.
        """
        with self.conversation() as talk:
            return talk.properties(service, path, interface)


class Conversation:
    """What is said over one connection."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        from jeepney import Parser

        self._sock = sock
        self._deadline = deadline
        self._parser = Parser()
        self._serial = 0

    def begin(self, *, fds: bool) -> None:
        """Authenticate and say Hello (D-Bus specification, "Authentication Protocol"). Raises NoAnswer."""
        from jeepney.auth import BEGIN, Authenticator

        try:
            login = Authenticator(enable_fds=fds)
            for line in login:
                self._send(line)
                login.feed(self._some(self._sock.recv(1024)))
            self._send(BEGIN)
        except (OSError, ValueError) as error:
            raise NoAnswer(f"no entry to the bus: {error}") from error
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", reply="s")

    def end(self) -> None:
        """Close the file descriptors of messages that were not read to their end."""
        _close_all(self._parser.fds)

    def call(
        self,
        service: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: tuple[Any, ...] = (),
        *,
        reply: str,
        start: bool = True,
    ) -> tuple[Any, ...]:
        """Call a method and return the body of its answer, which has the signature ``reply``.

        A service that is not there is started, unless ``start`` is False. Raises NoAnswer.
        """
        from jeepney import DBusAddress, HeaderFields, MessageFlag, MessageType, new_method_call

        message = new_method_call(DBusAddress(path, service, interface), member, signature or None, body)
        if not start:
            message.header.flags |= MessageFlag.no_auto_start
        self._serial += 1
        try:
            self._send(message.serialise(serial=self._serial))
            while (answer := self._receive()).header.fields.get(HeaderFields.reply_serial) != self._serial:
                _close_all(answer.body)
        except NoAnswer:
            raise
        except Exception as error:  # jeepney meets malformed messages with errors of many kinds
            raise NoAnswer(f"{service} {member}: {type(error).__name__}: {error}") from error
        got = answer.header.fields.get(HeaderFields.signature, "")
        if answer.header.message_type is not MessageType.method_return or got != reply:
            _close_all(answer.body)
            told = answer.header.fields.get(HeaderFields.error_name, f"an answer of type {got!r}")
            raise NoAnswer(f"{service} {member}: {told}")
        return tuple(answer.body)

    def properties(self, service: str, path: str, interface: str) -> Mapping[str, tuple[str, Any]]:
        """See Bus."""
        found: Mapping[str, tuple[str, Any]]
        (found,) = self.call(
            service,
            path,
            "org.freedesktop.DBus.Properties",
            "GetAll",
            "s",
            (interface,),
            reply="a{sv}",
            start=False,
        )
        return found

    def patient(self, seconds: float) -> None:
        """From now on, take so long."""
        self._deadline = time.monotonic() + seconds

    def listen(self, rule: str) -> None:
        """Have signals sent here (D-Bus specification, "Match Rules"). Raises NoAnswer."""
        name, path = "org.freedesktop.DBus", "/org/freedesktop/DBus"
        self.call(name, path, name, "AddMatch", "s", (rule,), reply="")

    def signal(self, interface: str, member: str) -> tuple[Any, ...]:
        """The body of the next such signal. Raises NoAnswer when there was none in time."""
        from jeepney import HeaderFields, MessageType

        try:
            while True:
                message = self._receive()
                fields = message.header.fields
                told = fields.get(HeaderFields.interface), fields.get(HeaderFields.member)
                if message.header.message_type is MessageType.signal and told == (interface, member):
                    return tuple(message.body)
                _close_all(message.body)
        except NoAnswer:
            raise
        except Exception as error:  # as in call
            raise NoAnswer(f"{interface} {member}: {type(error).__name__}: {error}") from error

    def _send(self, data: bytes) -> None:
        self._sock.settimeout(self._left())
        self._sock.sendall(data)
        self._sock.settimeout(self._left())

    def _receive(self) -> "Message":
        from jeepney import FileDescriptor

        while (message := self._parser.get_next_message()) is None:
            wanted = self._parser.bytes_desired()
            if wanted > _LIMIT:
                raise NoAnswer(f"a message of {wanted} bytes")
            self._sock.settimeout(self._left())
            space = socket.CMSG_SPACE(_FDS * array.array("i").itemsize)
            # What is received stays with this process (recvmsg(2)); Python leaves that to the caller.
            data, extra, _, _ = self._sock.recvmsg(wanted, space, socket.MSG_CMSG_CLOEXEC)
            self._parser.add_data(self._some(data), FileDescriptor.from_ancdata(extra))
        return message

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        return left

    @staticmethod
    def _some(data: bytes) -> bytes:
        if not data:
            raise ConnectionResetError("the bus hung up")
        return data


def value(properties: Mapping[str, tuple[str, Any]], name: str, signature: str) -> Any:
    """The property ``name``, of that ``signature``. Raises NoAnswer if there is none."""
    got, found = properties.get(name, ("nothing", None))
    if got != signature:
        raise NoAnswer(f"{name} is {got!r} and not {signature!r}")
    return found


def _connect(address: str, deadline: float) -> socket.socket:
    refused: OSError | None = None
    for path in sockets(address):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            sock.settimeout(max(deadline - time.monotonic(), 0.001))
            sock.connect(path)
        except OSError as error:
            sock.close()
            refused = error
        else:
            return sock
    raise NoAnswer(f"no bus at {address!r}") from refused


def _close_all(body: Any) -> None:
    """Close the file descriptors of an answer that nobody wants."""
    from jeepney import FileDescriptor

    for one in body if isinstance(body, tuple | list) else ():
        if isinstance(one, FileDescriptor):
            one.close()
