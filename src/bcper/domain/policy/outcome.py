"""What became of a run that ended by an error."""

from bcper.domain.errors import BcperError, Cancelled, Interrupted
from bcper.domain.model.runs import RunStatus


def status_after(error: BaseException) -> RunStatus:
    """The status of a run that ``error`` ended."""
    if isinstance(error, Interrupted):
        return RunStatus.INTERRUPTED
    return RunStatus.CANCELLED if isinstance(error, Cancelled | KeyboardInterrupt) else RunStatus.FAILED


def words_for(error: BaseException) -> str:
    """What the list of runs says of ``error``: its sentence, or the name of a bug's kind."""
    return str(error) if isinstance(error, BcperError) else type(error).__name__
