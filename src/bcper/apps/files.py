"""Every file that BCPER keeps for a user: for the manual."""

from bcper.apps.paths import Places

_PLACES = Places("~/.config/bcper")

FILES = (
    (_PLACES.configuration, "What is configured. No password is in it."),
    (_PLACES.database, "The list of runs. It can be made anew from the stores."),
    (f"{_PLACES.config_dir}/secrets.json", "Passwords, where no keyring keeps them."),
    (_PLACES.log, "The daemon's log; older ones end in .1, .2 and .3."),
    (_PLACES.pid, "The daemon's process id, for information."),
    (f"{_PLACES.config_dir}/daemon.sock", "Where the daemon listens."),
    (_PLACES.preferences, "How the window looks."),
    (_PLACES.gui_log, "The window's log."),
    ("~/.local/share/bcper/rclone", "BCPER's own copy of rclone, where none else was found."),
    ("~/.cache/bcper", "What is being sent to remotes, until it has arrived."),
)
"""Path, and a sentence; with the folders of a user who has set none of the variables."""
