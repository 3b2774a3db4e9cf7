"""Adapters that only look (``doctor``): beside ``bindings``, and imported late as there."""

import os
from typing import TYPE_CHECKING

from bcper.apps.paths import Places, own_rclone, spool

if TYPE_CHECKING:
    from collections.abc import Callable

    from bcper.adapters.config_json.look import JsonCatalogLook
    from bcper.domain.model.checkup import KeptPlaces
    from bcper.ports.at_once import AtOnce
    from bcper.ports.looks import LedgerLook, RcloneLook, SecretsLook
    from bcper.ports.machine import Machine
    from bcper.ports.service import BackupService
    from bcper.ports.store_opener import StoreOpener

_CONNECTING, _SILENCE = 2.0, 6.0
"""Seconds that the daemon is given; one that is at work says every two that it is alive."""


def machine() -> "Machine":
    """This machine."""
    from bcper.adapters.system.machine import SystemMachine
    from bcper.apps.fonts import FAMILIES

    return SystemMachine(FAMILIES)


def at_once() -> "AtOnce":
    """Questions at once."""
    from bcper.adapters.system.at_once import ThreadAtOnce

    return ThreadAtOnce()


def catalogs(places: Places) -> "JsonCatalogLook":
    """The configuration."""
    from bcper.adapters.config_json.look import JsonCatalogLook

    return JsonCatalogLook(places.configuration)


def ledger(places: Places) -> "LedgerLook":
    """The list of runs."""
    from bcper.adapters.sqlite.look import SqliteLedgerLook

    return SqliteLedgerLook(places.database)


def secrets(places: Places) -> "SecretsLook":
    """Where passwords are kept."""
    from bcper.adapters.dbus.secret_service import locked
    from bcper.adapters.secrets.look import ChosenSecretsLook

    return ChosenSecretsLook(places.config_dir, locked)


def rclone() -> "RcloneLook":
    """The program rclone."""
    from bcper.adapters.rclone.look import SystemRcloneLook

    return SystemRcloneLook(own_rclone())


def opener(rclone: "Callable[[], RcloneLook]") -> "StoreOpener":
    """Stores; rclone is not fetched for them."""
    from bcper.apps.any_store import AnyStoreOpener
    from bcper.apps.bindings import local_opener

    def find() -> str:
        from bcper.domain.errors import StoreError

        if path := rclone().look().path:
            return path
        raise StoreError("rclone is not here.", "It is fetched when the store is used next.")

    def remote() -> "StoreOpener":
        from bcper.adapters.rclone.process import RcloneProcess
        from bcper.adapters.rclone.store_opener import RcloneStoreOpener

        return RcloneStoreOpener(RcloneProcess(find))

    return AnyStoreOpener(local_opener(), remote)


def daemon(places: Places) -> "BackupService":
    """The daemon, which is not waited for long."""
    from bcper.adapters.ipc.client import Patience, SocketService
    from bcper.apps.bindings import daemon_socket

    return SocketService(daemon_socket(places), name="doctor", patience=Patience(_CONNECTING, _SILENCE))


def kept(places: Places) -> "KeptPlaces":
    """What is looked at for permissions and room. No file is made to find out where temporary ones go."""
    from bcper.domain.model.checkup import KeptPlaces

    beside = ("config.json.bak", "config.json.original", "secrets.json", "daemon.sock", "daemon.log.1")
    files = (
        *(places.configuration, places.database, places.log, places.preferences, places.gui_log),
        *(f"{places.database}{suffix}" for suffix in ("-wal", "-shm")),
        *(os.path.join(places.config_dir, name) for name in beside),
    )
    own = own_rclone()
    temporary = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - it is only named
    return KeptPlaces(places.config_dir, files, os.path.dirname(own), spool(), temporary, own)
