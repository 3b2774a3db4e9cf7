"""Commands and addresses around a run."""

from typing import Any

import attrs
import pytest

from bcper.domain.errors import UsageError
from bcper.domain.model.hooks import check_ping_url, ping_address, split_command
from bcper.domain.model.jobs import Job, check_job

JOB = Job("1", "Nightly", "item", "Docs", "Disk", "daily")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("true", ("true",)),
        ("  mount  /mnt/disk ", ("mount", "/mnt/disk")),
        ("sh -c 'a | b > \"$HOME\"'", ("sh", "-c", 'a | b > "$HOME"')),
        ('"/opt/my tools/x" --a="b c" d\\ e', ("/opt/my tools/x", "--a=b c", "d e")),
        ("echo ~ $HOME # no comment", ("echo", "~", "$HOME", "#", "no", "comment")),
        ("echo '' \udcff", ("echo", "", "\udcff")),
    ],
)
def test_a_line_is_split_as_a_shell_does_and_nothing_is_expanded(line: str, words: tuple[str, ...]) -> None:
    assert split_command(line) == words


@pytest.mark.parametrize("line", ["", " ", "\n", "''", "echo 'a", 'echo "', "echo \\", "a\0b", "\ud800"])
def test_what_is_no_command_is_refused(line: str) -> None:
    with pytest.raises(UsageError):
        split_command(line)
    if line:
        for hook in ("before", "after"):
            with pytest.raises(UsageError):
                check_job(attrs.evolve(JOB, **{hook: line}))


@pytest.mark.parametrize(
    "url",
    [
        "https://hc-ping.com/eb095278-f28d-448d-87fb-7b75c171a6aa",
        "http://[::1]:8000",
        "HTTPS://example.org/a/b/?create=1&x=a%20b",
    ],
)
def test_an_address_is_http_or_https(url: str) -> None:
    assert check_ping_url(url) == url
    assert check_job(attrs.evolve(JOB, ping_url=url)).hooked


@pytest.mark.parametrize(
    "url",
    [
        "hc-ping.com/x",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "https://example.org/#x",
        "https://example.org/a b",
        "https://example.org/\r\nHost: x",
        "https://exämple.org/",
        "https://me:hunter2@example.org/x",
        " https://example.org/",
    ],
)
def test_another_address_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_ping_url(url)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert "example.org" not in str(caught.value)
    with pytest.raises(UsageError):
        check_job(attrs.evolve(JOB, ping_url=url))


def test_the_suffix_stands_at_the_end_of_the_path() -> None:
    assert ping_address("https://h/x", "/start") == "https://h/x/start"
    assert ping_address("https://h/x/", "/fail") == "https://h/x/fail"
    assert ping_address("https://h/x?create=1", "/start") == "https://h/x/start?create=1"
    assert ping_address("https://h/x/?a", "") == "https://h/x/?a"
    assert ping_address("https://h", "/start") == "https://h/start"


@pytest.mark.parametrize(
    "change",
    [{"hook_seconds": 0}, {"hook_seconds": 86_401}, {"warn_after_days": -1}, {"warn_after_days": 4000}],
    ids=repr,
)
def test_a_number_of_a_job_that_makes_no_sense_is_refused_by_its_name(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(change))):
        check_job(attrs.evolve(JOB, **change))


def test_a_job_has_nothing_of_it_at_first() -> None:
    assert not JOB.hooked
    assert attrs.evolve(JOB, after="true").hooked
