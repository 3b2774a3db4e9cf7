"""Every rule against every state of the place."""

import pytest

from bcper.domain.model.choices import Overwrite
from bcper.domain.policy.overwrite import Decision, decide


@pytest.mark.parametrize("rule", ["never", "if-newer", "always"])
def test_what_is_not_there_is_written_under_every_rule(rule: Overwrite) -> None:
    assert decide(rule, None, -1) is Decision.WRITE


@pytest.mark.parametrize(
    ("rule", "older", "same", "newer"),
    [
        ("never", Decision.KEEP, Decision.KEEP, Decision.KEEP),
        ("if-newer", Decision.KEEP, Decision.KEEP, Decision.REPLACE),
        ("always", Decision.REPLACE, Decision.REPLACE, Decision.REPLACE),
    ],
)
def test_what_is_there_is_weighed_by_the_rule(
    rule: Overwrite, older: Decision, same: Decision, newer: Decision
) -> None:
    assert (decide(rule, 5, 4), decide(rule, 5, 5), decide(rule, 5, 6)) == (older, same, newer)


def test_a_place_with_time_zero_is_taken() -> None:
    assert decide("never", 0, 1) is Decision.KEEP
