"""An ``rclone rcd`` that runs, and where it is asked."""

import os
import shutil
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from subprocess import Popen

_KEPT = 1 << 14


@attrs.frozen
class Endpoint:
    """Where a running rclone listens: the path of a socket, or a port of 127.0.0.1."""

    address: str | int
    authorization: str = attrs.field(repr=False)

    def connect(self, timeout: float) -> socket.socket:
        """A new connection. Raises OSError."""
        if isinstance(self.address, int):
            return socket.create_connection(("127.0.0.1", self.address), timeout)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(timeout)
            connection.connect(self.address)
        except BaseException:
            connection.close()
            raise
        return connection


class RunningRclone:
    """A child and the thread that keeps it: the kernel ends the child with that thread (prctl(2)).

    So it must not be the caller's, which may end before the work of others. It also reads the child's log.
    A daemon thread, as it has to last as long as this process does, and no longer.
    """

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], folder: str, endpoint: Endpoint
    ) -> None:
        """Raises OSError. ``folder`` goes with it."""
        self.endpoint = endpoint
        self._folder = folder
        self._log = b""
        self._child: Popen[bytes] | None = None
        self._error: OSError | None = None
        self._ready = threading.Event()
        threading.Thread(target=self._keep, args=(command, env), name="bcper-rclone", daemon=True).start()
        self._ready.wait()
        if self._error is not None:
            raise self._error

    @property
    def child(self) -> "Popen[bytes]":
        """The process."""
        assert self._child is not None  # noqa: S101 - for the type checker
        return self._child

    def tail(self) -> str:
        """The end of its log."""
        return self._log.decode("utf-8", "replace")

    def end(self) -> None:
        """End the child and remove what it needed."""
        from subprocess import TimeoutExpired

        self.child.terminate()
        try:
            self.child.wait(3.0)
        except TimeoutExpired:
            self.child.kill()
            self.child.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _keep(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        import subprocess

        try:
            self._child = child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=env,
                cwd="/",
                process_group=0,  # a Ctrl-C of the terminal is ours to handle
            )
        except OSError as error:
            self._error = error
            return
        finally:
            self._ready.set()
        assert child.stderr is not None  # noqa: S101 - for the type checker
        with child.stderr as log:
            while piece := os.read(log.fileno(), 1 << 12):
                self._log = (self._log + piece)[-_KEPT:]
        child.wait()
