"""The composition root: ports bound to adapters (``bindings``), and use cases put together from ports.

What a provider makes is imported when it is first asked for (DESIGN.md, "Strata").
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from dependency_injector import containers, providers

from bcper import __version__
from bcper.apps import bindings, look_bindings, machine_bindings
from bcper.apps.paths import Places

TOOL = f"bcper {__version__}"


def _late(module: str, name: str) -> Callable[..., Any]:
    """Makes a use case of ``bcper.domain.usecases`` from its ports, importing it only then."""

    def make(**ports: Any) -> Any:
        return getattr(import_module(f"bcper.domain.usecases.{module}"), name)(**ports)

    return make


def _service(container: Any) -> Any:
    from bcper.apps.service import LocalService

    return LocalService(container)


class Container(containers.DeclarativeContainer):
    """Ports bound to adapters, and use cases put together from ports."""

    __self__ = providers.Self()
    places = providers.Dependency(instance_of=Places)

    ledger = providers.Singleton(bindings.ledger, places)
    notices = providers.Singleton(bindings.notices, ledger)
    proofs = providers.Singleton(bindings.proofs, ledger)
    locks = providers.Singleton(bindings.locks, places)
    secrets = providers.Singleton(bindings.secrets, places)
    catalogs = providers.Singleton(bindings.catalogs, places, secrets)
    slots = providers.Singleton(bindings.slots, ledger)
    power = providers.Singleton(machine_bindings.power)
    network = providers.Singleton(machine_bindings.network)
    patience = providers.Singleton(machine_bindings.patience)
    inhibitor = providers.Singleton(machine_bindings.inhibitor)
    notifier = providers.Singleton(machine_bindings.notifier)
    appearance = providers.Singleton(machine_bindings.appearance)
    daemon_control = providers.Singleton(bindings.daemon_control, places, locks)
    autostart = providers.Singleton(machine_bindings.autostart)
    clock = providers.Singleton(bindings.clock)
    rclone = providers.Singleton(bindings.rclone, catalogs, TOOL)
    remotes = providers.Singleton(bindings.remotes, rclone)
    opener = providers.Singleton(bindings.opener, catalogs.provider, rclone.provider)
    sources = providers.Singleton(bindings.sources)
    extractors = providers.Singleton(bindings.extractors)
    archive = providers.Singleton(bindings.archive)
    cipher = providers.Singleton(bindings.cipher)
    crew = providers.Singleton(bindings.crew)
    rescue = providers.Singleton(bindings.rescue)
    commands = providers.Singleton(machine_bindings.commands)
    pinger = providers.Singleton(machine_bindings.pinger, TOOL)
    shell_profiles = providers.Singleton(machine_bindings.shell_profiles)
    terminal = providers.Singleton(machine_bindings.terminal)

    open_store = providers.Singleton(
        _late("open_store", "OpenStore"),
        opener=opener,
        ledger=ledger,
        clock=clock,
        rescue=rescue,
        tool=TOOL,
    )
    recover = providers.Singleton(
        _late("recover_runs", "RecoverRuns"), ledger=ledger, archive=archive, clock=clock
    )
    browse = providers.Singleton(
        _late("browse_runs", "BrowseRuns"),
        ledger=ledger,
        archive=archive,
        cipher=cipher,
        secrets=secrets,
        catalogs=catalogs,
        open_store=open_store,
    )
    back_up = providers.Singleton(
        _late("back_up", "BackUp"),
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
    team = providers.Singleton(_late("team", "Team"), crew=crew)
    restore = providers.Singleton(
        _late("restore_runs", "RestoreRuns"),
        browse=browse,
        extractors=extractors,
        team=team,
        proofs=proofs,
        clock=clock,
    )
    verify = providers.Singleton(
        _late("verify_runs", "VerifyRuns"),
        archive=archive,
        browse=browse,
        team=team,
        proofs=proofs,
        clock=clock,
    )
    delete = providers.Singleton(
        _late("delete_runs", "DeleteRuns"),
        ledger=ledger,
        locks=locks,
        clock=clock,
        open_store=open_store,
        browse=browse,
        recover=recover,
    )
    preview = providers.Singleton(_late("preview", "Preview"), sources=sources)
    preview_item = providers.Singleton(_late("preview", "PreviewItems"), catalogs=catalogs, preview=preview)
    import_store = providers.Singleton(
        _late("import_store", "BringRuns"),
        catalogs=catalogs,
        archive=archive,
        browse=browse,
        ledger=ledger,
        open_store=open_store,
    )

    rebuild_list = providers.Singleton(
        _late("rebuild_list", "RebuildList"), catalogs=catalogs, ledger=ledger, import_store=import_store
    )
    compare = providers.Singleton(_late("compare_runs", "CompareRuns"), browse=browse)
    look_into = providers.Singleton(_late("look_into_runs", "LookIntoRuns"), ledger=ledger, browse=browse)
    show_proof = providers.Singleton(_late("prove", "ShowProofs"), proofs=proofs)
    back_up_now = providers.Singleton(_late("back_up_now", "BackUpPaths"), catalogs=catalogs, back_up=back_up)

    edit_items = providers.Singleton(_late("edit_items", "EditItems"), catalogs=catalogs, secrets=secrets)
    edit_vaults = providers.Singleton(_late("edit_vaults", "EditVaults"), catalogs=catalogs, secrets=secrets)
    edit_stores = providers.Singleton(
        _late("edit_stores", "EditStores"), catalogs=catalogs, open_store=open_store, browse=browse
    )
    show_remotes = providers.Singleton(_late("show_remotes", "ShowRemotes"), remotes=remotes)
    edit_frequencies = providers.Singleton(
        _late("edit_frequencies", "EditFrequencies"), catalogs=catalogs, clock=clock
    )
    edit_jobs = providers.Singleton(
        _late("edit_jobs", "EditJobs"), catalogs=catalogs, ledger=ledger, clock=clock
    )
    edit_settings = providers.Singleton(
        _late("edit_settings", "ChangeSettings"), catalogs=catalogs, clock=clock
    )
    delete_entities = providers.Singleton(_late("delete_entities", "DeleteEntities"), catalogs=catalogs)
    prune = providers.Singleton(
        _late("prune_job", "PruneRuns"),
        catalogs=catalogs,
        ledger=ledger,
        locks=locks,
        clock=clock,
        open_store=open_store,
        browse=browse,
        recover=recover,
    )
    run_job = providers.Singleton(
        _late("run_job", "RunJobs"),
        catalogs=catalogs,
        secrets=secrets,
        back_up=back_up,
        prune=prune,
    )
    plan_jobs = providers.Singleton(
        _late("plan_jobs", "PlanJobs"),
        catalogs=catalogs,
        slots=slots,
        clock=clock,
        power=power,
        network=network,
        open_store=open_store,
        patience=patience,
    )
    recover_all = providers.Singleton(
        _late("recover_all", "RecoverAll"),
        ledger=ledger,
        locks=locks,
        clock=clock,
        open_store=open_store,
        recover=recover,
    )
    status = providers.Singleton(
        _late("show_status", "StatusOf"), catalogs=catalogs, ledger=ledger, clock=clock
    )
    attend = providers.Singleton(
        _late("attend", "Attend"),
        catalogs=catalogs,
        ledger=ledger,
        clock=clock,
        notices=notices,
        notifier=notifier,
    )
    hooked_run = providers.Singleton(
        _late("hooked_run", "HookedRuns"),
        catalogs=catalogs,
        ledger=ledger,
        clock=clock,
        commands=commands,
        pinger=pinger,
        opener=opener,
        run_job=run_job,
    )
    set_aliases = providers.Singleton(_late("set_aliases", "SetAliases"), profiles=shell_profiles)
    look_catalogs = providers.Singleton(look_bindings.catalogs, places)
    look_ledger = providers.Singleton(look_bindings.ledger, places)
    look_rclone = providers.Singleton(look_bindings.rclone)
    check_up = providers.Singleton(
        _late("check_up", "CheckUp"),
        machine=providers.Singleton(look_bindings.machine),
        catalogs=look_catalogs,
        ledger=look_ledger,
        secrets=providers.Singleton(look_bindings.secrets, places),
        rclone=look_rclone,
        locks=locks,
        daemon_control=daemon_control,
        daemon=providers.Singleton(look_bindings.daemon, places),
        autostart=autostart,
        clock=clock,
        check_store=providers.Singleton(
            _late("check_stores", "CheckStore"),
            opener=providers.Singleton(look_bindings.opener, look_rclone.provider),
            ledger=look_ledger,
            locks=locks,
            rescue=rescue,
            rclone=look_rclone,
        ),
        status=providers.Singleton(
            _late("show_status", "StatusOf"), catalogs=look_catalogs, ledger=look_ledger, clock=clock
        ),
        at_once=providers.Singleton(look_bindings.at_once),
        places=providers.Singleton(look_bindings.kept, places),
        version=__version__,
        daemon_lock=bindings.DAEMON_LOCK,
    )
    service = providers.Singleton(_service, __self__)
