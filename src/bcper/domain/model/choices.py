"""What a person chooses for a backup or a restore."""

from typing import Literal

Compression = Literal["fast", "balanced", "best"]
"""How hard to compress (docs/adr/0003)."""

Overwrite = Literal["never", "if-newer", "always"]
"""What a restore does about a file that is there already."""
