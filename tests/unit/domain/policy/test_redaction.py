"""What strangers are not told (policy.redaction)."""

import pytest

from bcper.domain.policy.redaction import redactor


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/alice/.config/bcper is fine.", "~/.config/bcper is fine."),
        (
            "'/home/alice' and /home/alice.old and /home/alicebob",
            "'~' and /home/(user) and /home/(user)",
        ),
        ("/media/alice/disk", "/media/(user)/disk"),
        ("/media/alice", "/media/(user)"),
        ("/home/bob/.config and /run/media/bob/disk", "/home/(user)/.config and /run/media/(user)/disk"),
        ("Alice likes malice", "Alice likes malice"),
        ("see https://alice:secret@nas.example.org/x?token=1 now", "see (an address) now"),
        ("ftp://nas", "(an address)"),
        ("alice@nas.example.org:/backups", "(an account)/backups"),
        (
            "/run/user/1000/gvfs/smb-share:server=nas,share=b",
            "/run/user/1000/gvfs/smb-share:server=(hidden),share=(hidden)",
        ),
        ("sftp:host=nas,user=bob/x", "sftp:host=(hidden),user=(hidden)/x"),
        ("nothing of the kind: 12:30, a/b", "nothing of the kind: 12:30, a/b"),
    ],
)
def test_it_is_taken_out(text: str, left: str) -> None:
    assert redactor("/home/alice", "alice")(text) == left


def test_without_a_home_or_a_name_nothing_else_goes() -> None:
    assert redactor("/", "")("/a/b") == "/a/b"
