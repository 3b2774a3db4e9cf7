"""The program rclone, and the remotes that its configuration has."""

from typing import Protocol

from bcper.domain.model.remotes import Remote
from bcper.ports.progress import ProgressSink


class RcloneFinder(Protocol):
    """Finds rclone on this machine, and otherwise fetches it."""

    def find(self, sink: ProgressSink | None = None) -> str:
        """The absolute path of an rclone that runs and is new enough.

        In this order: of ``PATH``, BCPER's own copy, one that is fetched now and is BCPER's own copy from
        then on. An answer is remembered as long as what it names is there. While it is fetched, ``sink``
        hears of it at least each second and may cancel; of several callers one fetches, whatever their
        processes, and the others wait for that. An older copy stays if anything goes wrong.

        Raises StoreError when there is none and none can be fetched: the hint says how to install it by
        hand. Raises ConfigurationError for an address to fetch from that cannot be one, and Cancelled.
        """
        ...

    def present(self) -> str | None:
        """The same without fetching: None when there is none. Never raises."""
        ...


class Remotes(Protocol):
    """What rclone's own configuration says."""

    def list(self) -> tuple[Remote, ...]:
        """Every remote, by name. Nothing is fetched for that.

        Raises StoreError when rclone is not here yet, does not answer within seconds, or when its
        configuration cannot be read: it is damaged, or encrypted and nobody is there to unlock it.
        """
        ...

    def configuration(self, sink: ProgressSink | None = None) -> tuple[str, ...]:
        """The command, a program and its arguments, that is rclone's own configuration in a terminal.

        It is for whoever has a terminal to run it there. rclone is fetched for it: see
        :meth:`RcloneFinder.find`, also for what is raised.
        """
        ...
