"""A machine that is as a test says."""

from collections.abc import Mapping

import attrs

from bcper.domain.model.checkup import Interpreter, Module, Seen, Space, WindowKit

_MODULES = tuple(Module(name, "1.0", "") for name in ("isal", "zlib-ng", "cryptography"))

_PYTHON = Interpreter("3.11.2", "/usr/bin/python3", _MODULES)
_KIT = WindowKit("8.6.13", True, smooth=True, family="Inter")


@attrs.define
class MemoryMachine:
    """The fake of :class:`~bcper.ports.machine.Machine`: one where all is well, unless a test changes it.

    ``files`` are what is there, by path; ``spaces`` the file systems, by what their paths begin with.
    """

    python: Interpreter = _PYTHON
    kit: WindowKit = _KIT
    files: Mapping[str, Seen] = attrs.field(factory=dict)
    spaces: Mapping[str, Space] = attrs.field(factory=lambda: {"/": Space(1 << 40, 1 << 41)})
    number: int = 1000
    linger: bool | None = True
    zone: bool = True

    def interpreter(self) -> Interpreter:
        """See the port."""
        return self.python

    def window(self) -> WindowKit:
        """See the port."""
        return self.kit

    def seen(self, path: str) -> Seen | None:
        """See the port."""
        return self.files.get(path)

    def space(self, path: str) -> Space | None:
        """See the port."""
        under = [start for start in self.spaces if path.startswith(start)]
        return self.spaces[max(under, key=len)] if under else None

    def user(self) -> int:
        """See the port."""
        return self.number

    def lingers(self) -> bool | None:
        """See the port."""
        return self.linger

    def zone_is_set(self) -> bool:
        """See the port."""
        return self.zone

    def system(self) -> Mapping[str, str]:
        """See the port."""
        return {"os": "Debian GNU/Linux 12"}

    def libraries(self) -> Mapping[str, str]:
        """See the port."""
        return {"attrs": "24.2"}
