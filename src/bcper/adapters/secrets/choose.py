"""Which place it is on this machine."""

import os
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bcper.domain.errors import BcperError, ConfigurationError, SecretsUnavailable
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept
from bcper.ports.secrets import Secrets

if TYPE_CHECKING:
    from bcper.adapters.secrets.keyring import KeyringSecrets

SETTING = "BCPER_SECRETS"
"""The environment's say: ``file``, ``keyring``, or empty for what is best."""


def choose(config_dir: str) -> Secrets:
    """The keyring if there is a real one, else a file in ``config_dir``; found out when it is first used.

    What the file holds stays readable when a keyring appears.
    """
    return ChosenSecrets(config_dir)


class ChosenSecrets:
    """Stands for the place until somebody asks for a password: a command that does not pays nothing.

    Every method may also raise ConfigurationError for a wrong BCPER_SECRETS, and SecretsUnavailable when
    that asks for a keyring and there is none.
    """

    def __init__(self, config_dir: str) -> None:
        self._config_dir = os.path.abspath(config_dir)
        self._guard = threading.Lock()
        self._found: Secrets | None = None

    @property
    def place(self) -> str:
        """See the port."""
        try:
            return self._remembered() or self._secrets().place
        except BcperError as error:
            return f"nowhere: {error}"

    def get(self, owner: Owner) -> str | None:
        """See the port."""
        return self._secrets().get(owner)

    def earlier(self, owner: Owner) -> Sequence[str]:
        """See the port."""
        return self._secrets().earlier(owner)

    def set(self, owner: Owner, password: str) -> None:
        """See the port."""
        self._secrets().set(owner, password)

    def forget(self, owner: Owner, *, earlier: bool = False) -> None:
        """See the port."""
        self._secrets().forget(owner, earlier=earlier)

    def copy(self, owner: Owner, new_owner: Owner) -> None:
        """See the port."""
        self._secrets().copy(owner, new_owner)

    def read(self, owner: Owner) -> Kept:
        """See the port."""
        return self._secrets().read(owner)

    def restore(self, owner: Owner, kept: Kept) -> None:
        """See the port."""
        self._secrets().restore(owner, kept)

    def _remembered(self) -> str:
        """The place, if it is known without the cost of looking for a keyring; or nothing."""
        wanted = setting()
        if self._found is not None or wanted == "file" or "keyring" in sys.modules:
            return ""
        from bcper.adapters.secrets.file import FileSecrets
        from bcper.adapters.secrets.layered import place_of_both
        from bcper.adapters.secrets.remembered import recall

        keyring, file = recall(), FileSecrets(self._config_dir)
        if keyring:
            return place_of_both(keyring, file)
        return file.place if keyring == "" and not wanted else ""

    def _secrets(self) -> Secrets:
        with self._guard:
            if self._found is None:
                self._found = _find(self._config_dir, setting())
            return self._found


def setting() -> str:
    """What the environment says. Raises ConfigurationError."""
    told = os.environ.get(SETTING, "")
    if told not in ("", "file", "keyring"):
        raise ConfigurationError(f"{SETTING} says {told!r}.", "Set it to 'file' or 'keyring', or not at all.")
    return told


def _find(config_dir: str, wanted: str) -> Secrets:
    # Imported by those who ask for a password.
    from bcper.adapters.secrets.file import FileSecrets

    file = FileSecrets(config_dir)
    keyring = None if wanted == "file" else _find_keyring(config_dir, any_priority=wanted == "keyring")
    if keyring is None:
        if wanted == "keyring":
            raise SecretsUnavailable(
                f"{SETTING} asks for a keyring, and this session has none.", f"Set {SETTING}=file."
            )
        return file
    from bcper.adapters.secrets.layered import LayeredSecrets

    return LayeredSecrets(keyring, keyring.place, file)


def _find_keyring(config_dir: str, *, any_priority: bool) -> "KeyringSecrets | None":
    # One that this program itself has chosen, in its own process, is no other's business.
    shared = "keyring" not in sys.modules
    from bcper.adapters.secrets.keyring import KeyringSecrets, look_for_backend
    from bcper.adapters.secrets.remembered import remember

    backend, sure = look_for_backend(any_priority=any_priority)
    found = None if backend is None else KeyringSecrets(backend, os.path.join(config_dir, "secrets.lock"))
    if shared and sure:
        remember("" if found is None else found.place)
    return found
