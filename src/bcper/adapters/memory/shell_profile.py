"""Profiles in memory."""

from collections.abc import Callable, Sequence

import attrs

from bcper.domain.model.shell import SHELLS, Shell, ShellProfile


@attrs.define
class MemoryShellProfiles:
    """The fake of :class:`~bcper.ports.shell_profile.ShellProfiles`; ``texts`` by path."""

    used: str = "bash"
    texts: dict[str, bytes] = attrs.field(factory=dict)

    def profiles(self) -> Sequence[ShellProfile]:
        """See the port."""
        return tuple(
            ShellProfile(
                shell,
                path := _PATHS[shell],
                exists=path in self.texts,
                used=shell == self.used,
                ours=shell == "fish",
            )
            for shell in SHELLS
        )

    def read(self, profile: ShellProfile) -> bytes:
        """See the port."""
        return self.texts.get(profile.path, b"")

    def change(self, profile: ShellProfile, edit: Callable[[bytes], bytes]) -> bool:
        """See the port."""
        before = self.read(profile)
        after = edit(before)
        if after == before:
            return False
        if not after and profile.ours:
            del self.texts[profile.path]
        else:
            self.texts[profile.path] = after
        return True


_PATHS: dict[Shell, str] = {
    "bash": "/home/me/.bashrc",
    "zsh": "/home/me/.zshrc",
    "fish": "/home/me/.config/fish/conf.d/bcper.fish",
}
