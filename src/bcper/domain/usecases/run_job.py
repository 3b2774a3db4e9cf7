"""A job, run now: its target into its store, and surplus runs out."""

from contextlib import suppress

import attrs

from bcper.domain.errors import BcperError, WrongPassword
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.inheritance import PasswordOf, effective
from bcper.domain.policy.parts import PartOf, item_part, parts
from bcper.domain.usecases.back_up import BackUp
from bcper.domain.usecases.edit_items import known_item
from bcper.domain.usecases.edit_jobs import known_job
from bcper.domain.usecases.edit_vaults import known_vault
from bcper.domain.usecases.part_plans import BackUpRequest, PartRequest, SourceRequest
from bcper.domain.usecases.places import known_store, place_of
from bcper.domain.usecases.prune_job import PruneRuns
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.progress import ProgressSink
from bcper.ports.secrets import Secrets


@attrs.frozen
class RunJobs:
    """Run a job."""

    catalogs: CatalogRepository
    secrets: Secrets
    back_up: BackUp
    prune: PruneRuns

    def __call__(self, request: RunJob, sink: ProgressSink, run_id: str | None = None) -> Run:
        """Returns the run; what a run may raise, and UsageError for a job that refers to what is gone.

        ``run_id`` is the run's id if somebody has told it already. Commands and pings are not done here:
        HookedRuns does them.

        Pruning that fails does not make a good run a bad one: the next run goes on with it.
        """
        catalog = self.catalogs.load()
        job = known_job(catalog, request.name)
        made = self.back_up(self._request(catalog, job, run_id), sink)
        if made.status is RunStatus.SUCCESS:
            with suppress(BcperError):
                self.prune.prune(job, self.prune.runs_of(job, made.store), sink)
        return made

    def _request(self, catalog: Catalog, job: Job, run_id: str | None) -> BackUpRequest:
        store = known_store(catalog, job.store_name)
        if job.target_type == "item":
            item = known_item(catalog, job.target_name)
            planned: tuple[PartOf, ...] = (item_part(item),)
        else:
            vault = known_vault(catalog, job.target_name)
            planned = parts(vault, [known_item(catalog, name) for name in vault.items])
        return BackUpRequest(
            parts=tuple(self._part(catalog, job, part) for part in planned),
            store=place_of(store),
            target_name=job.target_name,
            target_type=job.target_type,
            job_id=job.id,
            job_name=job.name,
            volume_bytes=store.volume,
            run_id=run_id,
        )

    def _part(self, catalog: Catalog, job: Job, part: PartOf) -> PartRequest:
        vault = catalog.vaults[job.target_name] if job.target_type == "vault" else None
        sources = []
        for name in part.items:
            item = catalog.items[name]
            what = effective(item, vault)
            sources.append(SourceRequest(name, item.paths, what.rules(), what.leave_out.value))
        return PartRequest(part.name, tuple(sources), self._password(part.password_of))

    def _password(self, owner: PasswordOf | None) -> str | None:
        """Never ``None`` where a password is wanted: a run must not be plain by mistake."""
        if owner is None:
            return None
        kind, name = owner
        password = self.secrets.get(Owner(kind, name))
        if password is None:
            raise WrongPassword(
                f"The password of the {kind} {printable(name)!r} is not in {self.secrets.place}.",
                f"Set it again: bcper-cli {kind} edit {printable(name)} --ask-password",
            )
        return password
