"""``bcper-cli settings …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import more, verb, verbs_of


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    more(noun, "They hold for all jobs; some of them a job can have its own way.")
    verbs = verbs_of(noun)
    verb(verbs, "show", "show the settings", "settings show")

    change = verb(verbs, "set", "change settings", "settings set --battery-min 30 --no-notify")
    switch = argparse.BooleanOptionalAction
    waits = change.add_argument_group("when jobs wait")
    waits.add_argument(
        "--battery-min", type=int, metavar="PERCENT", help="on battery below so much (20; 0: never)"
    )
    waits.add_argument("--on-metered", action=switch, help="use remote stores on a metered connection")
    waits.add_argument("--catch-up", action=switch, help="make up for missed runs")
    runs = change.add_argument_group("while jobs run")
    runs.add_argument("--parallel-stores", type=int, metavar="N", help="stores side by side (2)")
    runs.add_argument("--low-priority", action=switch, help="leave processor and disk to others")
    runs.add_argument("--inhibit-sleep", action=switch, help="keep the machine awake")
    change.add_argument(
        "--rclone-url", metavar="URL", help="a mirror to fetch rclone from ('': rclone's own)"
    )
    told = change.add_argument_group("what you are told")
    told.add_argument(
        "--warn-after-days", type=int, metavar="N", help="without a backup for so long (7; 0: never)"
    )
    told.add_argument("--notify", action=switch, help="show notifications on the desktop")
