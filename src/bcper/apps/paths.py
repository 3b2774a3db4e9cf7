"""Where things are (DESIGN.md, "Places")."""

import os

import attrs


@attrs.frozen
class Places:
    """The folder of settings and what lies in it. Nothing is made by naming it."""

    config_dir: str

    @property
    def configuration(self) -> str:
        """What is configured."""
        return os.path.join(self.config_dir, "config.json")

    @property
    def database(self) -> str:
        """The ledger of runs."""
        return os.path.join(self.config_dir, "bcper.db")

    @property
    def log(self) -> str:
        """The daemon's log."""
        return os.path.join(self.config_dir, "daemon.log")

    @property
    def pid(self) -> str:
        """The daemon's process id, for information."""
        return os.path.join(self.config_dir, "daemon.pid")

    @property
    def preferences(self) -> str:
        """How the window looks."""
        return os.path.join(self.config_dir, "gui.json")

    @property
    def gui_log(self) -> str:
        """The window's log."""
        return os.path.join(self.config_dir, "gui.log")

    @property
    def locks(self) -> str:
        """The folder of lock files."""
        return os.path.join(self.config_dir, "locks")


def places(config_dir: str | None = None) -> Places:
    """The places of this user, or those below ``config_dir``."""
    chosen = config_dir or os.environ.get("BCPER_CONFIG_DIR")
    if not chosen:
        base = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
        chosen = os.path.join(base, "bcper")
    return Places(os.path.abspath(os.path.expanduser(chosen)))


def own_rclone() -> str:
    """BCPER's own copy of rclone (https://specifications.freedesktop.org/basedir-spec/latest/)."""
    data = os.environ.get("XDG_DATA_HOME", "")
    if not os.path.isabs(data):
        data = os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(data, "bcper", "rclone")


def spool() -> str:
    """The folder for what is being sent: not /tmp, which may be memory (as above, "XDG_CACHE_HOME")."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):
        cache = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "bcper")
