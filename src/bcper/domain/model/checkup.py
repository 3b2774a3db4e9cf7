"""What a look at the installation finds, and what it looks at (docs/doctor.md)."""

from collections.abc import Mapping
from enum import StrEnum

import attrs


class State(StrEnum):
    """What a finding means."""

    OK = "ok"
    HINT = "hint"
    PROBLEM = "problem"
    UNCHECKED = "not checked"


@attrs.frozen
class Finding:
    """One sentence about one thing.

    ``advice`` says what to do, and is empty where nothing is to be done. ``public`` stands for ``what`` where
    strangers read it, and is empty where that may be read by everybody.
    """

    group: str
    state: State
    what: str
    advice: str = ""
    public: str = ""


@attrs.frozen
class Checkup:
    """All findings in the order of their groups, and for a report of a bug: system and libraries by name."""

    findings: tuple[Finding, ...]
    system: Mapping[str, str]
    libraries: Mapping[str, str]

    def count(self, state: State) -> int:
        """How many findings are of that state."""
        return sum(finding.state is state for finding in self.findings)


@attrs.frozen
class Module:
    """A compiled module. ``problem`` is why it cannot be used, and empty when it was seen to work."""

    name: str
    version: str
    problem: str


@attrs.frozen
class Interpreter:
    """The Python that runs this, and its compiled modules."""

    version: str
    executable: str
    modules: tuple[Module, ...]


@attrs.frozen
class WindowKit:
    """What the window is drawn with.

    ``version`` is Tk's, empty when it cannot be imported; ``screen`` is whether a window can be shown;
    ``problem`` is the reason where one of both is missing. Without a screen nothing is known of fonts.
    """

    version: str
    screen: bool
    problem: str = ""
    smooth: bool = False
    family: str = ""


@attrs.frozen
class Seen:
    """A file or folder, links followed: ``mode`` are its permission bits, ``owner`` is a user's number."""

    folder: bool
    mode: int
    owner: int
    writable: bool


@attrs.frozen
class Space:
    """Bytes free to this user and of the whole file system, and whether any more files fit in it."""

    free: int
    total: int
    files_left: bool = True


@attrs.frozen
class SecretsSeen:
    """``place`` is a clause for a person. ``locked`` is None where that cannot be told without asking one.

    ``problem`` is a sentence, empty when passwords can be read as far as one can see.
    """

    place: str
    keyring: bool
    locked: bool | None = None
    problem: str = ""


@attrs.frozen
class RcloneSeen:
    """The rclone that would be used, "" for none; ``own`` says that it is BCPER's own copy.

    ``refused`` are those that cannot be used, each path with a clause that says why.
    """

    path: str
    version: str = ""
    own: bool = False
    refused: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class KeptPlaces:
    """Paths that are looked at: of settings, their files, BCPER's own programs, the cache, temporary files.

    ``files`` are those of the settings' folder that are known by name.
    """

    config_dir: str
    files: tuple[str, ...]
    data_dir: str
    cache_dir: str
    temporary: str
    rclone: str
