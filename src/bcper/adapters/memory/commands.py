"""Commands that are not run."""

from collections.abc import Callable, Mapping

import attrs

from bcper.domain.model.hooks import split_command
from bcper.ports.hooks import HookResult


@attrs.frozen
class Call:
    """A command that was asked for."""

    command: str
    env: Mapping[str, str]
    seconds: float


@attrs.define
class MemoryCommands:
    """The fake of :class:`~bcper.ports.hooks.CommandRunner`: knows ``true``, ``false``, ``echo``, ``sleep``
    and ``sh -c 'exit N'``, and takes no time.

    ``results`` are those of other command lines; ``calls`` are all that were asked for, oldest first.
    """

    results: dict[str, HookResult] = attrs.field(factory=dict)
    calls: list[Call] = attrs.field(factory=list, init=False)

    def run(
        self, command: str, env: Mapping[str, str], seconds: float, stop: Callable[[], bool]
    ) -> HookResult:
        """See the port."""
        words = split_command(command)
        self.calls.append(Call(command, dict(env), seconds))
        if command in self.results:
            return self.results[command]
        match words:
            case ("true",):
                return HookResult(0)
            case ("false",):
                return HookResult(1)
            case ("echo", *said):
                return HookResult(0, " ".join(said)[-2000:])
            case ("sleep", length):
                if stop():
                    return HookResult(None, stopped=True)
                return HookResult(0 if float(length) <= seconds else None)
            case ("sh", "-c", script) if script.startswith("exit "):
                return HookResult(int(script[5:]))
        return HookResult(127, f"{words[0]}: No such file or directory")
