"""The original's ``Config``: where settings are. Importing it, or making one, creates no folder."""

import attrs

from bcper.apps.paths import places


@attrs.frozen
class Config:
    """Paths of this user's settings."""

    config_dir: str = attrs.field(factory=lambda: places().config_dir)
