"""What a backup leaves out, decided exactly as git decides it (docs/adr/0002-ignore-matcher.md)."""

from bcper.domain.policy.ignore.pattern import Pattern
from bcper.domain.policy.ignore.rules import IgnoreRules

__all__ = ["IgnoreRules", "Pattern"]
