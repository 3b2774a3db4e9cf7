"""The composition root: ports bound to adapters (``bindings``), and use cases put together from ports.

What a provider makes is imported when it is first asked for (DESIGN.md, "Strata").
"""

from typing import TYPE_CHECKING, Any

from dependency_injector import containers, providers

from bcper import __version__
from bcper.apps import bindings
from bcper.apps.paths import Places

if TYPE_CHECKING:
    from bcper.domain.usecases.back_up import BackUp
    from bcper.domain.usecases.browse_runs import BrowseRuns
    from bcper.domain.usecases.delete_runs import DeleteRuns
    from bcper.domain.usecases.open_store import OpenStore
    from bcper.domain.usecases.preview import Preview
    from bcper.domain.usecases.recover_runs import RecoverRuns
    from bcper.domain.usecases.restore_runs import RestoreRuns
    from bcper.domain.usecases.team import Team
    from bcper.domain.usecases.verify_runs import VerifyRuns

TOOL = f"bcper {__version__}"


def _open_store(**ports: Any) -> "OpenStore":
    from bcper.domain.usecases.open_store import OpenStore

    return OpenStore(**ports)


def _browse(**ports: Any) -> "BrowseRuns":
    from bcper.domain.usecases.browse_runs import BrowseRuns

    return BrowseRuns(**ports)


def _back_up(**ports: Any) -> "BackUp":
    from bcper.domain.usecases.back_up import BackUp

    return BackUp(**ports)


def _preview(**ports: Any) -> "Preview":
    from bcper.domain.usecases.preview import Preview

    return Preview(**ports)


def _team(**ports: Any) -> "Team":
    from bcper.domain.usecases.team import Team

    return Team(**ports)


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

    ledger = providers.Singleton(bindings.ledger, places)
    locks = providers.Singleton(bindings.locks, places)
    clock = providers.Singleton(bindings.clock)
    opener = providers.Singleton(bindings.opener)
    sources = providers.Singleton(bindings.sources)
    extractors = providers.Singleton(bindings.extractors)
    archive = providers.Singleton(bindings.archive)
    cipher = providers.Singleton(bindings.cipher)
    crew = providers.Singleton(bindings.crew)

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
    preview = providers.Singleton(_preview, sources=sources)
    team = providers.Singleton(_team, crew=crew)
    restore = providers.Singleton(_restore, browse=browse, extractors=extractors, team=team)
    verify = providers.Singleton(_verify, browse=browse, team=team)
    delete = providers.Singleton(
        _delete, ledger=ledger, locks=locks, clock=clock, open_store=open_store, recover=recover
    )
