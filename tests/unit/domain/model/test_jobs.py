"""Jobs, and how much they keep."""

import attrs
import pytest

from bcper.domain.errors import UsageError
from bcper.domain.model.jobs import Job, Keep, check_job

JOB = Job("1", "Nightly", "item", "Docs", "Disk", "daily")


def test_a_job_keeps_three_runs_and_is_enabled_unless_told_otherwise() -> None:
    assert check_job(JOB) is JOB
    assert JOB.enabled
    assert JOB.keep == Keep(last=3, daily=0, weekly=0, monthly=0, yearly=0)


@pytest.mark.parametrize("rule", ["last", "daily", "weekly", "monthly", "yearly"])
def test_a_negative_count_is_refused_and_any_rule_is_one(rule: str) -> None:
    with pytest.raises(UsageError, match=rule):
        Keep(**{rule: -1})
    assert not Keep(**{"last": 0, rule: 1}).everything
    assert Keep(last=0).everything


@pytest.mark.parametrize("name", ["", "../x", "a\0b", "ad-hoc", "Ad-Hoc"])
def test_row_39_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        check_job(attrs.evolve(JOB, name=name))


@pytest.mark.parametrize("field", ["target_name", "store_name"])
def test_a_job_refers_to_names_that_can_be(field: str) -> None:
    with pytest.raises(UsageError):
        check_job(attrs.evolve(JOB, **{field: "a/b"}))
