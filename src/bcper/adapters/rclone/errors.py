"""What rclone says, as sentences for a person. Its words differ by remote, so they are looked for in a table.

Sources: rclone's fs/fs.go and fs/config, the S3 error codes, RFC 9110 and RFC 4918 (507), and the words that
the servers of the tests gave.
"""

import re

from bcper.domain.errors import BcperError, BlobNotFound, NoSpace, StoreError
from bcper.domain.model.names import printable

_SHOWN = 300
_ANY_CASE = re.IGNORECASE

ABSENT = re.compile(
    r"object not found|directory not found|NoSuchKey|\bnot found\b|is a directory|not a directory"
    r"|stat failed: .*SSH_FX_BAD_MESSAGE",
    _ANY_CASE,
)
"""That there is no such blob; only asked where one was asked for. The last is how OpenSSH says that a name is
longer than any file's."""

TEMPORARY = re.compile(
    r"(StatusCode: |status code |HTTP error |googleapi: Error |\b)(408|429|500|502|503|504)\b"
    r"|too many requests|slow ?down|rate ?limit|service unavailable|internal server error|bad gateway"
    r"|connection reset|connection refused|broken pipe|unexpected EOF|\bEOF\b|i/o timeout|timed? ?out"
    r"|deadline exceeded|TLS handshake|server closed|use of closed network|temporar|try again"
    r"|connection lost",
    _ANY_CASE,
)
"""That the same may work a moment later."""

_OFFLINE = re.compile(
    r"no such host|network is unreachable|no route to host|connection refused|dial tcp|dial unix"
    r"|server misbehaving|couldn't connect SSH|i/o timeout",
    _ANY_CASE,
)

_BUSY = re.compile(r"too many requests|slow ?down|rate ?limit|StatusCode: 429|\b429\b", _ANY_CASE)
_TIRED = ("{remote} is busy or failing, and was so at every try.", "Try again later.")

_TABLE: tuple[tuple[re.Pattern[str], type[StoreError | NoSpace], str, str], ...] = (
    (
        re.compile(r"didn't find section in config file", _ANY_CASE),
        StoreError,
        "rclone has no remote called {remote}.",
        "Add it: bcper-cli store rclone-config, or rclone config.",
    ),
    (
        re.compile(r"didn't find backend called|unknown remote type", _ANY_CASE),
        StoreError,
        "This rclone does not know the kind of remote that {remote} is.",
        "A newer rclone may.",
    ),
    (
        re.compile(
            r"unable to decrypt configuration|RCLONE_CONFIG_PASS|configuration data too short"
            r"|config(uration)? (file )?(is )?encrypted|Couldn't decrypt configuration|password.*config",
            _ANY_CASE,
        ),
        StoreError,
        "rclone's configuration is encrypted, and its password is not known.",
        "Give BCPER RCLONE_CONFIG_PASS or RCLONE_PASSWORD_COMMAND, or take the password off: rclone config.",
    ),
    (
        re.compile(r"failed to load config file|can't save config|failed to read config", _ANY_CASE),
        StoreError,
        "rclone cannot read its configuration.",
        "Look at it: rclone config show.",
    ),
    (
        re.compile(
            r"invalid_grant|token (has been |is |was )?(expired|revoked)|expired or revoked|empty token found"
            r"|couldn't fetch token|failed to (get|refresh) token|ExpiredToken|config reconnect"
            r"|expired_access"
            r"|InvalidAuthenticationToken",
            _ANY_CASE,
        ),
        StoreError,
        "The permission that {remote} gave rclone has run out.",
        "Renew it: rclone config reconnect {remote}:",
    ),
    (_BUSY, StoreError, *_TIRED),
    (
        re.compile(
            r"quota ?(has been )?exceeded|QuotaExceeded|over quota|insufficient.?(storage|space)|\b507\b"
            r"|no space left|disk full|disk quota|StorageFull|storage.?limit|not enough (space|storage)"
            r"|insufficientSpace|XMinioStorageFull|teamDriveFileLimit",
            _ANY_CASE,
        ),
        NoSpace,
        "The store {store} is full.",
        "Free some space there, or delete runs, and try again.",
    ),
    (
        re.compile(r"corrupted on transfer", _ANY_CASE),
        StoreError,
        "What was sent did not arrive in the store {store} as it was: its size or sum is another one.",
        "Try again; if it happens again, the remote or the way to it is faulty.",
    ),
    (
        re.compile(r"NoSuchBucket|bucket does not exist", _ANY_CASE),
        StoreError,
        "The bucket of the store {store} does not exist.",
        "Make it, or check the store's path.",
    ),
    (
        re.compile(
            r"SignatureDoesNotMatch|InvalidAccessKeyId|unable to authenticate|AuthorizationHeaderMalformed"
            r"|\b401\b|unauthori[sz]ed|invalid credentials|login failed|AuthFailure|handshake failed",
            _ANY_CASE,
        ),
        StoreError,
        "{remote} does not accept rclone's name and password, or key.",
        "Set them right: rclone config, or rclone config reconnect {remote}:",
    ),
    (
        re.compile(
            r"AccessDenied|permission.?denied|\b403\b|forbidden|not permitted|read-only|EROFS"
            r"|insufficientPerm"
            r"|AllAccessDisabled|AccountProblem|SSH_FX_PERMISSION",
            _ANY_CASE,
        ),
        StoreError,
        "{remote} does not allow this in the store {store}.",
        "May the account read, write and delete there?",
    ),
    (
        _OFFLINE,
        StoreError,
        "{remote} cannot be reached.",
        "Is the network there, and the server running?",
    ),
    (TEMPORARY, StoreError, *_TIRED),
)


class RcError(Exception):
    """rclone says no. ``status`` is that of its answer, 0 when there was none."""

    def __init__(self, text: str, status: int = 500) -> None:
        super().__init__(text)
        self.text = text
        self.status = status

    @property
    def temporary(self) -> bool:
        """Whether the same may work a moment later."""
        passing = self.status == 0 or TEMPORARY.search(self.text) is not None
        return passing and _cause(self.text) in (None, _BUSY, _OFFLINE, TEMPORARY)

    @property
    def absent(self) -> bool:
        """Whether there is no such blob or folder."""
        found = self.status == 404 or ABSENT.search(self.text) is not None
        return found and _cause(self.text) is None


def translated(error: RcError, location: str) -> StoreError | NoSpace:
    """The error of ours that ``error`` stands for, of the store at ``location``."""
    remote, store = printable(location.partition(":")[0]), printable(location)
    for pattern, kind, message, hint in _TABLE:
        if pattern.search(error.text):
            return kind(message.format(remote=remote, store=store), hint.format(remote=remote, store=store))
    if error.status == 0:
        return StoreError(f"rclone ended in the middle of its work for {store}.", "Try again.")
    return StoreError(f"The store {store} cannot be used: {shown(error.text)}", "rclone said this.")


def absent(location: str, blob: str) -> BlobNotFound:
    """Says that the store at ``location`` has no ``blob``."""
    return BlobNotFound(f"The store {printable(location)} does not hold {printable(blob)}.")


def cannot_start(words: str) -> BcperError:
    """Says why rclone does not run, from the end of its log."""
    for pattern, kind, message, hint in _TABLE[2:4]:
        if pattern.search(words):
            return kind(message, hint)
    last = words.strip().rpartition("\n")[2]
    return StoreError(f"rclone does not start: {shown(last) or 'it says nothing.'}", "Try: rclone version")


def shown(text: str) -> str:
    """One line of what rclone said, without what may be secret: users and queries of addresses."""
    line = re.sub(r"^[0-9/]+ [0-9:]+ [A-Z]+ *: ", "", " ".join(text.split()))
    line = re.sub(r"://[^/@\s\"]*@", "://", line)
    line = re.sub(r"\?[^\s\"]*", "?...", line)
    line = re.sub(r"(?i)\b(bearer|token|password|secret|key)([=: ]+)\S+", r"\1\2...", line)
    return printable(line[:_SHOWN])


def _cause(text: str) -> re.Pattern[str] | None:
    return next((pattern for pattern, *_ in _TABLE if pattern.search(text)), None)
