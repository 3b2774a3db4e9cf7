"""Is what lies in the store what was written?"""

import re
from collections.abc import Iterator
from hashlib import sha256

import attrs

from bcper.domain.errors import BcperError, BlobNotFound, Damaged
from bcper.domain.model.progress import Progress
from bcper.domain.model.proofs import Proof
from bcper.domain.model.requests.runs import VerifyReport, VerifyRun
from bcper.domain.usecases.browse_runs import BrowseRuns, OpenedPart, OpenedRun
from bcper.domain.usecases.prove import remember
from bcper.domain.usecases.read_legacy import count_entries, read_whole
from bcper.domain.usecases.share_part import Count, Share, check_files
from bcper.domain.usecases.team import Team, gather
from bcper.ports.archive import Archive
from bcper.ports.blob_store import BlobReader
from bcper.ports.clock import Clock
from bcper.ports.crew import ShareReport
from bcper.ports.progress import ProgressSink
from bcper.ports.proofs import Proofs

_PIECE = 1 << 20
_LINE = re.compile(rb"[0-9a-f]{64}  [^\n]+\n")


@attrs.frozen
class VerifyRuns:
    """Verify a run: checksums without a password, every byte with it.

    The only sum of a run of the original's is that of what was encrypted: without the password there is
    nothing to compare, so it is WrongPassword.
    """

    archive: Archive
    browse: BrowseRuns
    team: Team
    proofs: Proofs
    clock: Clock

    def __call__(self, request: VerifyRun, sink: ProgressSink) -> VerifyReport:
        """Raises Damaged, naming where; WrongPassword, RunNotFound, StoreError, Cancelled."""
        opened = self.browse.open(self.browse.find(request.which, sink), sink)
        warnings = self._checksum_warnings(opened)
        legacy = opened.manifest.legacy
        deep = legacy or bool(request.passwords) or not any(self.browse.locked(opened, ()))
        total = sum(part.bytes for part in opened.manifest.parts) or None
        entries = done = 0
        if not legacy:
            self._check_blobs(opened, sink, volumes=not deep)
        if deep:
            for part in self.browse.parts(opened, request.passwords):
                for report in self._check_part(opened, part, sink):
                    entries += report.entries
                    done += report.size
                    sink.step(Progress("Verifying", done, total, False, entries, report.current))
        if deep:
            proof = Proof(opened.run.run_id, "verify", self.clock.now(), entries, done)
            remember(self.proofs, proof)
        return VerifyReport(opened.run, deep, entries, done, warnings)

    def _check_part(self, opened: OpenedRun, part: OpenedPart, sink: ProgressSink) -> Iterator[ShareReport]:
        """Files and volumes against their sums.

        With helpers, volumes while they begin with the files, and then the rest of those; alone, everything
        in one pass: on a remote each byte is a byte of the line.
        """
        if opened.manifest.legacy:
            read_whole(part, sink)
            count = Count()
            yield from gather(count_entries(part.reader, count), count, ())
            return
        with self.team.share(opened, part) as (claims, helpers):
            count = Count()
            if helpers:
                for helper in helpers:
                    helper.begin()
                self._check_volumes(part, sink)
            else:
                part.reader.sum_volumes()
            files = check_files(part.reader, Share(claims, others=True), count)
            yield from gather(files, count, helpers)
            if not helpers:
                self._check_volumes(part, sink)

    def _check_volumes(self, part: OpenedPart, sink: ProgressSink) -> None:
        for _ in part.reader.check_volumes():
            sink.step(Progress("Checking volumes"))

    def _check_blobs(self, opened: OpenedRun, sink: ProgressSink, *, volumes: bool) -> None:
        for part in opened.manifest.parts:
            for line in part.blobs if volumes else part.blobs[-1:]:
                digest, at = sha256(), 0
                with self._open(opened, line.blob) as blob:
                    while piece := blob.read_at(at, _PIECE):
                        digest.update(piece)
                        at += len(piece)
                        sink.step(Progress("Checking sums", at, line.bytes))
                if (at, digest.hexdigest()) != (line.bytes, line.sha256):
                    raise Damaged(f"{line.blob} is not what its run wrote.", "Restore another run.")

    def _open(self, opened: OpenedRun, name: str) -> BlobReader:
        try:
            return opened.blobs.open(name)
        except BlobNotFound as error:
            raise Damaged(f"{name} is gone from the store.", "Restore another run.") from error

    def _checksum_warnings(self, opened: OpenedRun) -> tuple[str, ...]:
        """The checksum file is for people with coreutils: its loss is a warning (row 68)."""
        if opened.manifest.legacy:
            warning = self.archive.legacy_warning(opened.blobs, opened.manifest)
            return () if warning is None else (f"{warning[:-1]}; the contents were checked.",)
        name = (opened.run.manifest or "").removesuffix(".meta.json") + ".sha256"
        try:
            data = opened.blobs.get(name, 1 << 24)
        except BlobNotFound:
            return (f"The checksum file {name} is missing; the contents were checked.",)
        except BcperError as error:
            return (str(error),)
        expected = sorted(
            f"{line.sha256}  {line.blob.rpartition('/')[2]}\n".encode()
            for part in opened.manifest.parts
            for line in part.blobs
        )
        if sorted(_LINE.findall(data)) != expected or len(b"".join(expected)) != len(data):
            return (f"The checksum file {name} is not what its run wrote; the contents were checked.",)
        return ()
