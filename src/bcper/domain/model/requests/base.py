"""What every request is."""

from typing import Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class Request(Generic[R_co]):
    """Something asked of BCPER, answered by an ``R_co``."""

    __slots__ = ()
