"""One backup: walk, read, archive, and the manifest last (DESIGN.md, "Flows")."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

import attrs

from bcper.domain.errors import BcperError, NoSpace, SourceUnreadable
from bcper.domain.model.entries import Problem, Root, SourceEntry, in_walk_order
from bcper.domain.model.manifest import Manifest, Part
from bcper.domain.model.names import blob_base, printable, safe_name
from bcper.domain.model.progress import Progress
from bcper.domain.model.runs import Run, RunStatus, lock_name
from bcper.domain.policy.holds import emptied_roots, hold_reason
from bcper.domain.policy.job_runs import Before, runs_before
from bcper.domain.policy.left_out import blamed
from bcper.domain.policy.outcome import status_after, words_for
from bcper.domain.policy.space import needed_bytes
from bcper.domain.usecases.backup_tally import Tally
from bcper.domain.usecases.backup_waiting import Waiting
from bcper.domain.usecases.litter import clear_folder
from bcper.domain.usecases.open_store import OpenedStore, OpenStore
from bcper.domain.usecases.part_plans import BackUpRequest, PlannedPart, plan_parts
from bcper.domain.usecases.recover_runs import RecoverRuns
from bcper.domain.usecases.watched import Watched
from bcper.ports.archive import Archive, PartPlan, PartWriter
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import HEADER_BYTES, Cipher, Keyring
from bcper.ports.clock import Clock
from bcper.ports.locks import Locks
from bcper.ports.progress import ProgressSink
from bcper.ports.run_ledger import RunLedger
from bcper.ports.source_tree import SourceTree, Walk


@attrs.frozen
class BackUp:
    """Back up paths into a store."""

    sources: SourceTree
    archive: Archive
    cipher: Cipher
    ledger: RunLedger
    locks: Locks
    clock: Clock
    open_store: OpenStore
    recover: RecoverRuns
    tool: str

    def __call__(self, request: BackUpRequest, sink: ProgressSink) -> Run:
        """Make a run; returns it with status ``success`` or ``partial``, and raises for every other end.

        Raises StoreError, NoSpace, Locked, Cancelled, UsageError. Whatever happens, the ledger knows.
        """
        sink.step(Progress("Opening the store"))
        planned = plan_parts(request.parts, request.target_type, self.sources.resolve)
        store = self.open_store(request.store, writable=True, sink=sink)
        run = self._begin(request, store)
        with self.locks.hold(lock_name(run)):
            self.recover(run, store.blobs)
            before = runs_before(run, self.ledger.list(store=run.store))
            self._check_space(store.blobs, before.last)
            self.ledger.add(run)
            try:
                finished = self._run(run, before, request, planned, store.blobs, sink)
            except BaseException as error:
                self._fail(run, store.blobs, error)
                raise
            self.ledger.update(finished)
            return finished

    def _begin(self, request: BackUpRequest, store: OpenedStore) -> Run:
        run_id = request.run_id or self.clock.new_id()
        return Run(
            run_id=run_id,
            job_id=request.job_id,
            job_name=request.job_name,
            target_type=request.target_type,
            target_name=request.target_name,
            store=store.blobs.location,
            store_id=store.store_id,
            folder=f"{safe_name(request.job_name)}/{run_id}",
            started_at=self.clock.now(),
            encrypted=request.encrypted,
        )

    def _check_space(self, blobs: BlobStore, before: Run | None) -> None:
        free = blobs.free_bytes()
        needed = needed_bytes(before.stored_bytes if before is not None else None)
        if free is not None and free < needed:
            raise NoSpace(
                f"The store {blobs.location} has {free} bytes free, and this run needs about {needed}.",
                "Free some space there, or delete runs, and try again.",
            )

    def _run(
        self,
        run: Run,
        before: Before,
        request: BackUpRequest,
        planned: Sequence[PlannedPart],
        blobs: BlobStore,
        sink: ProgressSink,
    ) -> Run:
        sink.step(Progress("Beginning", run_id=run.run_id))
        base = f"{run.folder}/{blob_base(run.target_name, run.started_at)}"
        blobs.begin(run.folder)
        expected = before.last.source_bytes if before.last is not None else 0
        tally = Tally(traffic=partial(blobs.traffic, run.folder), expected=expected)
        alike = self._earlier_indexes(before.last, blobs)
        parts: list[Part] = []
        alive: list[str] = []
        for part in planned:
            plan = PartPlan(
                run_id=run.run_id,
                name=part.name,
                items=part.items,
                base=f"{run.folder}/{blob_base(part.name, run.started_at)}",
                roots={root.name: root.source for root in part.roots},
                created_at=_stamp(run.started_at),
                compression=request.compression,
                volume_bytes=request.volume_bytes,
            )
            written, living = self._write_part(
                before.trusted, part, plan, alike.get(part.name), blobs, tally, sink
            )
            parts.append(written)
            alive += living
        if not tally.read:
            raise SourceUnreadable(_nothing(tally), "Check the paths.")
        sink.step(Progress("Finishing", tally.done, tally.done, entries=tally.read))
        blame = next((each for part in planned for each in map(blamed, part.rules.values()) if each), "")
        finished = self._summarise(attrs.evolve(run, roots=tuple(alive)), before.trusted, parts, tally, blame)
        self.archive.write_checksums(blobs, base, parts)
        blobs.prove(run.folder)  # before the manifest says that all is there
        manifest = self._manifest(finished, parts)
        return attrs.evolve(finished, manifest=self.archive.write_manifest(blobs, base, manifest))

    def _write_part(
        self,
        trusted: Run | None,
        part: PlannedPart,
        plan: PartPlan,
        earlier: str | None,
        blobs: BlobStore,
        tally: Tally,
        sink: ProgressSink,
    ) -> tuple[Part, tuple[str, ...]]:
        """One part, and those of its roots that hold something."""
        tally.begin_part()
        stores = [identity] if (identity := blobs.identity()) is not None else []
        keyring = self._keyring(part.password, earlier, blobs)
        walk = self.sources.walk(part.roots, part.rules, stores, tally.report)
        waiting = Waiting(tally, sink, blobs.location)
        with self.archive.write_part(blobs, plan, keyring, waiting) as writer:
            try:
                self._store(walk, part.roots, writer, tally, sink)
            finally:
                walk.close()
            alive = self._check_roots(trusted, part.roots, walk, tally)
            waiting.all_made()
            return writer.finish(tally.problems_of_part()), alive

    def _earlier_indexes(self, before: Run | None, blobs: BlobStore) -> dict[str, str]:
        """The index blobs of the parts of the run before: their salts save derivations."""
        if before is None or not before.encrypted or not before.manifest:
            return {}
        try:
            manifest = self.archive.read_manifest(blobs, before.manifest)
        except BcperError:
            return {}  # Only a saving: a run that is gone or damaged must not stop this one.
        return {part.name: part.index.blob for part in manifest.parts if part.encrypted}

    def _keyring(self, password: str | None, earlier: str | None, blobs: BlobStore) -> Keyring | None:
        if password is None:
            return None
        like = None
        if earlier is not None:
            with suppress(BcperError), blobs.open(earlier) as blob:
                like = blob.read_at(0, HEADER_BYTES)
        return self.cipher.keyring(password, like)

    def _store(
        self, walk: Walk, roots: Sequence[Root], writer: PartWriter, tally: Tally, sink: ProgressSink
    ) -> None:
        with self.sources.reader(roots, tally.report) as reader:
            for entry in tally.lookahead(walk):
                tally.step(entry, sink)
                try:
                    if entry.nlink > 1 and entry.type == "f" and self._is_linked(entry, tally, writer):
                        continue
                    content = reader.content(entry, writer.place)
                except SourceUnreadable as error:
                    tally.report(Problem(entry.path, str(error), True))
                    continue
                if isinstance(content, bytes | memoryview):
                    writer.add(entry, content)
                else:
                    step = partial(_read_on, sink, tally, entry)
                    writer.add(entry, Watched(content, step))
                tally.done += entry.size
                if entry.nlink > 1 and entry.type == "f":
                    tally.links[entry.device_id, entry.inode] = entry.path

    def _is_linked(self, entry: SourceEntry, tally: Tally, writer: PartWriter) -> bool:
        first = tally.links.get((entry.device_id, entry.inode))
        if first is None:
            return False
        tally.done += entry.size
        entry.type, entry.link, entry.size = "h", first, 0
        writer.add(entry, b"")
        return True

    def _check_roots(
        self, trusted: Run | None, roots: Sequence[Root], walk: Walk, tally: Tally
    ) -> tuple[str, ...]:
        """Report the roots that are empty and were not before; returns those that hold something."""
        order = in_walk_order(roots)
        names = {printable(root.source): root.name for root in order}
        alive = tuple(printable(order[number].source) for number in sorted(tally.roots - walk.bare()))
        for source in emptied_roots(alive, names, trusted):
            tally.report(Problem(names[source], "holds nothing now, and did before", True))
        return alive

    def _summarise(
        self, run: Run, trusted: Run | None, parts: Sequence[Part], tally: Tally, blame: str
    ) -> Run:
        finished = attrs.evolve(
            run,
            status=RunStatus.PARTIAL if tally.incomplete else RunStatus.SUCCESS,
            completed_at=self.clock.now(),
            entries=sum(part.entries for part in parts),
            source_bytes=sum(part.bytes for part in parts),
            stored_bytes=sum(part.stored_bytes for part in parts),
            warnings=tuple(f"{printable(p.path)} {p.reason}" for p in tally.all_problems()[:1000]),
        )
        blame = "" if any(part.bytes for part in parts) else blame
        hold = hold_reason(finished, trusted, left_out_by=blame)
        warnings = finished.warnings
        if blame:
            warnings = (*warnings, f"Nothing was stored: every file was left out by the {blame}.")
        return attrs.evolve(finished, hold=hold, warnings=warnings)

    def _manifest(self, run: Run, parts: Sequence[Part]) -> Manifest:
        completed = run.completed_at or run.started_at
        return Manifest(
            run_id=run.run_id,
            job_id=run.job_id,
            job_name=run.job_name,
            target_type="vault" if run.target_type == "vault" else "item",
            target_name=run.target_name,
            host=self.clock.host(),
            started_at=_stamp(run.started_at),
            completed_at=_stamp(completed),
            timezone=self.clock.timezone(),
            status="partial" if run.status is RunStatus.PARTIAL else "success",
            mode="full",
            parent=None,
            parts=tuple(parts),
            # Never source paths in plain text: the manifest counts, the index names.
            warnings=(f"{len(run.warnings)} warnings; the index names them",) if run.warnings else (),
            tool=self.tool,
        )

    def _fail(self, run: Run, blobs: BlobStore, error: BaseException) -> None:
        """Leave nothing behind, and say in the ledger what happened."""
        folder = run.folder
        # If the store itself failed, the next run clears.
        with suppress(BcperError):
            clear_folder(blobs, folder)
            folder = ""
        status, text = status_after(error), words_for(error)
        self.ledger.update(
            attrs.evolve(run, status=status, folder=folder, completed_at=self.clock.now(), error=text)
        )


def _nothing(tally: Tally) -> str:
    if tally.problems:
        first = tally.problems[0]
        return f"Nothing could be backed up: {printable(first.path)} {first.reason}."
    return "There was nothing to back up."


def _read_on(sink: ProgressSink, tally: Tally, entry: SourceEntry, read: int) -> None:
    sink.step(tally.progress(entry, read))


def _stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
