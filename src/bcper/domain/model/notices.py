"""What a person is told without having asked, and what they were told before."""

from datetime import datetime
from typing import Literal

import attrs


@attrs.frozen
class Told:
    """When a person was last told of a job's failure, and of its being overdue (aware); ``None``: not yet."""

    failure: datetime | None = None
    overdue: datetime | None = None


@attrs.frozen
class Notice:
    """Something to tell about a job. ``text`` is a sentence.

    ``told`` is what is to be remembered of the job once it was told.
    """

    job_id: str
    kind: Literal["failure", "overdue", "recovery"]
    text: str
    told: Told
