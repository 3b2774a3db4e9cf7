"""The original's models."""

import attrs


@attrs.define
class BCItem:
    """A named backup target: paths, an optional password, gitignore-like patterns."""

    key: str
    paths: list[str]
    password: str | None = attrs.field(default=None, repr=False)
    bcpignore: list[str] = attrs.field(factory=list)
