"""What has shown that backups can be restored."""

from datetime import datetime
from typing import Literal

import attrs


@attrs.frozen
class Proof:
    """A run was read to its last byte, and was what it should be; ``at`` is when that ended (aware).

    ``kind`` is what read it. ``entries`` and ``bytes`` are what was compared.
    """

    run_id: str
    kind: Literal["verify", "restore"]
    at: datetime
    entries: int
    bytes: int
