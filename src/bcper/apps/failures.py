"""Two kinds of failure, told apart once (DESIGN.md, habit 8)."""

import attrs

from bcper.domain.errors import BcperError, Cancelled


@attrs.frozen
class Failure:
    """What a person is told. ``bug`` means that the traceback belongs into a log."""

    message: str
    hint: str
    exit_status: int
    bug: bool


def explain(error: BaseException) -> Failure:
    """``error`` as a sentence, a hint and an exit status."""
    if isinstance(error, KeyboardInterrupt | EOFError):
        error = Cancelled()
    if isinstance(error, BcperError):
        return Failure(str(error), error.hint, error.exit_status, False)
    return Failure(
        f"This is a bug in BCPER: {type(error).__name__}.", "Please report it; -v shows the trace.", 1, True
    )
