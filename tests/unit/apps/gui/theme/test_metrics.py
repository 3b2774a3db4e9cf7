"""Sizes on the screen."""

import pytest

from bcper.apps.gui.theme.metrics import Metrics, scale_of


@pytest.mark.parametrize(
    ("percent", "dpi", "scale"),
    [
        (None, None, 1.0),
        (None, 96, 1.0),
        (None, 144, 1.5),
        (None, 192, 2.0),
        (None, 75, 1.0),
        (None, 400, 2.0),
        (None, 110, 1.25),
        (175, 96, 1.75),
        (100, 192, 1.0),
    ],
)
def test_a_choice_wins_over_the_screen(percent: int | None, dpi: float | None, scale: float) -> None:
    assert scale_of(percent, dpi) == scale


def test_something_stays_something() -> None:
    assert Metrics(1.5).px(12) == 18
    assert Metrics(1.0).px(0.4) == 1
    assert Metrics(2.0).px(0) == 0


@pytest.mark.parametrize("first", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("second", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_another_scale_is_exact_there_and_back(first: float, second: float) -> None:
    one, other = Metrics(first), Metrics(second)
    for length in range(1, 500):
        assert one.rescaled(one.px(length), other) == other.px(length)
    assert one.rescaled(0, other) == 0
