"""All that is configured, in one value."""

from collections.abc import Mapping

import attrs

from bcper.domain.model.frequency import Frequency
from bcper.domain.model.jobs import Job
from bcper.domain.model.settings import Settings
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item, Vault


@attrs.frozen
class Catalog:
    """Items, vaults and stores by name, frequencies and jobs by id.

    What one names, another may lack: see policy/orphans.py. ``revision`` grows with every change saved, so
    that of two writers neither undoes the other's (FAULTS.md row 38).
    """

    items: Mapping[str, Item] = attrs.field(factory=dict)
    vaults: Mapping[str, Vault] = attrs.field(factory=dict)
    stores: Mapping[str, Store] = attrs.field(factory=dict)
    frequencies: Mapping[str, Frequency] = attrs.field(factory=dict)
    jobs: Mapping[str, Job] = attrs.field(factory=dict)
    revision: int = 0
    settings: Settings = attrs.field(factory=Settings)
