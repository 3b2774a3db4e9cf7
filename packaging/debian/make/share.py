"""All that is no Python module: programs, unit, desktop entry, icons, manual, completions, changelog."""

import contextlib
import gzip
import io
import os
import shutil
import subprocess
import sys
from email.utils import format_datetime
from pathlib import Path

from facts import MACHINES, PROGRAMS, PYTHONS, Facts
from licences import DOC
from modules import HOME, PLATFORM

APP = "org.bcper.Bcper"
UNIT = Path("usr/lib/systemd/user/bcperd.service")
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/bcper-cli",
    "zsh": "usr/share/zsh/vendor-completions/_bcper-cli",
    "fish": "usr/share/fish/vendor_completions.d/bcper-cli.fish",
}


def write(known: Facts, tree: Path) -> None:
    """Put them into ``tree``."""
    sys.path.insert(0, str(known.root / "src"))
    for name, module in PROGRAMS.items():
        words = {
            "NAME": name,
            "MODULE": module,
            "VERSIONS": f"{PYTHONS[0]} to {PYTHONS[-1]}",
            "PLATFORMS": " and ".join(map(PLATFORM.format, MACHINES)),
        }
        _text(tree / "usr/bin" / name, known.filled("launcher.in", **words))
    from bcper.adapters.system.systemd_unit import unit_text

    _text(tree / UNIT, unit_text(["/usr/bin/bcperd", "--quiet"]))
    _desktop(known, tree)
    _manual(known, tree)
    for shell, path in COMPLETIONS.items():
        _text(tree / path, _completion(shell))
    _documents(known, tree)
    _text(tree / "usr/share/python3/runtime.d/bcper.rtupdate", known.filled("bcper.rtupdate"))
    _text(tree / HOME / "daemons", known.filled("daemons"))


def _desktop(known: Facts, tree: Path) -> None:
    from bcper.apps.gui.theme.app_icon import SIZES

    _text(tree / "usr/share/applications" / f"{APP}.desktop", known.filled(f"{APP}.desktop"))
    about = known.filled(f"{APP}.metainfo.xml.in", VERSION=known.version, DATE=f"{known.date:%Y-%m-%d}")
    _text(tree / "usr/share/metainfo" / f"{APP}.metainfo.xml", about)
    icons, theme = known.root / "src/bcper/apps/gui/icons", tree / "usr/share/icons/hicolor"
    for size in SIZES:
        _copy(icons / f"bcper-{size}.png", theme / f"{size}x{size}" / "apps" / f"{APP}.png")
    _copy(icons / "bcper.svg", theme / "scalable" / "apps" / f"{APP}.svg")


def _manual(known: Facts, tree: Path) -> None:
    folder = tree / "usr/share/man/man1"
    folder.mkdir(parents=True)
    maker = known.root / "packaging" / "manual"
    env = {**os.environ, "PYTHONPATH": str(known.root / "src"), "SOURCE_DATE_EPOCH": str(known.epoch)}
    subprocess.run([sys.executable, str(maker), "man", str(folder)], check=True, env=env)
    for page in sorted(folder.iterdir()):
        _compressed(page, page.read_bytes())
        page.unlink()


def _completion(shell: str) -> str:
    from bcper.cli import main

    arguments, sys.argv = sys.argv, ["bcper-cli", "shell", "completion", shell]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            status = main()
    finally:
        sys.argv = arguments
    if status:
        raise ValueError(f"there is no completion for {shell}")
    return said.getvalue()


def _documents(known: Facts, tree: Path) -> None:
    # Debian's own form of a changelog, which tools read (deb-changelog(5)).
    entry = (
        f"bcper ({known.debian_version}) unstable; urgency=medium\n\n"
        "  * What has changed is in CHANGELOG.md.gz.\n\n"
        f" -- {known.maintainer}  {format_datetime(known.date)}\n"
    )
    _compressed(tree / DOC / "changelog", entry.encode())
    _compressed(tree / DOC / "CHANGELOG.md", (known.root / "CHANGELOG.md").read_bytes())
    overrides = tree / "usr/share/lintian/overrides/bcper"
    _text(overrides, known.filled("lintian-overrides"))


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _copy(source: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)


def _compressed(path: Path, data: bytes) -> None:
    """As by ``gzip -9n``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))
