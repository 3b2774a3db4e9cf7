"""What the way out of the machine is like."""

from typing import Protocol


class Network(Protocol):
    """The network; both answers are ``None`` where nobody knows. Never raises; takes seconds at most."""

    def metered(self) -> bool | None:
        """Whether what is sent costs money, or is likely to (a mobile phone's connection)."""
        ...

    def online(self) -> bool | None:
        """Whether there is a way to other machines. It says nothing of any one of them."""
        ...
