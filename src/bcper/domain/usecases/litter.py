"""Clearing what a run left in its store."""

from bcper.ports.blob_store import BlobStore


def clear_folder(blobs: BlobStore, folder: str) -> None:
    """Remove every blob and unfinished write in a run's folder, ``<job>/<run uuid>``; nothing for any other.

    The manifest goes first, so that a run is there whole or not at all (FORMAT.md, promise 3). Raises
    StoreError.
    """
    if folder.count("/") != 1:
        return
    names = [blob.name for blob in blobs.list(folder)]
    for name in sorted(names, key=lambda name: not name.endswith(".meta.json")):
        blobs.delete(name)
    blobs.sweep(folder)
