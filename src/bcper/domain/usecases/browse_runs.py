"""Which runs there are, and what is in them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import TypeAlias

import attrs

from bcper.domain.errors import (
    BcperError,
    BlobNotFound,
    ConfigurationError,
    Damaged,
    RunNotFound,
    UsageError,
    WrongPassword,
)
from bcper.domain.model.manifest import Manifest, Part
from bcper.domain.model.names import printable
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.runs import Which
from bcper.domain.model.runs import Run, RunStatus, newest_last
from bcper.domain.usecases.open_store import OpenedStore, OpenStore
from bcper.domain.usecases.places import place_named
from bcper.ports.archive import Archive, PartReader
from bcper.ports.blob_store import BlobStore
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.cipher import Cipher, Keyring
from bcper.ports.progress import ProgressSink
from bcper.ports.run_ledger import RunLedger
from bcper.ports.secrets import Secrets

_MANIFEST = ".meta.json"


@attrs.frozen
class Unreadable:
    """A manifest that cannot be read, and why."""

    manifest: str
    error: BcperError


Report = Callable[[Unreadable], None]
Passwords: TypeAlias = tuple[str, ...]


@attrs.frozen
class OpenedPart:
    """A part of a run with its reader, and the keyring that opens it."""

    part: Part
    reader: PartReader
    keyring: Keyring | None


@attrs.frozen
class OpenedRun:
    """A run with the store it lies in and its manifest."""

    run: Run
    blobs: BlobStore
    manifest: Manifest


@attrs.frozen
class BrowseRuns:
    """Find runs by name, list them, look into them."""

    ledger: RunLedger
    archive: Archive
    cipher: Cipher
    secrets: Secrets
    catalogs: CatalogRepository
    open_store: OpenStore

    def list(
        self, store: str | None = None, report: Report = lambda _: None, sink: ProgressSink | None = None
    ) -> Sequence[Run]:
        """Runs, newest first: the ledger's, or those a store (its name or folder) shows by its manifests."""
        if store is None:
            return self.ledger.list()
        return self.in_store(place_named(self.catalogs, store), report, sink=sink)

    def in_store(
        self,
        store: str,
        report: Report,
        step: Callable[[int], None] = lambda _: None,
        sink: ProgressSink | None = None,
    ) -> Sequence[Run]:
        """The runs whose manifests lie in ``store``, and what the ledger knows of others there.

        A manifest that cannot be read is reported and hides no other. ``step`` is told how many runs were
        found so far, and may raise.
        """
        opened = self.open_store(store, writable=False, sink=sink)
        location = opened.blobs.location
        runs = {run.run_id: run for run in self.ledger.list(store=location)}
        leaving = {run.run_id for run in self.ledger.list(store=location, deleted=True)}
        seen = set(leaving)
        for run in self._shown(opened, report):
            step(len(seen))
            seen.add(run.run_id)
            known = runs.get(run.run_id)
            if run.run_id not in leaving and not (_is_good(known) and _is_there(known, run)):
                runs[run.run_id] = attrs.evolve(run, pinned=known is not None and known.pinned)
        # A run exists if and only if its manifest does (FORMAT.md, promise 3).
        runs = {run_id: run for run_id, run in runs.items() if run_id in seen or not _is_good(run)}
        return sorted(runs.values(), key=newest_last, reverse=True)

    def _shown(self, store: OpenedStore, report: Report) -> Iterator[Run]:
        """The runs that the store itself shows, those of the original's first."""
        blobs, location = store.blobs, store.blobs.location
        listed = tuple(blobs.list())
        done: set[str] = set()

        def tell(name: str, error: BcperError) -> None:
            done.add(name)
            report(Unreadable(name, error))

        for found in self.archive.legacy_runs(blobs, listed, tell):
            done.add(found.name)
            yield _from_manifest(found.manifest, found.name, location, store.store_id)
        for name in (blob.name for blob in listed if blob.name.endswith(_MANIFEST)):
            if name in done:
                continue
            try:
                manifest = self.archive.read_manifest(blobs, name)
            except (Damaged, ConfigurationError) as error:
                tell(name, error)
                continue
            if not manifest.legacy:  # it would be a copy of one that was seen
                yield _from_manifest(manifest, name, location, store.store_id)

    def find(self, which: Which, sink: ProgressSink | None = None) -> Run:
        """The run that is meant; ``sink`` as OpenStore has it.

        Raises RunNotFound; UsageError when several runs answer.
        """
        name, store = which.run, which.store
        if name == "latest":
            for run in self.list(store, sink=sink):
                if run.status.restorable and which.job in (None, run.job_name):
                    return run
            raise RunNotFound("There is no good run yet.", "Make one: bcper-cli backup now PATH --to FOLDER")
        wanted = name.lower()
        unreadable: list[Unreadable] = []
        pool = self.ledger.find(wanted) if store is None else self.list(store, unreadable.append, sink)
        found = [run for run in pool if run.run_id.startswith(wanted)]
        for bad in unreadable:
            if wanted and not found and f"/{wanted}" in bad.manifest:
                raise bad.error
        if not wanted or not found:
            raise RunNotFound(f"No run is called {name!r}.", "bcper-cli backup list shows the runs.")
        if len(found) > 1:
            ids = ", ".join(run.run_id[:12] for run in found[:5])
            raise UsageError(f"Several runs are called {name!r}: {ids}.", "Give more of the id.")
        return found[0]

    def open(self, run: Run, sink: ProgressSink | None = None) -> OpenedRun:
        """A run ready to be read; ``sink`` as OpenStore has it. Raises RunNotFound when it has no archive."""
        if not run.status.restorable or run.manifest is None:
            raise RunNotFound(f"The run {run.run_id[:8]} is {run.status}: there is nothing to read in it.")
        blobs = self.open_store(run.store, writable=False, sink=sink).blobs
        manifest = self.archive.read_manifest(blobs, run.manifest)
        if manifest.run_id != run.run_id:
            raise Damaged(f"{run.manifest} is the manifest of another run.", "Restore another run.")
        return OpenedRun(run, blobs, manifest)

    def parts(self, opened: OpenedRun, passwords: Passwords) -> Iterator[OpenedPart]:
        """Each part with a reader, closed when the next one is asked for.

        ``passwords`` are tried first, then what the secret store has for a part, what was set earlier too.
        Raises WrongPassword before the first part comes if any of them cannot be opened (row 65).
        """
        keyrings = [self._keyring(opened, part, passwords) for part in opened.manifest.parts]
        for part, keyring in zip(opened.manifest.parts, keyrings, strict=True):
            with self.archive.read_part(opened.blobs, opened.manifest, part, keyring) as reader:
                yield OpenedPart(part, reader, keyring)

    @contextmanager
    def all_parts(self, opened: OpenedRun, passwords: Passwords) -> Iterator[tuple[OpenedPart, ...]]:
        """Every part at once, as :meth:`parts`."""
        keyrings = [self._keyring(opened, part, passwords) for part in opened.manifest.parts]
        with ExitStack() as stack:
            found = []
            for part, keyring in zip(opened.manifest.parts, keyrings, strict=True):
                reader = self.archive.read_part(opened.blobs, opened.manifest, part, keyring)
                found.append(OpenedPart(part, stack.enter_context(reader), keyring))
            yield tuple(found)

    def locked(self, opened: OpenedRun, passwords: Passwords) -> Iterator[Part]:
        """The parts that neither ``passwords`` nor what the secret store has can open."""
        for part in opened.manifest.parts:
            try:
                self._keyring(opened, part, passwords)
            except WrongPassword:
                yield part

    def _keyring(self, opened: OpenedRun, part: Part, given: Passwords) -> Keyring | None:
        if not part.encrypted:
            return None
        keyring = None
        for candidate in self._candidates(opened.run, part, given):
            keyring = self.cipher.keyring(candidate)
            try:
                self.archive.try_keyring(opened.blobs, opened.manifest, part, keyring)
            except WrongPassword:
                continue
            except (Damaged, BlobNotFound):
                pass  # The reader says so, and where.
            return keyring
        if keyring is not None and given:
            # It may be the header that is damaged: the reader can tell, and does before anything is written.
            try:
                with self.archive.read_part(opened.blobs, opened.manifest, part, keyring):
                    return keyring
            except WrongPassword as error:
                if opened.manifest.legacy:  # it names its archive, and says what else may be wrong with it
                    raise
                raise _refused(opened.run, part, given) from error
        raise WrongPassword(
            f"The run {opened.run.run_id[:8]} is encrypted and needs the password of "
            f"{printable(part.name)!r}.",
            "Give it by --ask-password, --password-file, --password-command or BCPER_PASSWORD.",
        )

    def _candidates(self, run: Run, part: Part, given: Passwords) -> Iterator[str]:
        yield from given
        for owner in _owners(run, part):
            # A place for passwords that does not answer is as good as one that does not know.
            with suppress(BcperError):
                current = self.secrets.get(owner)
                yield from () if current is None else (current,)
                yield from self.secrets.earlier(owner)


def _refused(run: Run, part: Part, given: Passwords) -> WrongPassword:
    does_not = "The password does not open" if len(given) == 1 else "None of the passwords opens"
    return WrongPassword(
        f"{does_not} {printable(part.name)!r} of run {run.run_id[:8]}.",
        "Check it. Where parts have passwords of their own, give each: --password-file F --password-file G.",
    )


def _owners(run: Run, part: Part) -> Iterator[Owner]:
    """Whose password a part may have: an item's own before its vault's (FORMAT.md section 1)."""
    if len(part.items) == 1:
        yield Owner("item", part.items[0])
    if run.target_type == "vault":
        yield Owner("vault", run.target_name)


def _is_good(run: Run | None) -> bool:
    return run is not None and run.status.restorable


def _is_there(known: Run | None, shown: Run) -> bool:
    """Whether the list says where the run lies: files of the original's are easily moved within a store."""
    return known is not None and (known.manifest == shown.manifest or not shown.legacy)


def _from_manifest(manifest: Manifest, name: str, location: str, store_id: str) -> Run:
    return Run(
        run_id=manifest.run_id,
        job_id=manifest.job_id,
        job_name=manifest.job_name,
        target_type=manifest.target_type,
        target_name=manifest.target_name,
        store=location,
        store_id=store_id,
        # Where the original's runs lie others do, too: nothing may ever take the folder for theirs.
        folder="" if manifest.legacy else name.rpartition("/")[0],
        started_at=datetime.fromisoformat(manifest.started_at),
        completed_at=datetime.fromisoformat(manifest.completed_at),
        status=RunStatus(manifest.status),
        mode=manifest.mode,
        parent=manifest.parent,
        encrypted=manifest.encrypted,
        manifest=name,
        entries=sum(part.entries for part in manifest.parts),
        source_bytes=sum(part.bytes for part in manifest.parts),
        stored_bytes=sum(part.stored_bytes for part in manifest.parts),
        warnings=manifest.warnings,
    )
