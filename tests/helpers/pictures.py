"""Pictures of the window for the documentation: the real program on a screen of its own, in an empty home.

``python -m helpers.pictures FOLDER``. Everything that is shown was done: items, jobs and runs are made by the
command line, the daemon runs, the window is the program ``bcper``.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from helpers.display import Display, screen

_PAGES = ("Items", "Vaults", "Stores", "Backups", "Frequencies", "Jobs", "Status")
_SIZE = (1200, 780)
_NO_BUS = "unix:path=/nonexistent"


@attrs.frozen
class Scene:
    """A home, and the screen that its window is on."""

    home: Path
    display: Display

    @property
    def env(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "Europe/Berlin",
            "DISPLAY": self.display.name,
            "BCPER_SECRETS": "file",
            "DBUS_SESSION_BUS_ADDRESS": _NO_BUS,
            "DBUS_SYSTEM_BUS_ADDRESS": _NO_BUS,
        }

    def cli(self, *arguments: str, **env: str) -> str:
        """What a command says."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bcper.cli", *arguments],
            env={**self.env, **env}, cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode not in (0, 3):
            raise SystemExit(f"bcper-cli {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    @contextmanager
    def window(self, page: str, *, appearance: str = "light", scale: int = 100) -> Iterator[str]:
        """The program's window on ``page``, and its number; ended afterwards."""
        folder = self.home / ".config/bcper"
        folder.mkdir(parents=True, exist_ok=True)
        factor = scale // 100
        geometry = f"{_SIZE[0] * factor}x{_SIZE[1] * factor}+0+0" if factor == 1 else "1600x1200+0+0"
        (folder / "gui.json").write_text(
            f'{{"appearance": "{appearance}", "scale": {scale}, "geometry": "{geometry}"}}'
        )
        program = subprocess.Popen(
            [sys.executable, "-P", "-m", "bcper", "--page", page], env=self.env, stdin=subprocess.DEVNULL
        )
        try:
            found = subprocess.run(
                ["xdotool", "search", "--sync", "--onlyvisible", "--name", "^BCPER$"],
                env=self.env, capture_output=True, text=True, check=True, timeout=60,
            )  # fmt: skip
            yield found.stdout.split()[0]
        finally:
            program.terminate()
            program.wait()

    def press(self, window: str, *keys: str) -> None:
        subprocess.run(["xdotool", "windowfocus", window, "key", *keys], env=self.env, check=False)

    def click(self, x: int, y: int, *words: str) -> None:
        subprocess.run(
            ["xdotool", "mousemove", str(x), str(y), "click", *(words or ("1",))], env=self.env, check=True
        )

    def still(self) -> None:
        """Wait until nothing on the screen has changed for a while."""
        before, since = b"", time.monotonic()
        begun = since
        while time.monotonic() - since < 3.0 and time.monotonic() - begun < 30:
            now = (self.display.folder / "Xvfb_screen0").read_bytes()
            if now != before:
                before, since = now, time.monotonic()
            time.sleep(0.2)

    def take(self, path: Path, size: tuple[int, int] = _SIZE) -> None:
        self.still()
        self.display.screenshot(path, (0, 0, *size))
        print(path.name, flush=True)


def furnish(scene: Scene) -> None:
    """What somebody has after some days: three items, two stores, jobs and their runs."""
    home, chance = scene.home, random.Random(7)
    for folder, kind, count, length in (
        ("Documents", "odt", 60, 90_000),
        ("Projects/bcper", "py", 120, 9_000),
        ("Pictures", "jpg", 24, 700_000),
    ):
        (home / folder).mkdir(parents=True)
        for number in range(count):
            data = chance.randbytes(length // 2) + b"the same words again and again " * (length // 62)
            (home / folder / f"{folder.split('/')[-1].lower()}-{number:03}.{kind}").write_bytes(data)
    (home / "Documents/letters").mkdir()
    (home / "Documents/letters/to-anna.txt").write_text("Dear Anna,\n\nthe backup works.\n\nYours\n")
    (home / "Projects/bcper/cache.tmp").write_bytes(chance.randbytes(300_000))
    cli = scene.cli
    secret = home / "secret"
    secret.write_text("correct horse\n")
    cli("item", "add", "documents", str(home / "Documents"), "--password-file", str(secret))
    secret.unlink()
    cli("item", "add", "projects", str(home / "Projects"), "--ignore", "*.tmp", "--ignore", "__pycache__/")
    cli("item", "add", "pictures", str(home / "Pictures"))
    cli("vault", "add", "home", "--items", "documents", "pictures")
    cli("store", "add", "usb-disk", "--type", "local", "--path", str(home / "usb-disk"))
    cli("store", "add", "nas", "--type", "local", "--path", str(home / "nas"))
    cli("frequency", "add", "nightly", "--every", "day at 22:00")
    cli("frequency", "add", "hourly", "--cron", "20 * * * *")
    cli("frequency", "add", "weekly", "--every", "week on sunday at 03:00")
    job(cli, "nightly-documents", "item", "documents", "nas", "nightly")
    job(cli, "projects", "item", "projects", "usb-disk", "hourly")
    job(cli, "home-weekly", "vault", "home", "nas", "weekly")


def job(cli: object, name: str, kind: str, target: str, store: str, frequency: str) -> None:
    assert callable(cli)
    cli(
        "job", "add", "--name", name, "--target-type", kind, "--target-name", target, "--store-name", store,
        "--frequency-id", frequency, "--keep-last", "7", "--keep-daily", "14",
    )  # fmt: skip


def work(scene: Scene) -> None:
    """Runs: several of each job, one that fails, one that is verified."""
    home, cli = scene.home, scene.cli
    for round_ in range(4):
        (home / f"Documents/letters/draft-{round_}.txt").write_text(f"Draft {round_}\n" * 2000)
        (home / f"Projects/bcper/new-{round_}.py").write_text(f"print({round_})\n" * 900)
        for name in ("nightly-documents", "projects", *(["home-weekly"] if round_ % 2 else [])):
            cli("job", "run", name)
    cli("backup", "verify", "latest")


def main(arguments: Sequence[str]) -> None:
    """Take them all."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as fb:
        with screen(Path(fb)) as name:
            home = Path(place) / "anna"
            home.mkdir()
            scene = Scene(home, Display(name, Path(fb)))
            with scene.window("Status"):
                scene.take(folder / "first-start.png")
            furnish(scene)
            work(scene)
            with scene.window("Status", appearance="dark"):
                scene.take(folder / "status-dark-no-daemon.png")
            scene.cli("daemon", "start")
            try:
                for page in _PAGES:
                    with scene.window(page):
                        scene.take(folder / f"{page.lower()}.png")
                with scene.window("Jobs") as window:
                    scene.still()
                    scene.press(window, "ctrl+n")
                    scene.take(folder / "job-editor.png")
                with scene.window("Backups", appearance="dark") as window:
                    scene.still()
                    scene.press(window, "ctrl+a", "Delete")
                    scene.take(folder / "backups-dark-delete.png")
                with scene.window("Status", scale=200):
                    scene.take(folder / "status-200.png", (1600, 1200))
            finally:
                scene.cli("daemon", "stop")


if __name__ == "__main__":
    main(sys.argv[1:])
