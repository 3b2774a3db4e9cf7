"""Keyrings that work, or fail in the ways real ones do: backends of the ``keyring`` package."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class DictKeyring(KeyringBackend):
    """Keeps entries in this process, and says no as SecretService does."""

    priority: float = 5
    viable = False
    """Not found by ``keyring`` itself: a later test of this process would use it, and wait for its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise PasswordDeleteError("No such password!")
        del self.entries[service, username]


class WeakKeyring(DictKeyring):
    """One that ``keyring`` does not recommend."""

    priority = 0.5


class CuttingKeyring(DictKeyring):
    """Keeps the beginning only."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:20])


class ChattyKeyring(DictKeyring):
    """Says in its error what it was given."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot store {password}")


class FailingKeyring(DictKeyring):
    """Raises ``error`` when it is asked."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error


class WaitingKeyring(DictKeyring):
    """Waits for the person until ``answered`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.answered.wait()
        return super().get_password(service, username)


@contextmanager
def using(backend: KeyringBackend) -> Iterator[None]:
    """``backend`` is the session's keyring meanwhile."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)
