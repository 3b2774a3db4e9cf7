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

    from bcper.ports.archive import Archive
    from bcper.ports.catalog_repository import CatalogRepository
    from bcper.ports.cipher import Cipher
    from bcper.ports.clock import Clock
    from bcper.ports.crew import Crew
    from bcper.ports.extractor import ExtractorOpener
    from bcper.ports.locks import Locks
    from bcper.ports.rescue import RescueFiles
    from bcper.ports.run_ledger import RunLedger
    from bcper.ports.secrets import Secrets
    from bcper.ports.shell_profile import ShellProfiles
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


def rescue() -> "RescueFiles":
    """What lies in every store's root, for the day without BCPER."""
    from bcper.adapters.archive.rescue import PackagedRescueFiles

    return PackagedRescueFiles()


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


def shell_profiles() -> "ShellProfiles":
    """The files that this user's shells read."""
    import pwd

    from bcper.adapters.shell.profile import FileShellProfiles

    try:
        shell = pwd.getpwuid(os.getuid()).pw_shell
    except KeyError:  # a user without a name, as in containers
        shell = ""
    return FileShellProfiles(os.path.expanduser("~"), os.environ, shell)
