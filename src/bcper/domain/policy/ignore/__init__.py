"""What a backup leaves out, decided exactly as git decides it (docs/adr/0002-ignore-matcher.md)."""

from bcper.domain.policy.ignore.pattern import Pattern
from bcper.domain.policy.ignore.rules import IgnoreRules
from bcper.domain.policy.ignore.tree import TreeRules, reason_of

__all__ = ["IgnoreRules", "Pattern", "TreeRules", "reason_of"]
