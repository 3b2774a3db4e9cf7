"""Whether the person's keyring is locked (https://specifications.freedesktop.org/secret-service/latest/)."""

from bcper.adapters.dbus.address import session_bus
from bcper.adapters.dbus.bus import Bus, NoAnswer, value

_SERVICE = "org.freedesktop.secrets"
_DEFAULT = "/org/freedesktop/secrets/aliases/default"
_COLLECTION = "org.freedesktop.Secret.Collection"


def locked(bus: Bus | None = None) -> bool | None:
    """Whether the default collection is; None without an answer. Nobody is asked to unlock it."""
    try:
        found = (bus or Bus(session_bus())).properties(_SERVICE, _DEFAULT, _COLLECTION)
        told = value(found, "Locked", "b")
    except NoAnswer:
        return None
    return bool(told)
