"""Where passwords are is said without loading ``keyring`` in the usual case, and stays true."""

import json
import os
from pathlib import Path

import pytest

from bcper.adapters.secrets.choose import choose
from bcper.domain.model.owners import Owner
from helpers.cli import Cli
from helpers.keyrings import DictKeyring, using

BACKEND = """
import json, os
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 5
    file = os.path.join(os.path.dirname(__file__), "entries.json")

    def entries(self):
        return json.load(open(self.file)) if os.path.exists(self.file) else {}

    def get_password(self, service, username):
        return self.entries().get(username)

    def set_password(self, service, username, password):
        entries = {**self.entries(), username: password}
        with open(self.file, "w") as file:
            json.dump(entries, file)
"""
FAIL = "keyring.backends.fail.Keyring"


class Session:
    """A user with a keyring of a kind that ``keyring`` finds by its settings."""

    def __init__(self, base: Path) -> None:
        self.cli = Cli(base / "home")
        self.runtime = base / "runtime"
        self.runtime.mkdir(0o700)
        self.memory = self.runtime / "bcper-keyring"
        backends = base / "backends"
        backends.mkdir()
        (backends / "ofmine.py").write_text(BACKEND)
        paths = [str(backends), os.environ.get("PYTHONPATH", "")]
        self.env = {
            "BCPER_SECRETS": "",
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHON_KEYRING_BACKEND": "ofmine.Keyring",
            "XDG_RUNTIME_DIR": str(self.runtime),
        }

    def place(self, **more: str) -> tuple[str, bool]:
        """Where the item's password is said to be, and whether ``keyring`` was loaded to say so."""
        env = {**self.env, "PYTHONPROFILEIMPORTTIME": "1", **more}
        done = self.cli("--json", "item", "list", env=env)
        (said,) = (each["password_place"] for each in json.loads(done.stdout))
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert "bcper.adapters.secrets.choose" in loaded
        return said, "keyring" in loaded

    @property
    def file(self) -> str:
        return "a file only you can read: ~/.config/bcper/secrets.json"


@pytest.fixture
def session(tmp_path: Path, request: pytest.FixtureRequest) -> Session:
    """Its item has a password, in the keyring or, with the mark's word, in the file."""
    made = Session(tmp_path)
    more = getattr(request, "param", {})
    (tmp_path / "password").write_text("sesame\n")
    made.cli("item", "add", "docs", "/x", "--password-file", tmp_path / "password", env={**made.env, **more})
    return made


def test_whoever_set_a_password_has_looked_and_nobody_else_must(session: Session) -> None:
    assert session.place() == ("the keyring (ofmine)", False)
    assert (session.memory.stat().st_mode & 0o777, "sesame" in session.memory.read_text()) == (0o600, False)
    session.memory.unlink()
    assert session.place() == ("the keyring (ofmine)", True)
    assert session.place() == ("the keyring (ofmine)", False)


@pytest.mark.parametrize("session", [{"PYTHON_KEYRING_BACKEND": FAIL}], indirect=True)
def test_that_there_is_none_is_remembered_too(session: Session) -> None:
    session.env["PYTHON_KEYRING_BACKEND"] = FAIL
    assert session.place() == (session.file, False)


@pytest.mark.parametrize("session", [{"BCPER_SECRETS": "file"}], indirect=True)
def test_what_is_still_in_the_file_is_looked_up_every_time(session: Session) -> None:
    both = f"the keyring (ofmine), and some still in {session.file}"
    assert session.place() == (both, True)
    assert session.place() == (both, False)
    secrets = session.cli.home / ".config" / "bcper" / "secrets.json"
    secrets.write_text("{")
    assert session.place() == (f"the keyring (ofmine); {session.file} cannot be read", False)
    secrets.unlink()
    assert session.place() == ("the keyring (ofmine)", False)


def test_another_setting_is_another_answer(session: Session) -> None:
    assert session.place(BCPER_SECRETS="file") == (session.file, False)
    assert session.place(BCPER_SECRETS="paper")[0].startswith("nowhere")
    assert session.place(PYTHON_KEYRING_BACKEND=FAIL) == (session.file, True)
    assert session.place(PYTHON_KEYRING_BACKEND=FAIL) == (session.file, False)
    nowhere, _ = session.place(PYTHON_KEYRING_BACKEND=FAIL, BCPER_SECRETS="keyring")
    assert "this session has none" in nowhere
    assert session.place() == ("the keyring (ofmine)", True)
    # A keyring that went with its session, its service or its settings is looked for again.
    settings = session.cli.home / ".config/python_keyring"
    settings.mkdir()
    for change in (
        lambda: (session.runtime / "bus").write_text("another session's"),
        lambda: (session.cli.home / ".local/share/dbus-1/services").mkdir(parents=True),
        lambda: (settings / "keyringrc.cfg").write_text("[backend]\n"),
    ):
        change()
        assert [session.place() for _ in range(2)] == [
            ("the keyring (ofmine)", again) for again in (True, False)
        ]
    assert session.place(XDG_RUNTIME_DIR="") == ("the keyring (ofmine)", True)


def test_a_backend_that_vanished_is_not_said_to_be_there(session: Session) -> None:
    session.env["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    assert session.place() == (session.file, True)


@pytest.mark.parametrize("odd", ["", "x", "\n\n", "folder", "fifo", "escape", "open", "long"])
def test_a_memory_that_is_not_ours_is_none(session: Session, odd: str) -> None:
    text = session.memory.read_text()
    if odd in ("folder", "fifo"):
        session.memory.unlink()
        (os.mkdir if odd == "folder" else os.mkfifo)(session.memory)
    elif odd == "open":
        session.runtime.chmod(0o755)
    elif odd == "escape":
        session.memory.write_text(text.replace("the", "\x1b[31mthe"))
    else:
        session.memory.write_text(text + "x" * 9000 if odd == "long" else odd)
    assert session.place() == ("the keyring (ofmine)", True)


def test_settings_that_may_hold_a_password_leave_no_trace(session: Session) -> None:
    session.memory.unlink()
    for _ in range(2):
        assert session.place(KEYRING_PROPERTY_KEY="sesame") == ("the keyring (ofmine)", True)
    assert not session.memory.exists()


def test_what_a_program_chose_for_itself_is_no_other_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.delenv("BCPER_SECRETS", raising=False)
    with using(DictKeyring()):
        secrets = choose(str(tmp_path))
        secrets.set(Owner("item", "docs"), "sesame")
        assert secrets.place == "the keyring (DictKeyring)"
    assert list(runtime.iterdir()) == []
