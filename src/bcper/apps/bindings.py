"""Which adapter stands for which port: with the container, the only place that names adapters.

Adapters are imported when they are first asked for: a command pays for what it uses (DESIGN.md, "Strata").
The container itself costs a twentieth of a second to import, which a helper process need not pay.
"""

import os
import sys
from typing import TYPE_CHECKING

from bcper.apps.paths import Places, own_rclone, spool

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from typing import Literal

    from bcper.adapters.ipc.client import SocketService
    from bcper.adapters.ipc.log import Log
    from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
    from bcper.ports.archive import Archive
    from bcper.ports.catalog_repository import CatalogRepository
    from bcper.ports.cipher import Cipher
    from bcper.ports.clock import Clock
    from bcper.ports.crew import Crew
    from bcper.ports.daemon_control import DaemonControl
    from bcper.ports.extractor import ExtractorOpener
    from bcper.ports.locks import Locks
    from bcper.ports.notices import Notices
    from bcper.ports.progress import ProgressSink
    from bcper.ports.proofs import Proofs
    from bcper.ports.rclone import RcloneFinder, Remotes
    from bcper.ports.rescue import RescueFiles
    from bcper.ports.run_ledger import RunLedger
    from bcper.ports.secrets import Secrets
    from bcper.ports.service import BackupService
    from bcper.ports.slots import Slots
    from bcper.ports.source_tree import SourceTree
    from bcper.ports.store_opener import StoreOpener

_PREFERENCES_BYTES = 1 << 16

DAEMON_LOCK = "bcperd"
"""Held while a daemon lives."""


def ledger(places: Places) -> "RunLedger":
    """The list of runs."""
    from bcper.adapters.sqlite.run_ledger import SqliteRunLedger

    return SqliteRunLedger(places.database)


def notices(ledger: "SqliteRunLedger") -> "Notices":
    """What a person was told, in the file of the list of runs."""
    from bcper.adapters.sqlite.notices import SqliteNotices

    return SqliteNotices(ledger)


def proofs(ledger: "SqliteRunLedger") -> "Proofs":
    """When a backup was last shown to be good, in the file of the list of runs."""
    from bcper.adapters.sqlite.proofs import SqliteProofs

    return SqliteProofs(ledger)


def gui_file(places: Places) -> "tuple[Callable[[], bytes | None], Callable[[bytes], None]]":
    """Reads and writes what the window keeps (``apps.gui.preferences``); both raise OSError."""
    from bcper.adapters import private_file
    from bcper.adapters.private_folders import make_folders

    def write(data: bytes) -> None:
        make_folders(places.config_dir)
        private_file.replace(places.preferences, data)

    return lambda: private_file.read(places.preferences, _PREFERENCES_BYTES), write


def make_settings_folder(places: Places) -> None:
    """Make the folder of settings if it is missing, for its owner alone. Raises OSError."""
    from bcper.adapters.private_folders import make_folders

    make_folders(places.config_dir)


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


def rescue() -> "RescueFiles":
    """What lies in every store's root, for the day without BCPER."""
    from bcper.adapters.archive.rescue import PackagedRescueFiles

    return PackagedRescueFiles()


def clock() -> "Clock":
    """The system's clock."""
    from bcper.adapters.system.clock import SystemClock

    return SystemClock()


def local_opener() -> "StoreOpener":
    """Stores in folders."""
    from bcper.adapters.fs.store_opener import LocalStoreOpener

    return LocalStoreOpener()


def opener(
    catalogs: "Callable[[], CatalogRepository]", rclone: "Callable[[], RcloneFinder]"
) -> "StoreOpener":
    """Stores, in folders and on remotes; what is configured tells how fast may be sent to those."""
    from bcper.apps.any_store import AnyStoreOpener

    def remote() -> "StoreOpener":
        from bcper.adapters.rclone.process import RcloneProcess
        from bcper.adapters.rclone.store_opener import RcloneStoreOpener

        def bandwidth(location: str) -> int | None:
            known = catalogs().load().stores.values()
            return next((each.bandwidth for each in known if stores.resolve(each.location) == location), None)

        def find() -> str:
            if rclone().present() is None:
                _tell(("rclone, which stores on remotes need, is not there: it is fetched now.",))
            return rclone().find()

        return RcloneStoreOpener(
            RcloneProcess(find), bandwidth, fetch=lambda sink: rclone().find(sink), spool=spool()
        )

    stores = AnyStoreOpener(local_opener(), remote)
    return stores


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


def daemon_socket(places: Places) -> str:
    """Where the daemon listens."""
    from bcper.adapters.ipc.address import socket_path

    return socket_path(places.config_dir, os.environ.get("XDG_RUNTIME_DIR"), os.geteuid())


def daemon_client(places: Places, name: str) -> "SocketService":
    """The daemon's service; ``name`` is the client's, for the daemon to know."""
    from bcper.adapters.ipc.client import SocketService

    return SocketService(daemon_socket(places), name=name)


def serve_stream(stream: "socket.socket | int", service: "BackupService", log: "Log") -> None:
    """Answer the process at the other end of ``stream``, until it closes that."""
    from bcper.adapters.ipc.worker import serve_stream as serve

    serve(stream, service, log=log)


def slots(ledger: "SqliteRunLedger") -> "Slots":
    """Which firing times were used, in the ledger's file."""
    from bcper.adapters.sqlite.slots import SqliteSlots

    return SqliteSlots(ledger)


def daemon_control(places: Places, locks: "Locks") -> "DaemonControl":
    """The daemon as a process."""
    from bcper.adapters.process.daemon_control import ProcessDaemonControl

    return ProcessDaemonControl(
        places.config_dir, daemon_socket(places), places.log, lambda: locks.hold(DAEMON_LOCK)
    )


def rclone(catalogs: "CatalogRepository", tool: str) -> "RcloneFinder":
    """The program rclone; ``BCPER_RCLONE_URL`` says before the settings where it is fetched from."""
    from bcper.adapters.rclone.known import KnownPrograms
    from bcper.adapters.rclone.locator import RcloneLocator

    own = own_rclone()

    def url() -> str:
        return os.environ.get("BCPER_RCLONE_URL") or catalogs.load().settings.rclone_url

    def fetch(ready: "Callable[[], str | None]", sink: "ProgressSink | None") -> str:
        from bcper.adapters.rclone.download import RcloneDownload  # seldom

        return RcloneDownload(own, url, tool)(ready, sink)

    return RcloneLocator(own, fetch, known=KnownPrograms(os.path.join(spool(), "rclone.json")))


def remotes(rclone: "RcloneFinder") -> "Remotes":
    """What rclone's configuration has."""
    from bcper.adapters.rclone.remotes import RcloneRemotes

    return RcloneRemotes(rclone)
