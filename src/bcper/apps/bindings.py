"""Which adapter stands for which port: with the container, the only place that names adapters.

Adapters are imported when they are first asked for: a command pays for what it uses (DESIGN.md, "Strata").
The container itself costs a twentieth of a second to import, which a helper process need not pay.
"""

import os
import sys
from typing import TYPE_CHECKING

from bcper.apps.paths import Places

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from bcper.adapters.system.sd_notify import SdNotify
    from bcper.ports.archive import Archive
    from bcper.ports.autostart import Autostart
    from bcper.ports.catalog_repository import CatalogRepository
    from bcper.ports.cipher import Cipher
    from bcper.ports.clock import Clock
    from bcper.ports.crew import Crew
    from bcper.ports.extractor import ExtractorOpener
    from bcper.ports.inhibitor import Inhibitor
    from bcper.ports.locks import Locks
    from bcper.ports.network import Network
    from bcper.ports.notifier import Notifier
    from bcper.ports.power import Power
    from bcper.ports.priority import Priority
    from bcper.ports.run_ledger import RunLedger
    from bcper.ports.secrets import Secrets
    from bcper.ports.source_tree import SourceTree
    from bcper.ports.store_opener import StoreOpener


def ledger(places: Places) -> "RunLedger":
    """The list of runs."""
    from bcper.adapters.sqlite.run_ledger import SqliteRunLedger

    return SqliteRunLedger(places.database)


def locks(places: Places) -> "Locks":
    """Locks between processes."""
    from bcper.adapters.fs.locks import FileLocks

    return FileLocks(places.locks)


def secrets(places: Places) -> "Secrets":
    """Where passwords are kept."""
    from bcper.adapters.secrets.choose import choose

    return choose(places.config_dir)


def catalogs(places: Places, secrets: "Secrets") -> "CatalogRepository":
    """What is configured; passwords of a configuration of the original go to ``secrets``."""
    from bcper.adapters.config_json.repository import JsonCatalogRepository

    def adopt(passwords: "Mapping[tuple[Literal['item', 'vault'], str], str]") -> None:
        from bcper.domain.model.owners import Owner

        for (kind, name), password in passwords.items():
            secrets.set(Owner(kind, name), password)

    return JsonCatalogRepository(places.configuration, adopt=adopt, tell=_tell, home=os.path.expanduser("~"))


def _tell(notes: tuple[str, ...]) -> None:
    for note in notes:
        sys.stderr.write(f"Note: {note}\n")


def rescue_files() -> "Mapping[str, bytes]":
    """What lies in every store's root, for the day without BCPER."""
    from bcper.adapters.archive.rescue import rescue_files as files

    return files()


def clock() -> "Clock":
    """The system's clock."""
    from bcper.adapters.system.clock import SystemClock

    return SystemClock()


def opener() -> "StoreOpener":
    """Stores."""
    from bcper.adapters.fs.store_opener import LocalStoreOpener

    return LocalStoreOpener()


def sources() -> "SourceTree":
    """The file system that is backed up."""
    from bcper.adapters.fs.source_tree import FsSourceTree

    return FsSourceTree()


def extractors() -> "ExtractorOpener":
    """The file system that is restored to."""
    from bcper.adapters.fs.extractor import FsExtractorOpener

    return FsExtractorOpener()


def archive() -> "Archive":
    """The archive format."""
    from bcper.adapters.archive.tar_gz import TarGzArchive

    return TarGzArchive()


def cipher() -> "Cipher":
    """The sealed container."""
    from bcper.adapters.crypto.container import AesGcmCipher

    return AesGcmCipher()


def crew() -> "Crew":
    """Helpers."""
    from bcper.adapters.process.crew import ProcessCrew

    return ProcessCrew()


def notifier() -> "Notifier":
    """The person's desktop."""
    from bcper.adapters.dbus.notifications import DesktopNotifier

    return DesktopNotifier()


def power() -> "Power":
    """UPower, else the kernel."""
    from bcper.adapters.dbus.upower import UPowerPower
    from bcper.adapters.system.power_supply import SysfsPower

    return UPowerPower(SysfsPower())


def network() -> "Network":
    """NetworkManager, else the kernel."""
    from bcper.adapters.dbus.network_manager import NetworkManagerNetwork
    from bcper.adapters.system.routes import RouteNetwork

    return NetworkManagerNetwork(RouteNetwork())


def inhibitor() -> "Inhibitor":
    """What keeps the machine awake."""
    from bcper.adapters.dbus.logind import LogindInhibitor

    return LogindInhibitor()


def priority() -> "Priority":
    """The kernel's queues."""
    from bcper.adapters.system.priority import SystemPriority

    return SystemPriority()


def autostart() -> "Autostart":
    """What starts the daemon at login."""
    from bcper.adapters.system.autostart import system_autostart

    return system_autostart()


def sd_notify() -> "SdNotify":
    """The service manager that started this process, if one did; its variables leave the environment."""
    from bcper.adapters.system.sd_notify import SdNotify

    return SdNotify()
