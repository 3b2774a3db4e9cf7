"""Commands around a run."""

from collections.abc import Callable, Mapping
from typing import Protocol

import attrs


@attrs.frozen
class HookResult:
    """How a command ended.

    ``status`` is its exit status as a shell has it: 128 and the signal's number if one ended it, 127 if there
    is no such program, 126 if it cannot be started; ``None`` if it was ended by us, because its time was over
    or, with ``stopped``, because ``stop`` said so. ``output`` is the end of what it wrote on standard output
    and standard error, at most 2,000 characters in lines that are safe for a terminal.
    """

    status: int | None
    output: str = ""
    stopped: bool = False


class CommandRunner(Protocol):
    """Runs commands that a person wrote."""

    def run(
        self, command: str, env: Mapping[str, str], seconds: float, stop: Callable[[], bool]
    ) -> HookResult:
        """Run ``command``, split as :func:`~bcper.domain.model.hooks.split_command` does, to its end.

        It gets the user's environment without the passwords of BCPER's, and ``env`` on top of it; no input
        and no terminal; the user's home as its folder. ``stop`` is asked several times a second, from the
        calling thread, and may raise, which ends the command and comes out. The command and what it started
        are ended (asked first, then killed, within some seconds) when ``stop`` says so or after ``seconds``.
        What it leaves running when it ends by itself goes on.

        Raises UsageError for a line that is no command.
        """
        ...
