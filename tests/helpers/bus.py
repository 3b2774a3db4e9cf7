"""A private message bus (dbus-daemon(1)), services on it that play the desktop's, and buses that fail."""

import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs
from jeepney import (
    DBus,
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

PATIENT = 60.0
"""Seconds for a service that does answer: the machine may be busy with other tests."""

Answer = tuple[str, tuple[Any, ...]] | str | None
"""A signature and a body, or the name of an error, or silence."""


@contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """The address of a bus of one's own, whose socket is in ``folder``."""
    config = folder / "bus.conf"
    config.write_text(_CONFIG.format(path=folder / "bus"))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with daemon:
        try:
            assert daemon.stdout is not None
            address = daemon.stdout.readline().strip()
            assert address.startswith("unix:path=")
            yield address
        finally:
            daemon.terminate()


@attrs.frozen
class Call:
    """What somebody called."""

    path: str
    interface: str
    member: str
    body: tuple[Any, ...]


@contextmanager
def service(address: str, name: str, answer: Callable[[Call], Answer]) -> Iterator[Sequence[Call]]:
    """Own ``name`` on the bus and answer every call; gives the list of the calls that came, oldest first."""
    calls: list[Call] = []
    over = threading.Event()
    with open_dbus_connection(address, enable_fds=True) as connection:
        reply = connection.send_and_get_reply(DBus().RequestName(name), timeout=10)
        assert reply.body == (1,), "the name is taken"

        def serve() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    message = connection.receive(timeout=0.02)
                    if message.header.message_type is MessageType.method_call:
                        fields = message.header.fields
                        call = Call(
                            fields[HeaderFields.path],
                            fields[HeaderFields.interface],
                            fields[HeaderFields.member],
                            tuple(message.body),
                        )
                        calls.append(call)
                        respond(message, answer(call))

        def respond(message: Any, told: Answer) -> None:
            if isinstance(told, str):
                connection.send(new_error(message, told, "s", ("no",)))
            elif told is not None:
                connection.send(new_method_return(message, told[0] or None, told[1]))
                if "h" in told[0]:
                    os.close(told[1][0])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield calls
        finally:
            over.set()
            thread.join()
            connection.send_and_get_reply(DBus().ReleaseName(name), timeout=10)


def properties(found: dict[tuple[str, str], dict[str, tuple[str, Any]]]) -> Callable[[Call], Answer]:
    """The answers of a service that has nothing but properties, by (path, interface)."""

    def answer(call: Call) -> Answer:
        if call.member != "GetAll" or (call.path, call.body[0]) not in found:
            return "org.freedesktop.DBus.Error.UnknownObject"
        return "a{sv}", (found[call.path, call.body[0]],)

    return answer


def emit(address: str, path: str, interface: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
    """Send a signal to whoever listens."""
    with open_dbus_connection(address) as connection:
        connection.send(new_signal(DBusAddress(path, interface=interface), member, signature, body))
        # The bus has passed it on when it answers what came after it.
        connection.send_and_get_reply(DBus().GetId(), timeout=10)


@contextmanager
def broken_bus(folder: Path, *sends: bytes, hang_up: bool = False) -> Iterator[str]:
    """The address of something that answers every read with the next of ``sends``, and then is silent."""
    path = str(folder / "broken")
    over = threading.Event()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(8)
        listening.settimeout(0.02)

        def serve() -> None:
            held = []
            while not over.is_set():
                with suppress(TimeoutError):
                    client, _ = listening.accept()
                    held.append(client)
                    client.settimeout(10)
                    with suppress(OSError):
                        for data in sends:
                            client.recv(4096)
                            client.sendall(data)
                        if hang_up:
                            client.close()
            for client in held:
                client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"unix:path={path}"
        finally:
            over.set()
            thread.join()
