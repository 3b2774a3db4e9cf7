"""Whose password it is."""

from typing import Literal

import attrs


@attrs.frozen
class Owner:
    """An item or a vault that has a password of its own, by name."""

    kind: Literal["item", "vault"]
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}"
