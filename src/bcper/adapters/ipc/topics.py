"""What a client can subscribe to."""

from bcper.domain.model.events import TOPICS

ACTIVITY = "activity"
"""For :class:`~bcper.domain.model.events.Activity`; the others are those of its ``Changed``."""

SUBSCRIBABLE = (ACTIVITY, *TOPICS)
