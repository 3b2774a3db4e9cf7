"""Every port of the desktop has its adapter in the container."""

from pathlib import Path

import pytest

from bcper.apps.container import Container
from bcper.apps.paths import places


@pytest.mark.parametrize(
    "name", ["notifier", "power", "network", "inhibitor", "autostart", "appearance", "daemon_control"]
)
def test_it_is_made_once(name: str, tmp_path: Path) -> None:
    container = Container(places=places(str(tmp_path)))
    made = getattr(container, name)()
    assert getattr(container, name)() is made


def test_this_machine_can_be_asked_whatever_it_has(tmp_path: Path) -> None:
    container = Container(places=places(str(tmp_path)))
    battery = container.power().battery()
    assert battery is None or 0 <= battery.percent <= 100
    assert container.network().online() in (True, False, None)
    assert container.network().metered() in (True, False, None)
