"""What rclone says, word for word as it and its servers say it, and what a person reads."""

import pytest

from bcper.adapters.rclone.errors import RcError, cannot_start, shown, translated
from bcper.domain.errors import NoSpace, StoreError

SAID = [
    ('didn\'t find section in config file ("gdrive")', "no remote called gdrive", "rclone-config"),
    (
        (
            'panic received: fatal error: Failed to load config file "/h/rclone.conf": unable to '
            "decrypt configuration and not allowed to ask for password - set RCLONE_CONFIG_PASS to your "
            "configuration password"
        ),
        "configuration is encrypted",
        "RCLONE_CONFIG_PASS",
    ),
    ('Failed to load config file "/h/rclone.conf": permission denied', "cannot read its configuration", ""),
    (
        (
            'couldn\'t list directory: Get "https://www.googleapis.com/drive/v3/files?x=1": '
            "couldn't fetch token: "
            'invalid_grant: maybe token expired? - try refreshing with "rclone config reconnect gdrive:"'
        ),
        "permission that gdrive gave",
        "rclone config reconnect gdrive:",
    ),
    ('empty token found - please run "rclone config reconnect gdrive:"', "permission", "reconnect gdrive:"),
    (
        (
            "operation error S3: ListObjectsV2, https response error StatusCode: 403, RequestID: , HostID: , "
            "api error InvalidAccessKeyId: The Access Key Id you provided does not exist in our records."
        ),
        "does not accept",
        "rclone config",
    ),
    ("ssh: handshake failed: ssh: unable to authenticate, attempted methods [none password]", "accept", ""),
    (
        (
            "operation error S3: PutObject, https response error StatusCode: 403, api error AccessDenied: "
            "Access Denied."
        ),
        "does not allow",
        "delete there",
    ),
    ('sftp: "permission denied" (SSH_FX_PERMISSION_DENIED)', "does not allow", ""),
    ("dial tcp: lookup s3.example.com: no such host", "cannot be reached", "network"),
    ("dial tcp 127.0.0.1:9: connect: connection refused", "cannot be reached", ""),
    ("operation error S3: PutObject, https response error StatusCode: 503, api error SlowDown", "busy", ""),
    ("googleapi: Error 403: User rate limit exceeded., userRateLimitExceeded", "busy", ""),
    ("unchunked simple update failed: Service Unavailable: 503 Service Unavailable", "busy", ""),
    ("NoSuchBucket: The specified bucket does not exist", "bucket of the store", "Make it"),
    ("corrupted on transfer: sizes differ 3 vs 4", "did not arrive", ""),
    ("something unheard of", "cannot be used: something unheard of", ""),
]


@pytest.mark.parametrize(("said", "message", "hint"), SAID, ids=range(len(SAID)))
def test_an_error_is_a_sentence(said: str, message: str, hint: str) -> None:
    error = translated(RcError(said), "gdrive:Backups/home")
    assert isinstance(error, StoreError)
    assert message in str(error)
    assert hint in error.hint
    assert "\n" not in str(error)


FULL = [
    "googleapi: Error 403: The user's Drive storage quota has been exceeded., storageQuotaExceeded",
    "Insufficient Storage: 507 Insufficient Storage",
    'sftp: "write /x: no space left on device" (SSH_FX_FAILURE)',
    "XMinioStorageFull: Storage backend has reached its minimum free drive threshold.",
    "path/insufficient_space/..",
    "Disk quota exceeded",
]


@pytest.mark.parametrize("said", FULL, ids=range(len(FULL)))
def test_a_full_remote_is_no_space(said: str) -> None:
    error = translated(RcError(said), "gdrive:")
    assert type(error) is NoSpace
    assert not RcError(said).temporary


@pytest.mark.parametrize(
    "said",
    ["StatusCode: 503, api error SlowDown", "429 Too Many Requests", "read: connection reset by peer", "EOF"],
)
def test_what_may_pass_is_tried_again(said: str) -> None:
    assert RcError(said).temporary


@pytest.mark.parametrize(
    "said", ["AccessDenied StatusCode: 403", "object not found", "didn't find section in config file"]
)
def test_what_will_not_pass_is_not(said: str) -> None:
    assert not RcError(said).temporary


def test_only_a_lost_blob_is_absent() -> None:
    assert RcError("object not found", 404).absent
    assert RcError("error in ListJSON: directory not found", 404).absent
    assert not RcError("NoSuchBucket: not found", 404).absent
    assert not RcError("dial tcp: lookup x: no such host").absent


def test_secrets_of_addresses_are_not_shown() -> None:
    text = shown('Get "https://user:pw@host/x?sig=abc&t=1": token=xyz\n gone\x1b[0m')
    assert text == 'Get "https://host/x?...": token=... gone\\x1b[0m'


def test_why_it_does_not_start_is_said() -> None:
    error = cannot_start("2026/11/24 18:55:33 CRITICAL: Failed to load config file: x: permission denied\n")
    assert "cannot read its configuration" in str(error)
    assert "unknown flag" in str(cannot_start("Error: unknown flag: --x\n"))
