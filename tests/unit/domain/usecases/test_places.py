"""Where a store is, by its name."""

from bcper.adapters.memory.catalog_repository import MemoryCatalogRepository
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.stores import VOLUME, Store
from bcper.domain.usecases.places import place_named, place_of

CLOUD = Store("cloud", "rclone", "Backups", "gdrive")


def test_a_store_on_a_remote_is_at_its_location() -> None:
    assert place_of(CLOUD) == "gdrive:Backups"
    catalogs = MemoryCatalogRepository()
    catalogs.change(lambda _: Catalog(stores={"cloud": CLOUD}))
    assert place_named(catalogs, "cloud") == "gdrive:Backups"
    assert place_named(catalogs, "gdrive:Other") == "gdrive:Other"


def test_volumes_are_closed_on_a_remote_and_not_in_a_folder() -> None:
    assert CLOUD.volume == VOLUME
    assert Store("disk", "local", "/a").volume == 0
    assert Store("disk", "local", "/a", volume_bytes=7).volume == 7
