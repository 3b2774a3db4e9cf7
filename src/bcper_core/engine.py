"""The original's engine, over ``bcper.apps.library``."""

import os
import re
from tempfile import TemporaryDirectory
from typing import TypedDict

from bcper.apps.library import Library
from bcper_core.models import BCItem
from bcper_core.storage import LocalStore

_RUN = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BackupResult(TypedDict):
    """What a backup says: ``archive`` is the archive's name in the store, ``hash`` its SHA-256."""

    success: bool
    archive: str
    hash: str
    encrypted: bool


class RestoreResult(TypedDict):
    """What a restore says."""

    success: bool
    warnings: list[str]
    target_dir: str


class TarGzBackupEngine:
    """Backs items up into a store and restores archives from it.

    As in the original nothing is kept but the store: the list of runs is the store's own manifests.
    """

    def backup(self, item: BCItem, store: LocalStore) -> BackupResult:
        """Back ``item`` up. Raises :class:`bcper.domain.errors.BcperError`."""
        with TemporaryDirectory() as settings, Library(settings) as library:
            run = library.back_up(
                item.paths, store.path, name=item.key, password=item.password, ignore=item.bcpignore
            )
            archive, digest = library.archive_of(run)
            return BackupResult(success=True, archive=archive, hash=digest, encrypted=run.encrypted)

    def restore(
        self, archive: str, store: LocalStore, target_dir: str, password: str | None = None
    ) -> RestoreResult:
        """Restore the run that ``archive`` belongs to, one of the original's too.

        It is a name in the store, or a path. A folder that has archives of the original's alone is made a
        store first: a marker and the rescue files come into it. Raises
        :class:`bcper.domain.errors.BcperError`.
        """
        folder = os.path.basename(os.path.dirname(archive))
        with TemporaryDirectory() as settings, Library(settings) as library:
            run_id = folder if _RUN.fullmatch(folder) else library.run_of(archive, store.path).run_id
            report = library.restore(run_id, target_dir, store=store.path, password=password)
            warnings = [f"{os.fsdecode(p.path)} {p.reason}" for p in report.problems]
            return RestoreResult(success=not report.incomplete, warnings=warnings, target_dir=target_dir)
