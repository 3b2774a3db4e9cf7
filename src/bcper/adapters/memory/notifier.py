"""A desktop that remembers what it was shown."""

import attrs


@attrs.frozen
class Notice:
    """What was shown, as it came."""

    title: str
    body: str
    urgent: bool


@attrs.define
class MemoryNotifier:
    """The fake of :class:`~bcper.ports.notifier.Notifier`: ``shown``, oldest first, while it is ``there``."""

    there: bool = True
    shown: list[Notice] = attrs.field(factory=list)

    def notify(self, title: str, body: str, *, urgent: bool = False) -> bool:
        """See the port."""
        if self.there:
            self.shown.append(Notice(title, body, urgent))
        return self.there
