"""Where the message buses are (D-Bus specification, "Server Addresses" and "Message Buses")."""

import os
from collections.abc import Iterator, Mapping
from urllib.parse import quote_from_bytes, unquote_to_bytes


def session_bus(environ: Mapping[str, str] = os.environ) -> str:
    """The address of the person's bus, also for a process that their session did not start (cron, su)."""
    told = environ.get("DBUS_SESSION_BUS_ADDRESS")
    if told:
        return told
    folder = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return "unix:path=" + quote_from_bytes(os.fsencode(os.path.join(folder, "bus")))


def system_bus(environ: Mapping[str, str] = os.environ) -> str:
    """The address of the machine's bus."""
    return environ.get("DBUS_SYSTEM_BUS_ADDRESS") or "unix:path=/var/run/dbus/system_bus_socket"


def sockets(address: str) -> Iterator[bytes]:
    """The Unix sockets that ``address`` names, in order; other transports are passed over.

    An abstract one begins with NUL (unix(7)).
    """
    for one in address.split(";"):
        transport, _, rest = one.partition(":")
        if transport.strip() != "unix":
            continue
        keys = dict(pair.partition("=")[::2] for pair in rest.split(","))
        if keys.get("path"):
            yield unquote_to_bytes(keys["path"])
        elif keys.get("abstract"):
            yield b"\0" + unquote_to_bytes(keys["abstract"])
