"""Our matcher against croniter, in UTC and for patterns that both take (docs/adr/0007)."""

from datetime import UTC, datetime, timedelta

from croniter import croniter
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.policy.cron import parse_cron
from bcper.domain.policy.schedule import next_firings
from helpers.examples import examples


def field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    return st.one_of(
        st.just("*"),
        number.map(str),
        st.lists(number, min_size=1, max_size=3, unique=True).map(
            lambda some: ",".join(map(str, sorted(some)))
        ),
        st.tuples(number, number).filter(lambda pair: pair[0] < pair[1]).map("{0[0]}-{0[1]}".format),
        st.integers(5, max(5, (high - low) // 2)).map(lambda step: f"*/{step}" if step <= high else "*"),
    )


# Both take a day of the month and a weekday as either of them, but differ on which stars count as one.
days = st.one_of(
    st.tuples(field(1, 28), st.just("*")),
    st.tuples(st.just("*"), field(0, 6)),
)


@settings(max_examples=examples(80), deadline=None)
@given(
    st.integers(0, 59).map(str) | st.sampled_from(["0,30", "*/5", "*/15", "10-20/5"]),
    field(0, 23),
    days,
    field(1, 12),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
)
def test_croniter_agrees_in_utc(
    minute: str, hour: str, day: tuple[str, str], month: str, moment: datetime
) -> None:
    expression = f"{minute} {hour} {day[0]} {month} {day[1]}"
    try:
        cron = parse_cron(expression)
    except UsageError:
        return  # Refused here for being too close, and taken by croniter all the same.
    after = moment.replace(tzinfo=UTC)
    theirs = croniter(expression, after)
    wanted = [theirs.get_next(datetime) for _ in range(4)]
    assert list(next_firings(cron, after, UTC, 4)) == wanted
    assert all(one - other > timedelta(0) for one, other in zip(wanted[1:], wanted, strict=False))
