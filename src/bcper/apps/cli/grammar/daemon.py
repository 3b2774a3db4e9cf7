"""``bcper-cli daemon …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import more, verb, verbs_of


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    more(
        noun,
        "While it runs, bcper-cli asks it to do the work, so that all programs see what goes on. Without"
        " it, bcper-cli does the same work itself.",
    )
    verbs = verbs_of(noun)
    verb(verbs, "start", "start the daemon in the background", "daemon start")
    stop = verb(verbs, "stop", "end it in order; runs are cancelled", "daemon stop")
    stop.add_argument("--force", action="store_true", help="kill it if it does not end by itself")
    verb(verbs, "restart", "end it and start it again", "daemon restart")
    verb(
        verbs,
        "status",
        "whether it runs, and what it does",
        "daemon status",
        "Exit status 16 if it does not run.",
    )

    logs = verb(verbs, "logs", "show its log", "daemon logs --follow")
    logs.add_argument("-n", "--lines", type=int, default=50, metavar="N", help="the last N lines (50)")
    logs.add_argument("-f", "--follow", action="store_true", help="go on with what comes")

    pause = verb(verbs, "pause", "let no job run by itself for a while", "daemon pause 2")
    pause.add_argument("hours", nargs="?", type=float, metavar="HOURS", help="without: until you resume")
    verb(verbs, "resume", "let jobs run by themselves again", "daemon resume")

    verb(verbs, "install", "start it at every login (systemd, or the desktop's autostart)", "daemon install")
    verb(verbs, "uninstall", "do not start it at login any more", "daemon uninstall")
