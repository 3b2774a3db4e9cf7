"""Fetching rclone from a real server (rows 79 to 81)."""

import os
import ssl
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

import bcper
from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.adapters.rclone.download import RcloneDownload
from bcper.adapters.rclone.limits import LIMITS, Limits, Patience
from bcper.adapters.rclone.release import RELEASE
from bcper.domain.errors import Cancelled, ConfigurationError, StoreError
from bcper.domain.model.progress import Progress
from helpers.rclone import (
    AMD64,
    FOLDER,
    SUMS,
    VERSION,
    ZIP,
    Handler,
    Mirror,
    files,
    program,
    release,
    script,
    served,
    sums,
    zipped,
)
from helpers.tls import certificate

OLD = script("1.60.1")
SOON = Patience(idle=30.0, window=0.3, least=1 << 16, whole=30.0)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with served(Mirror()) as made:
        yield made


class Home:
    """A folder with an old copy in it, and fetching into it."""

    def __init__(self, folder: Path, mirror: Mirror) -> None:
        self.folder = folder
        self.own = Path(program(folder, OLD))
        self.mirror = mirror

    def fetch(self, sink: Any = None, *, ready: str | None = None, **more: Any) -> str:
        given = {"machine": lambda: AMD64, **more}
        url = given.pop("url", self.mirror.url)
        return RcloneDownload(str(self.own), lambda: url, "bcper test", **given)(lambda: ready, sink)

    def refused(self, words: str, **more: Any) -> StoreError:
        """It fails with these words and how to install it by hand, and leaves the old copy and no other."""
        with pytest.raises(StoreError, match=words) as caught:
            self.fetch(**more)
        assert "https://rclone.org/install/" in caught.value.hint
        self.untouched()
        return caught.value

    def untouched(self) -> None:
        assert self.own.read_bytes() == OLD
        assert files(self.folder) == ["rclone"]

    def serve(self, data: bytes) -> None:
        self.mirror.data, self.mirror.sums = data, sums(data)


@pytest.fixture
def home(tmp_path: Path, mirror: Mirror) -> Home:
    return Home(tmp_path / "data" / "bcper", mirror)


@pytest.mark.parametrize("umask", [0, 0o777])
def test_it_is_put_into_its_place_for_us_alone(tmp_path: Path, mirror: Mirror, umask: int) -> None:
    own = tmp_path / "share" / "bcper" / "rclone"
    fetch = RcloneDownload(str(own), lambda: mirror.url + "/", "bcper test", machine=lambda: AMD64)
    steps = RecordingProgress()
    before = os.umask(umask)
    try:
        assert fetch(lambda: None, steps) == str(own)
    finally:
        os.umask(before)
    assert own.read_bytes() == script()
    assert stat.S_IMODE(own.stat().st_mode) == 0o755
    assert stat.S_IMODE(own.parent.stat().st_mode) == 0o700
    assert files(own.parent) == ["rclone"]
    assert mirror.asked == [SUMS, ZIP]
    assert mirror.agents == {"bcper test"}
    assert Progress("Fetching rclone", len(mirror.data), len(mirror.data), current=ZIP.split("/")[-1]) in (
        steps.steps
    )


def test_an_older_copy_is_replaced(home: Home) -> None:
    home.fetch()
    assert home.own.read_bytes() == script()


def test_without_the_release_s_sum_nothing_is_taken(home: Home) -> None:
    home.mirror.sums = sums(b"another")
    home.refused("is not the release's")
    home.mirror.sums = sums(home.mirror.data, "rclone-v1.0-linux-amd64.zip")
    home.refused("does not know")
    home.mirror.sums = sums(home.mirror.data) + sums(b"another")
    home.refused("does not know")
    home.mirror.sums = b"\xff" * 100
    home.refused("does not know")
    assert home.mirror.asked.count(ZIP) == 1


def test_a_pinned_sum_counts_more_than_the_list_s(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for this machine itself, which every other test is served by."""
    home.fetch(release=attrs.evolve(RELEASE, pinned={"amd64": "0" * 64}))
    home.own.write_bytes(OLD)
    monkeypatch.setattr("bcper.adapters.rclone.download.is_loopback", lambda _: False)
    home.refused("another one than it was", release=attrs.evolve(RELEASE, pinned={"amd64": "0" * 64}))
    home.fetch(release=attrs.evolve(RELEASE, pinned={"arm64": "0" * 64}))


def test_a_zip_that_ends_early_is_thrown_away(home: Home) -> None:
    data = home.mirror.data
    home.mirror.answers[ZIP] = lambda handler: handler.give(data[:-100], len(data))
    home.refused("it ended after")
    home.mirror.answers[ZIP] = lambda handler: handler.give(data[:-100])
    home.refused("is not the release's")

    def endless(handler: Handler) -> None:
        handler.begin(None)
        handler.wfile.write(data[:-100])

    home.mirror.answers[ZIP] = endless
    home.refused("is not the release's")


def test_one_without_a_length_is_as_good(home: Home) -> None:
    def give(handler: Handler) -> None:
        handler.begin(None)
        handler.wfile.write(home.mirror.data)

    home.mirror.answers[ZIP] = give
    home.fetch()
    assert home.own.read_bytes() == script()


def wait(handler: Handler, sent: bytes) -> None:
    """Begin, and then say nothing more."""
    handler.begin(1 << 20)
    handler.wfile.write(sent)
    handler.wfile.flush()
    handler.server.ended.wait()


def test_a_person_stops_a_transfer_that_stands_still(home: Home) -> None:
    home.mirror.answers[ZIP] = lambda handler: wait(handler, b"PK")

    class Stop:
        def step(self, progress: Progress) -> None:
            if progress.done == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        home.fetch(Stop())
    home.untouched()


def test_a_person_stops_it_before_there_is_an_answer(home: Home) -> None:
    home.mirror.answers[SUMS] = lambda handler: handler.server.ended.wait() and None
    with pytest.raises(Cancelled):
        home.fetch(CancelAt(2))
    home.untouched()


def drip(handler: Handler) -> None:
    handler.begin(1 << 20)
    while not handler.server.ended.wait(0.02):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not handler.server.ended.wait(0.02):
        handler.wfile.write(b"x")
        handler.wfile.flush()


@pytest.mark.parametrize("how", [drip, drip_headers, lambda handler: wait(handler, b"")])
@pytest.mark.parametrize(
    ("patience", "words"),
    [(SOON, "comes too slowly"), (attrs.evolve(SOON, window=30.0, whole=0.3), "takes too long")],
)
def test_one_that_is_too_slow_is_left(home: Home, how: Any, patience: Patience, words: str) -> None:
    """A time-out of a socket would begin anew with each byte."""
    home.mirror.answers[ZIP] = how
    home.refused(words, patience=patience)


def test_one_that_never_answers_is_left(home: Home) -> None:
    home.mirror.answers[SUMS] = lambda handler: handler.server.ended.wait() and None
    home.refused("no answer in time", patience=attrs.evolve(SOON, idle=0.3, window=30.0))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("http://example.org/rclone.zip", r"it sends us elsewhere \(http://example.org\)"),
        ("https://127.0.0.1:{port}/x", "elsewhere"),
        ("http://localhost:{port}/x", "elsewhere"),
        ("http://127.0.0.1:1/x", "elsewhere"),
        ("file:///etc/passwd", "elsewhere"),
        ("http://[::1", "elsewhere"),
        (ZIP, "elsewhere"),  # round and round
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(home: Home, place: str, words: str) -> None:
    place = place.format(port=home.mirror.server_address[1])
    home.mirror.answers[ZIP] = lambda handler: handler.begin(0, 302, Location=place)
    home.refused(words)
    assert home.mirror.asked.count(ZIP) <= 4
    assert "/x" not in home.mirror.asked


def test_a_redirect_on_the_same_host_is_followed(home: Home) -> None:
    data = home.mirror.data
    home.mirror.answers["/other"] = lambda handler: handler.give(data)
    home.mirror.answers[ZIP] = lambda handler: handler.begin(0, 307, Location="/other")
    home.fetch()
    assert home.own.read_bytes() == script()


@pytest.mark.parametrize("status", [204, 206, 404, 500, 503])
def test_another_answer_is_a_reason(home: Home, status: int) -> None:
    home.mirror.answers[ZIP] = lambda handler: handler.begin(0, status)
    home.refused(f"the answer was {status}")


@pytest.mark.parametrize("path", [SUMS, ZIP])
def test_too_much_is_not_taken(home: Home, path: str) -> None:
    limits = Limits(sums=1 << 20, zip=1 << 20, program=1 << 20)
    home.mirror.answers[path] = lambda handler: handler.begin((1 << 20) + 1)
    home.refused("larger than 1 MiB", limits=limits)

    def pour(handler: Handler) -> None:
        handler.begin(None)
        while not handler.server.ended.is_set():
            handler.wfile.write(bytes(1 << 16))

    home.mirror.answers[path] = pour
    home.refused("larger than 1 MiB", limits=limits)
    assert (LIMITS.zip, LIMITS.program) == (100 << 20, 200 << 20)


def test_a_host_that_is_not_there_is_a_reason(home: Home) -> None:
    home.mirror.server_close()
    home.refused("cannot be reached")


def test_what_is_for_this_machine_goes_to_no_proxy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    home.fetch()
    assert home.own.read_bytes() == script()


@pytest.fixture
def secure(tmp_path: Path, home: Home, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the mirror behind TLS; who wants to trust it sets SSL_CERT_FILE."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    mirror.socket = context.wrap_socket(mirror.socket, server_side=True)
    return mirror.url.replace("http:", "https:")


def test_https_is_spoken_to_those_who_can_be_trusted_alone(
    secure: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.refused("certificate", url=secure)
    assert home.mirror.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    home.fetch(url=secure)
    assert home.own.read_bytes() == script()


def test_a_redirect_from_https_to_http_is_not_followed(
    secure: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    with served(Mirror()) as plain:
        for place in (plain.url, secure.replace("https:", "http:")):
            home.mirror.answers[ZIP] = lambda handler, place=place: handler.begin(  # type: ignore[misc]
                0, 302, Location=place + ZIP
            )
            home.refused("elsewhere", url=secure)
        assert plain.asked == []


@pytest.mark.parametrize(
    "url", ["http://downloads.rclone.org", "http://127.0.0.1@example.org", "ftp://127.0.0.1", "x"]
)
def test_an_address_that_is_not_safe_is_not_called(home: Home, url: str) -> None:
    with pytest.raises(ConfigurationError, match="BCPER_RCLONE_URL"):
        home.fetch(url=url)
    home.untouched()


def test_without_an_address_it_is_the_makers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bcper.adapters.rclone.download.OFFICIAL", home.mirror.url)
    home.fetch(url="")
    assert home.mirror.asked == [SUMS, ZIP]


@pytest.mark.parametrize("machine", [("Linux", "sparc64"), ("Darwin", "arm64"), ("Linux", "")])
def test_a_machine_that_rclone_has_no_build_for_is_told_so(home: Home, machine: tuple[str, str]) -> None:
    home.refused("none for this machine", machine=lambda: machine)
    assert home.mirror.asked == []


BIG = 3 << 20
GOOD = (f"{FOLDER}/rclone", script())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped((f"{FOLDER}/README.txt", b"x")), "no program"),
        (zipped(("rclone", script())), "no program"),
        (zipped(("../rclone/rclone", script())), "no program"),
        (zipped(("/rclone", script())), "no program"),
        (zipped((f"{FOLDER}/bin/rclone", script())), "no program"),
        (zipped((f"{FOLDER}\\rclone", script())), "no program"),
        (zipped((f"{FOLDER}/rclone/", b"", stat.S_IFDIR | 0o755)), "no program"),
        (zipped(GOOD, ("other/rclone", script())), "several"),
        (zipped((f"{FOLDER}/rclone", b"/bin/sh", stat.S_IFLNK | 0o777)), "no plain file"),
        (zipped((f"{FOLDER}/rclone", b"", stat.S_IFIFO | 0o777)), "no plain file"),
        (zipped((f"{FOLDER}/rclone", b"", stat.S_IFDIR | 0o777)), "no plain file"),
        (zipped((f"{FOLDER}/rclone", bytes(BIG))), "the program in it is larger"),
        (b"no zip at all", "damaged zip"),
        (release()[:-30], "damaged zip"),
    ],
    ids=range(14),
)
def test_only_one_plain_program_is_read_of_a_zip(home: Home, tmp_path: Path, data: bytes, words: str) -> None:
    """All of these have the right sum."""
    home.serve(data)
    home.refused(words, limits=attrs.evolve(LIMITS, program=1 << 20))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
    assert os.listdir(tmp_path / "data") == ["bcper"]


def test_a_name_that_climbs_is_no_place(home: Home, tmp_path: Path) -> None:
    """It matches, and is where nothing is written to: names of a zip are not used."""
    home.serve(zipped(("../rclone", script())))
    home.fetch()
    assert home.own.read_bytes() == script()
    assert not (tmp_path / "data" / "rclone").exists()


def test_one_that_is_larger_than_it_says_is_not_taken(home: Home) -> None:
    data = bytearray(zipped((f"{FOLDER}/rclone", bytes(BIG))))
    said, real = (1000).to_bytes(4, "little"), BIG.to_bytes(4, "little")
    assert data.count(real) == 2  # in the file's own header, and in the list at the end
    home.serve(bytes(data.replace(real, said)))
    home.refused("damaged zip")


def test_one_whose_content_is_damaged_is_not_taken(home: Home) -> None:
    data = bytearray(release(os.urandom(5000)))
    data[len(data) // 2] ^= 1
    home.serve(bytes(data))
    home.refused("damaged zip")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x7fELF nonsense", "does not run"),
        (script("1.59.2"), "older than 1.60"),
        (b"#!/bin/sh\necho rclone\n", "which version"),
        (script(body="exit 1"), "which version"),
    ],
)
def test_one_that_does_not_work_takes_no_one_s_place(home: Home, content: bytes, words: str) -> None:
    home.serve(release(content))
    home.refused(words)


def test_what_is_not_checked_is_never_run(home: Home, tmp_path: Path) -> None:
    home.serve(release(script(body=f"touch {tmp_path}/run")))
    home.mirror.sums = sums(b"another")
    home.refused("is not the release's")
    assert not (tmp_path / "run").exists()


def test_what_a_killed_process_left_is_swept(home: Home) -> None:
    (home.folder / ".rclone-abc").write_bytes(b"half")
    (home.folder / "else").write_bytes(b"not ours")
    home.fetch()
    assert files(home.folder) == ["else", "rclone"]


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_a_place_that_others_can_change_is_refused(home: Home, mode: int) -> None:
    home.folder.chmod(mode)
    home.refused("others can change")
    assert home.mirror.asked == []


def test_a_place_that_cannot_be_written_is_a_reason(tmp_path: Path, mirror: Mirror) -> None:
    (tmp_path / "file").write_bytes(b"")
    own = str(tmp_path / "file" / "bcper" / "rclone")
    with pytest.raises(StoreError, match="cannot be kept"):
        RcloneDownload(own, lambda: mirror.url, "t", machine=lambda: AMD64)(lambda: None)


def test_a_full_disk_is_a_reason_and_leaves_the_old_copy(home: Home) -> None:
    child = limited(home, "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))")
    home.serve(release(script() + os.urandom(20_000)))
    said = child().communicate()[0]
    assert b"StoreError" in said
    assert b"cannot be kept" in said
    home.untouched()


def limited(home: Home, before: str = "") -> Any:
    """Starts a process that fetches, and prints the error if there is one."""
    code = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from bcper.adapters.rclone.download import RcloneDownload
from bcper.adapters.rclone.locator import RcloneLocator
{before}
own = {str(home.own)!r}
try:
    fetch = RcloneDownload(own, lambda: {home.mirror.url!r}, "t", machine=lambda: {AMD64!r})
    print(RcloneLocator(own, fetch).find())
except Exception as error:
    print(type(error).__name__, error)
"""
    source = os.path.dirname(os.path.dirname(bcper.__file__))
    environment = {**os.environ, "PYTHONPATH": source, "PATH": ""}

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)

    home.own.write_bytes(script("1.50.0"))
    home.own.chmod(0o755)
    if before:
        home.own.write_bytes(OLD)
        home.own.chmod(0o644)
    return start


def test_of_two_processes_at_once_one_fetches(home: Home) -> None:
    started, go = threading.Event(), threading.Event()

    def slow(handler: Handler) -> None:
        started.set()
        go.wait()
        handler.give(home.mirror.data)

    home.mirror.answers[ZIP] = slow
    start = limited(home)
    first = start()
    assert started.wait(60)
    second = start()
    waiting = home.folder / "rclone.lock"
    assert waiting.exists()
    time.sleep(0.3)  # so that it is most likely at the lock; wherever it is, it must not fetch
    go.set()
    for child in (first, second):
        assert child.communicate()[0].decode().strip() == str(home.own)
    assert home.mirror.asked == [SUMS, ZIP]
    assert home.own.read_bytes() == script()


def test_a_process_that_is_killed_in_the_middle_leaves_the_old_copy(home: Home) -> None:
    started = threading.Event()

    def stuck(handler: Handler) -> None:
        started.set()
        wait(handler, b"PK")

    home.mirror.answers[ZIP] = stuck
    child = limited(home)()
    assert started.wait(60)
    child.kill()
    child.communicate()
    assert home.own.read_bytes() == script("1.50.0")
    del home.mirror.answers[ZIP]
    home.fetch()
    assert home.own.read_bytes() == script()
    assert files(home.folder) == ["rclone"]


def test_who_waits_for_another_process_may_stop(home: Home) -> None:
    from bcper.adapters import waiting_lock

    held = waiting_lock.acquire(f"{home.own}.lock", 0.0, "")
    try:
        with pytest.raises(Cancelled):
            home.fetch(CancelAt(2))
    finally:
        waiting_lock.release(held)
    home.untouched()
    assert home.fetch(ready="/there/by/now") == "/there/by/now"
    assert home.mirror.asked == []
    assert VERSION in ZIP
