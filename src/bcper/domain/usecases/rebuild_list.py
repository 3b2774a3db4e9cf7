"""The list of runs made anew from the stores that are configured (FAULTS.md row 40)."""

from collections.abc import Callable

import attrs

from bcper.domain.errors import BcperError
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.stores import ImportStore
from bcper.domain.usecases.import_store import BringRuns
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.run_ledger import RunLedger


class _Unwatched:
    def step(self, progress: Progress) -> None:
        """It is needed: nobody is asked."""


@attrs.frozen
class RebuildList:
    """Lost or damaged: the manifests in the stores know every run that there is."""

    catalogs: CatalogRepository
    ledger: RunLedger
    import_store: BringRuns

    def __call__(self, tell: Callable[[str], None], *, damaged: bool) -> None:
        """Import every store; one that cannot be reached is told, and can be imported later."""
        if damaged:
            tell(f"The list of runs was damaged; it is kept as {self.ledger.set_aside()}.")
        for store in self.catalogs.load().stores.values():
            try:
                report = self.import_store(ImportStore(store.name), _Unwatched())
            except BcperError as error:
                tell(f"The store {printable(store.name)} is not in the list of runs: {error}")
                continue
            many = "1 run" if report.runs == 1 else f"{report.runs} runs"
            verb = "is" if report.runs == 1 else "are"
            tell(f"{many} of the store {printable(store.name)} {verb} in the list of runs again.")
