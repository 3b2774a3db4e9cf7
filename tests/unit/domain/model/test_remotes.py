"""Addresses that rclone may be fetched from (row 81)."""

import pytest

from bcper.domain.errors import UsageError
from bcper.domain.model.remotes import check_rclone_url, is_loopback


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://downloads.rclone.org",
        "HTTPS://Mirror.Example.org:8443/a/b/",
        "https://[2001:db8::1]/rclone",
        "https://127.0.0.1/x",
        "http://127.0.0.1:8000",
        "http://localhost/rclone",
        "http://[::1]:80/",
    ],
)
def test_https_and_this_machine_are_taken(url: str) -> None:
    assert check_rclone_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://downloads.rclone.org",
        "http://127.0.0.1.example.org",
        "http://127.0.0.1@example.org/",
        "http://localhost.example.org",
        "http://1127.0.0.1",
        "ftp://127.0.0.1/",
        "file:///etc",
        "https://",
        "https://me:secret@example.org/",
        "https://example.org/?a=b",
        "https://example.org/#a",
        "https://example.org/a b",
        "https://example.org/\n",
        "https:/example.org",
        "example.org",
        "https://exämple.org",
    ],
)
def test_all_else_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_rclone_url(url)
    assert "secret" not in str(caught.value) + caught.value.hint


def test_only_this_machine_is_loopback() -> None:
    assert is_loopback("http://localhost:1/x")
    assert is_loopback("https://[::1]")
    assert not is_loopback("https://downloads.rclone.org")
    assert not is_loopback("https://127.0.0.1.example.org")
