"""The network as the kernel's routing tables tell it (proc(5); Linux, net/ipv6/route.c)."""

import attrs

_UP, _REJECT = 0x0001, 0x0200
"""RTF_UP and RTF_REJECT of linux/route.h: a route that is there, and one that says "unreachable"."""

_NOWHERE = "0" * 32


@attrs.frozen
class RouteNetwork:
    """See :class:`~bcper.ports.network.Network`; the fields are the kernel's two tables."""

    ipv4: str = "/proc/net/route"
    ipv6: str = "/proc/net/ipv6_route"

    def metered(self) -> bool | None:
        """See the port; routes do not tell."""
        return None

    def online(self) -> bool | None:
        """See the port: whether there is a default route."""
        v4, v6 = _rows(self.ipv4), _rows(self.ipv6)
        if v4 is None and v6 is None:
            return None
        return any(_default_v4(row) for row in v4 or ()) or any(_default_v6(row) for row in v6 or ())


def _rows(path: str) -> list[list[str]] | None:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return [line.split() for line in file]
    except OSError:
        return None


def _default_v4(row: list[str]) -> bool:
    """Of: name, destination, gateway, flags, three counters, mask, and more."""
    return len(row) > 7 and row[1] == row[7] == "00000000" and _usable(row[3], row[0])


def _default_v6(row: list[str]) -> bool:
    """Of: destination, its prefix, source, its prefix, next hop, three counters, flags, name."""
    return len(row) == 10 and row[0] == _NOWHERE and row[1] == "00" and _usable(row[8], row[9])


def _usable(flags: str, name: str) -> bool:
    try:
        bits = int(flags, 16)
    except ValueError:
        return False
    return bool(bits & _UP) and not bits & _REJECT and name != "lo"
