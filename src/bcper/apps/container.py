"""The composition root: the only place that names adapters.

Adapters are imported when they are first asked for: a command pays for what it uses (DESIGN.md, "Strata").
"""

from typing import TYPE_CHECKING, Any

from dependency_injector import containers, providers

from bcper import __version__
from bcper.apps.paths import Places

if TYPE_CHECKING:
    from bcper.domain.usecases.back_up import BackUp
    from bcper.domain.usecases.browse_runs import BrowseRuns
    from bcper.domain.usecases.delete_runs import DeleteRuns
    from bcper.domain.usecases.open_store import OpenStore
    from bcper.domain.usecases.recover_runs import RecoverRuns
    from bcper.domain.usecases.restore_runs import RestoreRuns
    from bcper.domain.usecases.verify_runs import VerifyRuns

TOOL = f"bcper {__version__}"


def _ledger(places: Places) -> Any:
    from bcper.adapters.sqlite.run_ledger import SqliteRunLedger

    return SqliteRunLedger(places.database)


def _locks(places: Places) -> Any:
    from bcper.adapters.fs.locks import FileLocks

    return FileLocks(places.locks)


def _clock() -> Any:
    from bcper.adapters.system.clock import SystemClock

    return SystemClock()


def _opener() -> Any:
    from bcper.adapters.fs.store_opener import LocalStoreOpener

    return LocalStoreOpener()


def _sources() -> Any:
    from bcper.adapters.fs.source_tree import FsSourceTree

    return FsSourceTree()


def _extractors() -> Any:
    from bcper.adapters.fs.extractor import FsExtractorOpener

    return FsExtractorOpener()


def _archive() -> Any:
    from bcper.adapters.archive.tar_gz import TarGzArchive

    return TarGzArchive()


def _cipher() -> Any:
    from bcper.adapters.crypto.container import AesGcmCipher

    return AesGcmCipher()


def _open_store(**ports: Any) -> "OpenStore":
    from bcper.domain.usecases.open_store import OpenStore

    return OpenStore(**ports)


def _browse(**ports: Any) -> "BrowseRuns":
    from bcper.domain.usecases.browse_runs import BrowseRuns

    return BrowseRuns(**ports)


def _back_up(**ports: Any) -> "BackUp":
    from bcper.domain.usecases.back_up import BackUp

    return BackUp(**ports)


def _restore(**ports: Any) -> "RestoreRuns":
    from bcper.domain.usecases.restore_runs import RestoreRuns

    return RestoreRuns(**ports)


def _verify(**ports: Any) -> "VerifyRuns":
    from bcper.domain.usecases.verify_runs import VerifyRuns

    return VerifyRuns(**ports)


def _recover(**ports: Any) -> "RecoverRuns":
    from bcper.domain.usecases.recover_runs import RecoverRuns

    return RecoverRuns(**ports)


def _delete(**ports: Any) -> "DeleteRuns":
    from bcper.domain.usecases.delete_runs import DeleteRuns

    return DeleteRuns(**ports)


class Container(containers.DeclarativeContainer):
    """Ports bound to adapters, and use cases put together from ports."""

    places = providers.Dependency(instance_of=Places)

    ledger = providers.Singleton(_ledger, places)
    locks = providers.Singleton(_locks, places)
    clock = providers.Singleton(_clock)
    opener = providers.Singleton(_opener)
    sources = providers.Singleton(_sources)
    extractors = providers.Singleton(_extractors)
    archive = providers.Singleton(_archive)
    cipher = providers.Singleton(_cipher)

    open_store = providers.Singleton(_open_store, opener=opener, ledger=ledger, clock=clock, tool=TOOL)
    recover = providers.Singleton(_recover, ledger=ledger, archive=archive, clock=clock)
    browse = providers.Singleton(
        _browse, ledger=ledger, archive=archive, cipher=cipher, open_store=open_store
    )
    back_up = providers.Singleton(
        _back_up,
        sources=sources,
        archive=archive,
        cipher=cipher,
        ledger=ledger,
        locks=locks,
        clock=clock,
        open_store=open_store,
        recover=recover,
        tool=TOOL,
    )
    restore = providers.Singleton(_restore, browse=browse, extractors=extractors)
    verify = providers.Singleton(_verify, browse=browse)
    delete = providers.Singleton(
        _delete, ledger=ledger, locks=locks, clock=clock, open_store=open_store, recover=recover
    )
