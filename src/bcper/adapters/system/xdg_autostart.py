"""The daemon among the programs that a desktop starts (Desktop Application Autostart and Desktop Entry
Specifications, https://specifications.freedesktop.org)."""

import os
import re
from collections.abc import Mapping, Sequence

import attrs

from bcper.adapters.system.own_file import OwnFile
from bcper.domain.errors import ConfigurationError
from bcper.ports.autostart import AutostartState

_TEXT = """\
[Desktop Entry]
Type=Application
Version=1.5
Name=BCPER backups
Comment=Backups that happen by themselves
Icon=drive-harddisk
Exec=%s
Terminal=false
NoDisplay=true
StartupNotify=false
"""

_PLAIN = re.compile(r"[A-Za-z0-9_@%:,./+=-]+")


@attrs.frozen
class XdgAutostart:
    """See :class:`~bcper.ports.autostart.Autostart`; ``config_home`` is $XDG_CONFIG_HOME.

    The desktop starts the daemon and forgets it: whether it runs is not known here.
    """

    config_home: str

    def install(self, argv: Sequence[str]) -> AutostartState:
        """See the port; an entry that the person has switched off is switched on again."""
        self._file.write(_TEXT % exec_value(argv))
        return AutostartState("xdg", self._file.path, enabled=True, running=None)

    def uninstall(self) -> bool:
        """See the port."""
        return self._file.remove()

    def state(self) -> AutostartState | None:
        """See the port; desktops switch an entry off with a key of their own."""
        try:
            text = self._file.text()
        except ConfigurationError:
            return None
        if text is None:
            return None
        keys = _keys(text)
        off = keys.get("Hidden") == "true" or keys.get("X-GNOME-Autostart-enabled") == "false"
        return AutostartState("xdg", self._file.path, enabled=not off, running=None)

    @property
    def _file(self) -> OwnFile:
        return OwnFile(os.path.join(self.config_home, "autostart", "bcperd.desktop"))


def exec_value(argv: Sequence[str]) -> str:
    """``argv`` as the value of the key Exec (Desktop Entry Specification, "The Exec key").

    Quoted word by word, then as every value of type string. Raises ConfigurationError for what cannot be
    said there: a program with "=" in its path, and bytes that are not UTF-8.
    """
    program = argv[0] if argv else ""
    if not program.startswith("/") or "=" in program:
        raise ConfigurationError(
            f"A desktop cannot start {program!r} at login.", "Install BCPER in a plainer folder."
        )
    line = " ".join(_quoted(word) for word in argv)
    try:
        line.encode()
    except UnicodeEncodeError as error:
        raise ConfigurationError("A path of the daemon's is not UTF-8.") from error
    if any(ord(char) < 32 and char not in "\t\n\r" for char in line):
        raise ConfigurationError("A path of the daemon's holds a control character.")
    for char, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        line = line.replace(char, escape)
    return line


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")
    if _PLAIN.fullmatch(word):
        return word
    return '"' + "".join("\\" + char if char in '"`$\\' else char for char in word) + '"'


def _keys(text: str) -> Mapping[str, str]:
    """The keys of the first group, without languages."""
    found: dict[str, str] = {}
    for line in text.split("\n")[1:]:
        if line.startswith("["):
            break
        key, _, told = line.partition("=")
        found.setdefault(key.strip(), told.strip())
    return found
