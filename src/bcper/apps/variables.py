"""Every variable of the environment that means something to BCPER: for the manual."""

from typing import NamedTuple


class Variable(NamedTuple):
    """One of them; ``programs`` are those that heed it."""

    name: str
    what: str
    programs: tuple[str, ...] = ("bcper", "bcper-cli", "bcperd")


VARIABLES = (
    Variable("BCPER_CONFIG_DIR", "The folder of settings and of the list of runs; --config-dir comes first."),
    Variable("BCPER_PASSWORD", "The password, where the options give none.", ("bcper-cli",)),
    Variable("BCPER_PASSWORD_FILE", "A file whose first line is the password.", ("bcper-cli",)),
    Variable(
        "BCPER_PASSWORD_COMMAND", "A command that prints the password; no shell sees it.", ("bcper-cli",)
    ),
    Variable(
        "BCPER_SECRETS",
        "Where passwords are kept: file, keyring, or empty for the keyring where there is one.",
    ),
    Variable("BCPER_RCLONE_URL", "A mirror to fetch rclone from; it comes before the setting."),
    Variable("XDG_CONFIG_HOME", "The folder of settings is bcper in this one, instead of ~/.config."),
    Variable(
        "XDG_DATA_HOME", "BCPER's own copy of rclone is in bcper in this one, instead of ~/.local/share."
    ),
    Variable("XDG_CACHE_HOME", "What is being sent to remotes waits in bcper in this one, not in ~/.cache."),
    Variable("XDG_RUNTIME_DIR", "Sockets and temporary files are in this one, where there is such a folder."),
    Variable("PATH", "rclone is looked for in these folders first."),
    Variable("TZ", "The time zone of schedules and of times that are shown."),
    Variable("NO_COLOR", "If it is set, nothing is coloured.", ("bcper-cli",)),
)
"""Those of BCPER's own first."""

HOOK_VARIABLES = (
    Variable("BCPER_JOB", "The job's name."),
    Variable("BCPER_RUN_ID", "The run's id."),
    Variable("BCPER_STATUS", "running before; after it success, partial, failed or cancelled."),
    Variable("BCPER_STORE", "The store's name."),
    Variable("BCPER_TARGET", "The name of the item or vault."),
    Variable("BCPER_STARTED_AT", "When it began, in UTC, as in 2026-01-31T22:00:00Z."),
    Variable("BCPER_STORED_BYTES", "Bytes that the run has stored; 0 before."),
    Variable("BCPER_ERROR", "Why it failed; empty where it did not."),
)
"""What the commands around a run of a job get (``domain.policy.hook_words``)."""
