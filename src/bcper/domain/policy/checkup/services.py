"""What BCPER leans on: where passwords are, rclone, the daemon."""

from collections.abc import Iterator

from bcper.domain.model.checkup import Finding, RcloneSeen, SecretsSeen, Space, State
from bcper.domain.model.names import printable
from bcper.domain.policy.checkup.folders import MIB, size
from bcper.ports.autostart import AutostartState

PASSWORDS, RCLONE, DAEMON = "Passwords", "rclone", "Daemon"

_FETCHED = 200 * MIB
"""The program, and the zip that it comes in."""

_BY_HAND = "Or install it yourself: sudo apt install rclone, or see https://rclone.org/install/"


def secrets_findings(found: SecretsSeen, *, wanted: bool) -> Iterator[Finding]:
    """``wanted``: passwords are kept for items or vaults."""
    place = f"Passwords are kept in {printable(found.place)}"
    if found.problem:
        state = State.PROBLEM if wanted else State.HINT
        yield Finding(
            PASSWORDS, state, printable(found.problem), "bcper-cli item list says which items have one."
        )
    elif found.locked:
        what = f"{place}, which is locked: what needs a password waits for you to unlock it, and then fails."
        advice = "Unlock it, or set BCPER_SECRETS=file to do without it from now on."
        yield Finding(PASSWORDS, State.PROBLEM if wanted else State.HINT, what, advice)
    elif found.keyring:
        known = (
            "which is unlocked"
            if found.locked is False
            else "which was found; whether it is unlocked is not told"
        )
        state = State.OK if found.locked is False else State.UNCHECKED
        yield Finding(PASSWORDS, state, f"{place}, {known}.")
    else:
        yield Finding(PASSWORDS, State.OK, f"{place}.")


def rclone_findings(found: RcloneSeen, *, stores: int, space: Space | None) -> Iterator[Finding]:
    """``stores``: how many are on remotes; ``space`` is where BCPER's own copy would be."""
    for path, why in found.refused:
        state = State.HINT if found.path or not stores else State.PROBLEM
        yield Finding(
            RCLONE, state, f"{printable(path)} is not used: {printable(why)}.", "Mend it, or remove it."
        )
    if found.path:
        whose = "BCPER's own copy, " if found.own else ""
        what = f"rclone {printable(found.version)}: {whose}{printable(found.path)}."
        yield Finding(RCLONE, State.OK, what)
    elif not stores:
        yield Finding(RCLONE, State.OK, "rclone is not here, and no store needs it.")
    elif space is not None and space.free < _FETCHED:
        what = f"rclone is not here, and for fetching it there is too little room: {size(space.free)}."
        yield Finding(RCLONE, State.PROBLEM, what, f"Make room. {_BY_HAND}.")
    else:
        what = "rclone is not here: it is fetched when a store on a remote is used next."
        yield Finding(RCLONE, State.HINT, what, f"bcper-cli store rclone-config fetches it now. {_BY_HAND}.")


def daemon_findings(
    process: int | None, version: str, ours: str, *, alive: bool | None, jobs: int
) -> Iterator[Finding]:
    """``process`` listens on its socket, and says that it is of ``version``.

    ``alive``: its lock is held; ``jobs`` are those that are enabled.
    """
    restart = "bcper-cli daemon restart"
    if process is not None and version == ours:
        yield Finding(DAEMON, State.OK, f"It runs (process {process}), and is of this version, {ours}.")
    elif process is not None:
        what = f"It runs (process {process}), and is of version {printable(version)}; this is {ours}."
        yield Finding(DAEMON, State.HINT, what, restart)
    elif alive:
        what = "It lives, and nobody can reach it: its socket is gone."
        yield Finding(DAEMON, State.PROBLEM, what, f"If it has just been started, wait. Otherwise: {restart}")
    elif jobs:
        what = "It does not run: no job runs by itself."
        yield Finding(
            DAEMON, State.HINT, what, "bcper-cli daemon start; or let cron run jobs (docs/guide/schedule.md)."
        )
    else:
        yield Finding(DAEMON, State.OK, "It does not run, and no job needs it.")


def autostart_findings(state: AutostartState | None, *, lingers: bool | None, jobs: int) -> Iterator[Finding]:
    """Who starts it at login."""
    if state is None:
        if jobs:
            advice = "bcper-cli daemon install"
            yield Finding(DAEMON, State.HINT, "Nothing starts it at login.", advice)
        return
    who = {"systemd": "systemd", "xdg": "the desktop"}.get(state.kind, state.kind)
    if not state.enabled:
        what = f"Its start at login by {who} is switched off ({printable(state.path)})."
        yield Finding(DAEMON, State.HINT, what, "bcper-cli daemon install")
        return
    what = f"It is started at login by {who}"
    if state.kind == "systemd" and lingers is not None:
        what += ", and goes on after you have logged out" if lingers else ", and ends when you log out"
    yield Finding(DAEMON, State.OK, f"{what}.")
