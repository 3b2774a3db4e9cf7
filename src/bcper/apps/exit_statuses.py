"""Every exit status and what it means: for the help, the manual and whoever returns one.

Those of expected failures are at their classes (``domain.errors``); a test holds the two together.
"""

OK = 0
FAILED = 1
INCOMPLETE = 3
DAEMON = 16

EXIT_STATUSES = {
    OK: ("ok", "All was done."),
    FAILED: ("failed", "It could not be done, for the reason that is said; also a bug."),
    2: ("usage", "The command, or a value in it, makes no sense. Nothing was done."),
    INCOMPLETE: ("incomplete", "It was done, but some sources could not be read."),
    10: ("store not usable", "The store is not there, not writable, or fails."),
    11: ("locked", "Another process is at it."),
    12: ("wrong password", "The password is wrong or missing."),
    13: ("damaged", "An archive, its index or the list of runs is not what was written."),
    14: ("configuration", "A setting is wrong, or config.json cannot be read."),
    15: ("no space", "The store, or the disk, is full or would be."),
    DAEMON: ("daemon", "The daemon does not run, does not answer, or speaks another version."),
    130: ("cancelled", "You, or the system, asked to stop."),
}
"""Status: its name, and a sentence."""
