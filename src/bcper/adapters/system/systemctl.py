"""The program systemctl(1), of the person's own service manager."""

import os
import signal
import tempfile
from contextlib import suppress

import attrs

from bcper.domain.errors import ConfigurationError
from bcper.domain.model.names import printable

ASKING = 2.0
DOING = 90.0
"""Seconds; a service of type "notify" is waited for."""


@attrs.frozen
class Systemctl:
    """``systemctl --user``; the fields are how long a question and a change may take, in seconds."""

    asking: float = ASKING
    doing: float = DOING

    def answers(self) -> bool:
        """Whether there is a service manager of this person's."""
        return self._run("show", "--property=Version", seconds=self.asking)[0] == 0

    def active(self, unit: str) -> bool | None:
        """Whether ``unit`` runs; ``None`` without an answer."""
        status, _ = self._run("is-active", "--quiet", unit, seconds=self.asking)
        # 3 is "not active" (systemctl(1), "Exit status").
        return None if status not in (0, 3, 4) else status == 0

    def do(self, *arguments: str) -> None:
        """Raises ConfigurationError with what systemctl said if that fails."""
        status, said = self._run(*arguments, seconds=self.doing)
        if status != 0:
            what = "does not answer" if status is None else f"says: {said}" if said else f"failed ({status})"
            raise ConfigurationError(f"systemctl --user {arguments[0]} {what}.".replace("..", "."))

    def attempt(self, *arguments: str) -> None:
        """The same, if it can be done."""
        self._run(*arguments, seconds=self.doing)

    def _run(self, *arguments: str, seconds: float) -> tuple[int | None, str]:
        """(exit status or ``None``, last line of the error output)."""
        import subprocess

        env = {key: told for key, told in os.environ.items() if not key.startswith("BCPER_")}
        # A file and a process group, not a pipe: what systemctl has started may outlive it and hold a pipe.
        with tempfile.TemporaryFile() as errors:
            try:
                child = subprocess.Popen(
                    ["systemctl", "--user", "--no-pager", "--no-ask-password", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    env={**env, "LC_ALL": "C.UTF-8"},
                    process_group=0,
                )
            except OSError:
                return None, ""
            with child:
                try:
                    status: int | None = child.wait(seconds)
                except subprocess.TimeoutExpired:
                    status = None
                    with suppress(ProcessLookupError):
                        os.killpg(child.pid, signal.SIGKILL)
            errors.seek(0)
            lines = errors.read(1 << 16).decode("utf-8", "replace").strip().splitlines() or [""]
            return status, printable(lines[-1])[:300]
