"""Passwords in the desktop's keyring, by the ``keyring`` package (https://keyring.readthedocs.io).

Loaded when a keyring is looked for, not by the import: it takes a tenth of a second, asking D-Bus as much.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

from bcper.adapters.patience import Patient
from bcper.adapters.secrets.codec import decode_kept, encode_kept
from bcper.adapters.secrets.kept import KeptSecrets
from bcper.adapters.secrets.locking import locked
from bcper.domain.errors import ConfigurationError, SecretsUnavailable
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "bcper"
_PATIENCE = 60.0
"""Seconds, of which a person may need most to unlock the keyring."""

_DETECTING = 10.0
_HINT = "Unlock it and try again, or set BCPER_SECRETS=file to do without."
_RECOMMENDED = 1.0
"""From this priority on ``keyring`` itself calls a backend recommended (``keyring.core.recommended``)."""


class KeyringSecrets(KeptSecrets):
    """One entry an owner, of the service "bcper": ``item:<name>`` or ``vault:<name>``, holding JSON.

    ``lock`` is the lock file of those who write. A backend that is locked asks the person; after
    ``patience`` seconds that is given up. The errors of a backend were made by whoever was given the
    password: their kind is told, and neither their text nor they themselves go any further (row 75).
    """

    def __init__(self, backend: "KeyringBackend", lock: str, patience: float = _PATIENCE) -> None:
        self._backend = backend
        self._lock = lock
        self._patient = _patient(patience)

    @property
    def place(self) -> str:
        """See the port."""
        return f"the keyring ({_name(self._backend)})"

    def read(self, owner: Owner) -> Kept:
        """See KeptSecrets."""
        text = self._call(self._backend.get_password, SERVICE, _user(owner))
        if text is None:
            return Kept()
        kept = decode_kept(text) if isinstance(text, str) else None
        if kept is None:
            raise ConfigurationError(
                f"What the keyring holds as {SERVICE}, {_user(owner)} was not written by BCPER.",
                "Remove it with the keyring's own program, then set the password again.",
            )
        return kept

    def write(self, changes: Mapping[Owner, Kept]) -> None:
        """See KeptSecrets. Read again after it was written: some backends cut what is too long for them."""
        for owner, kept in changes.items():
            if kept:
                self._call(self._backend.set_password, SERVICE, _user(owner), encode_kept(kept))
                whole = self.read(owner) == kept
            else:
                whole = self._removed(owner)
            if not whole:
                raise SecretsUnavailable(
                    f"The keyring did not keep the password of the {owner}.", "Set BCPER_SECRETS=file."
                )

    def exclusive(self) -> AbstractContextManager[None]:
        """See KeptSecrets."""
        return locked(self._lock)

    def _removed(self, owner: Owner) -> bool:
        user = _user(owner)
        if self._call(self._backend.get_password, SERVICE, user) is None:
            return True
        try:
            self._call(self._backend.delete_password, SERVICE, user)
        except SecretsUnavailable:
            # Some cannot, and a chain tries only its first: an entry that holds nothing is as good.
            self._call(self._backend.set_password, SERVICE, user, encode_kept(Kept()))
        return not self.read(owner)

    def _call(self, call: Callable[..., Any], *arguments: str) -> Any:
        from keyring.errors import KeyringLocked

        try:
            return self._patient(call, *arguments)
        except SecretsUnavailable:
            raise
        except KeyringLocked:
            message = "The keyring is locked."
        except Exception as error:  # backends raise whatever they like
            message = f"The keyring failed ({type(error).__name__})."
        raise SecretsUnavailable(message, "Unlock it and try again, or set BCPER_SECRETS=file.")


def find_backend(*, any_priority: bool = False) -> "KeyringBackend | None":
    """The keyring of this session, if there is a real one that works.

    With ``any_priority`` also one that ``keyring`` does not recommend, such as a file of its own.
    """
    return look_for_backend(any_priority=any_priority)[0]


def look_for_backend(*, any_priority: bool = False) -> "tuple[KeyringBackend | None, bool]":
    """The same, and whether that is sure: not when looking failed, or took too long."""
    try:
        import keyring
    except ImportError:
        return None, True
    least = 0.0 if any_priority else _RECOMMENDED
    try:
        backend: KeyringBackend | None = _patient(_DETECTING)(lambda: _real(keyring.get_keyring(), least))
    except Exception:  # a wrong setting of `keyring`'s own, no session, no D-Bus
        return None, False
    return backend, True


def _patient(seconds: float) -> Patient:
    return Patient(seconds, partial(_late, seconds), name="bcper-keyring")


def _late(seconds: float) -> SecretsUnavailable:
    return SecretsUnavailable(f"The keyring did not answer within {seconds:g} seconds.", _HINT)


def _real(backend: "KeyringBackend", least: float) -> "KeyringBackend | None":
    """``backend`` if it keeps anything: not those that fail, forget, or stand before none."""
    from keyring.backends import fail, null

    if isinstance(backend, fail.Keyring | null.Keyring):
        return None
    priority = float(_first(backend).priority)
    return backend if priority > 0 and priority >= least else None


def _user(owner: Owner) -> str:
    return f"{owner.kind}:{owner.name}"


def _first(backend: "KeyringBackend") -> "KeyringBackend":
    """The one of a chain that is written to, or ``backend`` itself. Raises LookupError for an empty chain."""
    from keyring.backends import chainer

    if isinstance(backend, chainer.ChainerBackend):
        first: KeyringBackend = list(backend.backends)[0]  # noqa: RUF015 - StopIteration means something else
        return first
    return backend


def _name(backend: "KeyringBackend") -> str:
    backend = _first(backend)
    module, kind = type(backend).__module__.rpartition(".")[2], type(backend).__name__
    return module if kind == "Keyring" else kind
