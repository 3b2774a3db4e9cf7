"""Cron: five fields read, checked and walked. Our own, because it is exact and costs no import."""

from functools import lru_cache

from bcper.domain.model.frequency import Cron
from bcper.domain.policy.cron.limits import refuse_unusable
from bcper.domain.policy.cron.pattern import CronPattern
from bcper.domain.policy.cron.syntax import read_pattern, spell

__all__ = ["CronPattern", "parse_cron", "pattern_of"]


def parse_cron(text: str) -> Cron:
    """What a person typed, checked and normalised (FAULTS.md rows 25 to 29).

    Two spellings of the same firings become the same expression. Raises :class:`UsageError` naming the
    reason: no plain five-field cron, a pattern that never fires, or one that fires twice within 5 minutes.
    """
    pattern = read_pattern(text)
    refuse_unusable(pattern, text.strip())
    return Cron(spell(pattern))


@lru_cache(maxsize=256)
def pattern_of(cron: Cron) -> CronPattern:
    """The pattern behind an expression; raises :class:`UsageError` when it is none."""
    return read_pattern(cron.expression)
