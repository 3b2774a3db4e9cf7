"""What is left out of a root: patterns and the other leave-outs, ready for a walk."""

from bcper.domain.model.targets import LeaveOut
from bcper.domain.policy.ignore import IgnoreRules, TreeRules
from bcper.ports.source_tree import RootRules


def root_rules(given: IgnoreRules, leave_out: LeaveOut) -> RootRules:
    """What applies to each root of an item; equal to ``RootRules()`` if nothing is left out."""
    return RootRules(TreeRules(given) if given or leave_out.ignore_files else None, leave_out)


def blamed(rules: RootRules) -> str:
    """What it was that left everything out, for a person; empty if nothing is left out at all."""
    if rules.rules is not None:
        return "ignore patterns"
    return "leave-out settings" if rules.leave_out != LeaveOut() else ""
