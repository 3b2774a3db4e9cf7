"""The clock, the zone and the name of this machine."""

import os
import time
import uuid
from datetime import UTC, datetime, tzinfo

import attrs


@attrs.frozen
class SystemClock:
    """See :class:`~bcper.ports.clock.Clock`. The fields are where the machine says its zone.

    ``localtime`` is localtime(5)'s link into the zone files; ``zone_file`` is Debian's, which counts where
    the former is a plain copy. ``TZ`` (tzset(3)) goes before both.
    """

    localtime: str = "/etc/localtime"
    zone_file: str = "/etc/timezone"

    def now(self) -> datetime:
        """See the port."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See the port."""
        return time.monotonic()

    def timezone(self) -> str:
        """See the port."""
        told = os.environ.get("TZ")
        names = (self._linked(), self._written()) if told is None else (_name(told.removeprefix(":")),)
        for name in names:
            if _known(name):
                return name
        return datetime.now(UTC).astimezone().tzname() or "UTC"

    def local_zone(self) -> tzinfo:
        """See the port."""
        from zoneinfo import ZoneInfo

        name = self.timezone()
        return ZoneInfo(name) if _known(name) else datetime.now(UTC).astimezone().tzinfo or UTC

    def new_id(self) -> str:
        """See the port."""
        return str(uuid.uuid4())

    def host(self) -> str:
        """See the port."""
        return os.uname().nodename

    def _linked(self) -> str:
        path = os.path.realpath(self.localtime)
        return _name(path) if "/zoneinfo/" in path else ""

    def _written(self) -> str:
        try:
            with open(self.zone_file, encoding="ascii", errors="replace") as file:
                return file.readline(256).strip()
        except OSError:
            return ""


def _name(path: str) -> str:
    return path.rpartition("/zoneinfo/")[2].removeprefix("posix/").removeprefix("right/")


def _known(name: str) -> bool:
    # Late: only backups ask for the zone, and every command would pay for the import.
    from zoneinfo import ZoneInfo

    try:
        return bool(name) and ZoneInfo(name).key == name
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return False
