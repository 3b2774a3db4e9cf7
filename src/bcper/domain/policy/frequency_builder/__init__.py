"""The friendly builder, both ways: words to a schedule, a schedule to words.

What it promises is what happens: cron where cron says it exactly, else an interval with a phase.
"""

from bcper.domain.policy.frequency_builder.convert import build, from_builder, to_builder
from bcper.domain.policy.frequency_builder.text import parse_interval
from bcper.domain.policy.frequency_builder.words import describe

__all__ = ["build", "describe", "from_builder", "parse_interval", "to_builder"]
