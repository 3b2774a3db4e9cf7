"""What is told of a run while its store takes what was made for it."""

import attrs

from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.stores import is_remote
from bcper.domain.usecases.backup_tally import Tally
from bcper.ports.progress import ProgressSink


@attrs.define
class Waiting:
    """Called a few times a second meanwhile; raises what the sink raises."""

    tally: Tally
    sink: ProgressSink
    location: str
    _all_made: bool = attrs.field(default=False, init=False)

    def __call__(self) -> None:
        """Tell how far the store is."""
        if self._all_made:
            self.all_made()
        else:
            self.sink.step(self.tally.sent())

    def all_made(self) -> None:
        """Every entry was read: from here on there is only the store to wait for."""
        self._all_made = True
        if is_remote(self.location):
            progress = self.tally.uploading(printable(self.location.partition(":")[0]))
        else:
            done, read = self.tally.done, self.tally.read
            progress = Progress("Writing the index", done, done, entries=read)
        self.sink.step(progress)
