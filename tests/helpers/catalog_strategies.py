"""Whole catalogues for Hypothesis: everything that check_catalog takes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Every, Frequency, Interval, Once
from bcper.domain.model.hooks import split_command
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.names import AD_HOC, safe_name
from bcper.domain.model.settings import Settings
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item, LeaveOut, Vault
from bcper.domain.policy.cron import parse_cron


def _is_name(text: str) -> bool:
    try:
        return safe_name(text).casefold() != AD_HOC
    except UsageError:
        return False


def _is_command(text: str) -> bool:
    try:
        return bool(split_command(text))
    except UsageError:
        return False


# Bytes that are not UTF-8 are lone low surrogates, as os.fsdecode makes them.
_CHARACTERS = st.characters(exclude_categories=["Cs"]) | st.characters(
    min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"]
)
texts = st.text(_CHARACTERS, max_size=8).filter(lambda text: "\0" not in text)
names = st.text(_CHARACTERS, min_size=1, max_size=8).filter(_is_name)
labels = st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable() and bool(text.strip()))
paths = texts.map(lambda text: f"/{text}")
moments = st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC))
sizes = st.none() | st.integers(1, 2**63)
ignores = st.lists(texts, max_size=2).map(tuple)
crons = st.sampled_from(["0 22 * * *", "@daily", "*/5 1-3 1,15 * MON-FRI", "59 23 31 12 *"]).map(parse_cron)
clock: dict[str, Any] = {
    "count": st.integers(1, 999),
    "hour": st.integers(0, 23),
    "minute": st.integers(0, 59),
}
intervals = (
    st.builds(Interval, st.sampled_from(["hours", "days"]), **clock)
    | st.builds(Interval, st.just("weeks"), weekday=st.integers(0, 6), **clock)
    | st.builds(Interval, st.just("months"), day=st.integers(1, 31), **clock)
)
schedules: st.SearchStrategy[Cron | Every | Once] = (
    crons | st.builds(Every, intervals, moments) | st.builds(Once, st.none() | moments)
)
counts = st.integers(0, 10**6)
commands = st.just("") | texts.filter(_is_command) | st.just("sh -c 'echo \"$BCPER_STATUS\" > ü'")

items = st.builds(
    Item,
    names,
    st.lists(paths, min_size=1, max_size=2).map(tuple),
    ignores,
    st.builds(LeaveOut, st.booleans(), sizes, st.booleans(), st.booleans()),
    st.booleans(),
)
vaults = st.builds(Vault, names, st.lists(names, unique=True, max_size=2).map(tuple), ignores, st.booleans())
stores = st.builds(
    Store,
    names,
    st.just("local"),
    paths.filter(lambda path: ".." not in path),
    st.just(""),
    st.none() | texts,
    st.none() | st.integers(0, 2**63),
    sizes,
) | st.builds(
    Store, names, st.just("rclone"), st.sampled_from(["", "a/b"]), st.sampled_from(["gdrive", "a b"])
)
frequencies = st.builds(Frequency, names, labels, schedules)
jobs = st.builds(
    Job,
    names,
    names,
    st.sampled_from(["item", "vault"]),
    names,
    names,
    names,
    st.builds(Keep, counts, counts, counts, counts, counts),
    st.booleans(),
    st.none() | moments,
    before=commands,
    after=commands,
    hook_seconds=st.integers(1, 86_400),
    ping_url=st.sampled_from(["", "https://hc-ping.com/5f0c2c1e", "http://127.0.0.1:8000/a?create=1"]),
    warn_after_days=st.none() | st.integers(0, 3650),
    only_on_power=st.booleans(),
)
settings = st.builds(
    Settings,
    st.integers(1, 16),
    st.none() | st.integers(1, 100),
    st.booleans(),
    st.integers(0, 3650),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.none() | moments,
)


def _by(strategy: st.SearchStrategy[Any], key: Callable[[Any], str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(strategy, max_size=2, unique_by=key).map(lambda values: {key(v): v for v in values})


catalogs = st.builds(
    Catalog,
    _by(items, lambda value: value.name),
    _by(vaults, lambda value: value.name),
    _by(stores, lambda value: value.name),
    _by(frequencies, lambda value: value.id),
    _by(jobs, lambda value: value.id),
    counts,
    settings,
)
