"""A backup without a job: some paths, at once."""

import attrs

from bcper.domain.model.requests.runs import BackUpNow
from bcper.domain.model.runs import Run
from bcper.domain.model.stores import VOLUME, is_remote
from bcper.domain.usecases.back_up import BackUp
from bcper.domain.usecases.part_plans import BackUpRequest, one_part
from bcper.domain.usecases.places import place_named
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.progress import ProgressSink


@attrs.frozen
class BackUpPaths:
    """Back paths up into a store, or into a folder that becomes one."""

    catalogs: CatalogRepository
    back_up: BackUp

    def __call__(self, request: BackUpNow, sink: ProgressSink) -> Run:
        """Raises what a run may raise."""
        parts = one_part(request.name, request.paths, ignore=request.ignore, password=request.password)
        place = place_named(self.catalogs, request.store)
        made = BackUpRequest(
            parts,
            place,
            request.name,
            compression=request.compression,
            volume_bytes=VOLUME if is_remote(place) else 0,
        )
        return self.back_up(made, sink)
