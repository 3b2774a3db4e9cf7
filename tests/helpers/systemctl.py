"""A program called systemctl in place of the real one: a process that keeps a list of how it was called."""

from pathlib import Path

import attrs
import pytest

_PROGRAM = """#!/bin/sh
# What is in $state tells this one what to do: hang, fail-VERB, and running once the unit was started.
state={state}
echo "$*" >> "$state/calls"
env >> "$state/environment"
[ ! -e "$state/hang" ] || sleep 600
for word; do
    case $word in -*) ;; *) break ;; esac
done
[ ! -e "$state/fail-$word" ] || {{ echo "Warning: of no interest" >&2; cat "$state/fail-$word" >&2; exit 1; }}
wants={config}/systemd/user/default.target.wants
case $word in
show) [ ! -e "$state/nobody" ] || {{ echo "Failed to connect to bus" >&2; exit 1; }} ;;
enable)
    unit={config}/systemd/user/bcperd.service
    [ -f "$unit" ] || unit={packaged}/bcperd.service
    [ -f "$unit" ] || {{ echo "Unit file does not exist." >&2; exit 1; }}
    mkdir -p "$wants" && ln -sf "$unit" "$wants/bcperd.service" && : > "$state/running" ;;
disable) rm -f "$wants/bcperd.service" "$state/running"; rmdir "$wants" 2>/dev/null ;;
is-active) [ ! -e "$state/nobody" ] || exit 1; [ -e "$state/running" ] || exit 3 ;;
esac
exit 0
"""


@attrs.frozen
class FakeSystemctl:
    """The program's own folder; ``config`` is the folder of settings that it works on.

    Units of packages are in the folder ``units`` beside the program's.
    """

    state: Path
    config: Path

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put it before the machine's own."""
        self.state.mkdir()
        program = self.state / "systemctl"
        program.write_text(
            _PROGRAM.format(state=self.state, config=self.config, packaged=self.state.parent / "units")
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(self.state), prepend=":")

    def shall(self, what: str, text: str = "") -> None:
        """``hang``, ``nobody`` (no service manager answers), or ``fail-VERB``, saying ``text``."""
        (self.state / what).write_text(text)

    def calls(self) -> list[str]:
        """What was called since the last time this was asked."""
        log = self.state / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        assert all("--user" in line.split() for line in lines)
        return [
            " ".join(word for word in line.split() if word.rpartition("--")[2] not in _ALWAYS)
            for line in lines
        ]


_ALWAYS = {"user", "no-pager", "no-ask-password"}
