"""Light or dark."""

import trio

from bcper.adapters.memory.appearance import MemoryAppearance
from bcper.apps.gui.looks import follow, mode_of


def test_a_persons_choice_wins() -> None:
    assert mode_of("dark", False) == "dark"
    assert mode_of("light", True) == "light"
    assert mode_of("system", True) == "dark"
    assert mode_of("system", False) == mode_of("system", None) == "light"


def test_changes_are_told() -> None:
    desktop = MemoryAppearance(False)
    told: list[bool | None] = []

    async def main() -> None:
        async with trio.open_nursery() as nursery:

            def tell(dark: bool | None) -> None:
                told.append(dark)
                if dark is False:
                    desktop.set(True)
                else:
                    nursery.cancel_scope.cancel()

            nursery.start_soon(follow, desktop, tell)

    trio.run(main)
    assert told == [False, True]
