"""One tree of expected failures: a sentence for a person, a hint, an exit status (DESIGN.md).

What is not a :class:`BcperError` is a bug: ``apps.failures`` tells the two apart, once.
"""


class BcperError(Exception):
    """An expected failure.

    ``str(error)`` is one sentence for a person, without a trace and without secrets; ``hint`` says what
    to do about it and may be empty; ``exit_status`` is the command line's.
    """

    exit_status = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(BcperError):
    """The request itself makes no sense."""

    exit_status = 2


class StoreError(BcperError):
    """A store cannot be used: not there, not writable, failing."""

    exit_status = 10


class BlobNotFound(StoreError):
    """The store holds no blob of that name."""


class BlobExists(StoreError):
    """The store holds a blob of that name already; nothing is overwritten."""


class Locked(BcperError):
    """Another process is at it."""

    exit_status = 11


class WrongPassword(BcperError):
    """The password does not open the archive, or is missing."""

    exit_status = 12


class Damaged(BcperError):
    """An archive, an index or a manifest is not what was written; the message says where."""

    exit_status = 13


class LedgerDamaged(Damaged):
    """The list of runs is damaged; the stores can tell it anew."""


class ConfigurationError(BcperError):
    """A setting is wrong."""

    exit_status = 14


class NoSpace(BcperError):
    """The store is full, or would be."""

    exit_status = 15


class Cancelled(BcperError):
    """The person, or the system, asked to stop."""

    exit_status = 130

    def __init__(self, message: str = "Cancelled.", hint: str = "") -> None:
        super().__init__(message, hint)


class Interrupted(Cancelled):
    """Whoever the work was done for has gone; nobody asked to stop."""

    def __init__(self, message: str = "The program that ran this has ended.", hint: str = "") -> None:
        super().__init__(message, hint)


class RunNotFound(BcperError):
    """No run answers to that name."""


class TargetError(BcperError):
    """The folder to restore into cannot be used."""


class SourceUnreadable(BcperError):
    """One file or folder cannot be read; the run goes on without it."""


class SecretsUnavailable(BcperError):
    """The place where passwords are kept does not answer, or is locked."""


class DaemonError(BcperError):
    """The daemon does not answer, speaks another version of the protocol, or went away meanwhile."""

    exit_status = 16


class HookFailed(BcperError):
    """The command before a run failed, and so there was none (docs/guide/hooks.md)."""


class Skipped(BcperError):
    """The command before a run said that it shall be left out this time: no failure, and nothing to repeat.

    For a schedule its time is over, as after a run.
    """

    exit_status = 0
