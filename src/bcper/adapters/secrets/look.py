"""Where passwords are kept, looked at: nothing is remembered, and nobody is asked to unlock anything."""

import os
from collections.abc import Callable

import attrs

from bcper.adapters.private_file import read
from bcper.adapters.secrets.choose import setting
from bcper.adapters.secrets.codec import Newer, decode_file
from bcper.adapters.secrets.file import FileSecrets
from bcper.adapters.secrets.keyring import KeyringSecrets, look_for_backend
from bcper.domain.errors import SecretsUnavailable
from bcper.domain.model.checkup import SecretsSeen

_LIMIT = 16 << 20


@attrs.frozen
class ChosenSecretsLook:
    """See :class:`~bcper.ports.looks.SecretsLook`; ``locked`` asks the Secret Service whether it is."""

    config_dir: str
    locked: Callable[[], bool | None]

    def look(self) -> SecretsSeen:
        """See the port."""
        wanted = setting()
        backend, sure = None, True
        if wanted != "file":
            backend, sure = look_for_backend(any_priority=wanted == "keyring")
        if backend is not None:
            place = KeyringSecrets(backend, "").place
            return SecretsSeen(place, True, self.locked() if "SecretService" in place else None)
        if wanted == "keyring":
            raise SecretsUnavailable(
                "BCPER_SECRETS asks for a keyring, and this session has none.", "Set BCPER_SECRETS=file."
            )
        problem = self._damage()
        if not problem and not sure:
            problem = "It could not be found out whether this session has a keyring."
        return SecretsSeen(FileSecrets(self.config_dir).place, False, False, problem)

    def _damage(self) -> str:
        # Without FileSecrets: that sets permissions right.
        path = os.path.join(self.config_dir, "secrets.json")
        try:
            data = read(path, _LIMIT)
            whole = data is None or decode_file(data) is not None
        except Newer:
            return f"{path} was written by a newer BCPER."
        except OSError as error:
            return f"{path} cannot be read: {error.strerror}."
        return "" if whole else f"{path} is damaged."
