"""The remotes of rclone's own configuration (https://rclone.org/commands/rclone_listremotes/)."""

from collections.abc import Iterator

from bcper.adapters.rclone.asking import ask
from bcper.domain.errors import StoreError
from bcper.domain.model.names import printable
from bcper.domain.model.remotes import Remote
from bcper.ports.progress import ProgressSink
from bcper.ports.rclone import RcloneFinder

_SECONDS = 5.0
_MOST_WORDS = 500


class RcloneRemotes:
    """See :class:`~bcper.ports.rclone.Remotes`. rclone is given ``seconds`` for its answer."""

    def __init__(self, finder: RcloneFinder, seconds: float = _SECONDS) -> None:
        self._finder = finder
        self._seconds = seconds

    def list(self) -> tuple[Remote, ...]:
        """See the port."""
        program = self._finder.present()
        if program is None:
            raise StoreError(
                "rclone is not on this machine yet.",
                "bcper-cli store rclone-config fetches it. Or install it yourself: sudo apt install rclone",
            )
        try:
            answer = ask(program, "listremotes", "--long", "--ask-password=false", seconds=self._seconds)
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError(f"rclone does not say which remotes there are: {reason}.") from error
        if answer.status != 0:
            raise _unreadable(answer.said)
        return tuple(sorted(_remotes(answer.text), key=lambda remote: remote.name))

    def configuration(self, sink: ProgressSink | None = None) -> tuple[str, ...]:
        """See the port."""
        return (self._finder.find(sink), "config")


def _remotes(text: str) -> Iterator[Remote]:
    """Each line is a name, a colon, its kind, and newer versions add a description."""
    for line in text.splitlines():
        name, colon, rest = line.partition(":")
        if colon and name:
            yield Remote(name, (rest.split() or [""])[0])


def _unreadable(said: str) -> StoreError:
    if "decrypt" in said:
        return StoreError(
            "rclone's configuration is encrypted, and BCPER does not know its password.",
            "Set RCLONE_CONFIG_PASS or RCLONE_PASSWORD_COMMAND where BCPER runs, or take the encryption "
            "away: rclone config encryption remove",
        )
    # The last line is why; its time and level are for a log.
    last = (said.strip().splitlines() or [""])[-1].rpartition(" : ")[2]
    words = printable(last.partition("CRITICAL: ")[2] or last)[:_MOST_WORDS]
    return StoreError(f"rclone's configuration cannot be read: {words or 'rclone does not say why'}.")
