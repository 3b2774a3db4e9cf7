"""The release of rclone that is fetched (https://rclone.org/downloads/)."""

import re
from collections.abc import Mapping

import attrs

OFFICIAL = "https://downloads.rclone.org"
"""Where rclone's makers have the files."""

_BUILDS = {
    **dict.fromkeys(("x86_64", "amd64"), "amd64"),
    **dict.fromkeys(("aarch64", "arm64"), "arm64"),
    **dict.fromkeys(("armv7l", "armv8l"), "arm-v7"),
    "armv6l": "arm-v6",
    "armv5tel": "arm",
    **dict.fromkeys(("i386", "i486", "i586", "i686"), "386"),
}
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S+)")


@attrs.frozen
class Release:
    """A version, and the SHA-256 of the zips that were known when this was written, by their builds."""

    version: str
    pinned: Mapping[str, str]

    def folder(self, base: str) -> str:
        """The address below which its files lie, when the releases lie below ``base``."""
        return f"{base.rstrip('/')}/v{self.version}"

    def zip_name(self, build: str) -> str:
        """The name of the zip of a build."""
        return f"rclone-v{self.version}-linux-{build}.zip"


RELEASE = Release(
    "1.75.2",
    {
        "amd64": "349ac8fba6ff65d6247043f1750cdcb518ec5d500ef91463a10d37c0ccdf3702",
        "arm64": "7e1e8d69654941b7b7df84ee74c5f7fb09cce7d5496947fb7bf16b55ff427d10",
    },
)
"""The sums are of the release's signed list, as others have published it: two of them at least agree on each,
and none was computed here. Of builds without one only the list that is fetched speaks."""


def build_for(system: str, machine: str) -> str | None:
    """What rclone calls the build for this machine (``uname -s``, ``uname -m``); None if there is none."""
    return _BUILDS.get(machine) if system == "Linux" else None


def listed_sum(text: str, name: str) -> str | None:
    """The SHA-256 of the file ``name`` by a release's ``SHA256SUMS``, as sha256sum(1) writes it.

    None when it is missing, or there twice with different sums. The list is signed, and nobody here can
    check that: it is as good as the connection that brought it, which is why some sums are pinned.
    """
    found = {match[1] for line in text.splitlines() if (match := _LINE.fullmatch(line)) and match[2] == name}
    return found.pop() if len(found) == 1 else None
