"""Shell integration, and how the window looks."""

import os
import stat
from pathlib import Path

import pytest

from bcper.adapters.memory.shell_profile import MemoryShellProfiles
from bcper.apps import bindings
from bcper.apps.gui.preferences import Preferences, PreferencesFile
from bcper.apps.gui.presenters.aliases import AliasesPresenter, AliasesView
from bcper.apps.paths import places
from bcper.domain.model.shell import Programs
from bcper.domain.usecases.set_aliases import SetAliases
from helpers.desk import Desk, Shown, run

PROGRAMS: Programs = {"bcper": ["/opt/bcper"], "bcper-cli": ["/opt/bcper-cli"]}


def test_aliases_are_shown_before_they_are_written_and_taken_out_again(desk: Desk) -> None:
    profiles = MemoryShellProfiles(texts={"/home/me/.bashrc": b"mine\n", "/home/me/.zshrc": b"too"})

    async def test() -> None:
        shown: Shown[AliasesView] = Shown()
        page = AliasesPresenter(desk.tools, shown, SetAliases(profiles), lambda: PROGRAMS, lambda: None)
        await page.open()
        assert [(row.shell, row.chosen, row.present) for row in shown.last.rows] == [
            ("bash", True, False),
            ("zsh", True, False),
            ("fish", False, False),
        ]
        assert not shown.last.can_remove
        page.choose(["bash"])
        await page.add()
        assert shown.last.done == "Added the aliases to /home/me/.bashrc. New terminals have them."
        assert profiles.texts["/home/me/.bashrc"].decode() == f"mine\n{shown.last.rows[0].text}\n"
        assert profiles.texts["/home/me/.zshrc"] == b"too"
        await page.add()
        assert profiles.texts["/home/me/.bashrc"].count(b"alias bcper=") == 1
        assert shown.last.can_remove
        await page.remove()
        assert profiles.texts["/home/me/.bashrc"] == b"mine\n"
        assert not shown.last.can_remove

    run(test)


def test_programs_on_path_need_none_and_a_broken_profile_says_so(desk: Desk) -> None:
    profiles = MemoryShellProfiles(texts={"/home/me/.bashrc": b"# >>> bcper aliases >>>\n"})

    async def test() -> None:
        shown: Shown[AliasesView] = Shown()
        page = AliasesPresenter(desk.tools, shown, SetAliases(profiles), lambda: PROGRAMS, lambda: PROGRAMS)
        await page.open()
        assert shown.last.trouble is not None
        profiles.texts.clear()
        await page.open()
        assert shown.last.on_path == "bcper and bcper-cli are on your PATH already: no alias is needed."

    run(test)


def kept(base: Path) -> PreferencesFile:
    return PreferencesFile(*bindings.gui_file(places(str(base / "config"))))


def test_preferences_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    assert kept(tmp_path).load() == Preferences()
    wanted = Preferences("dark", 150, "1000x700+20+30")
    kept(tmp_path).save(wanted)
    assert kept(tmp_path).load() == wanted
    path = tmp_path / "config" / "gui.json"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o700


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        '{"appearance": "pink", "scale": true, "geometry": 5}',
        '{"scale": 117}',
        "[" * 100_000,
        "\xff",
    ],
)
def test_preferences_that_make_no_sense_stop_no_window(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gui.json").write_bytes(text.encode("latin-1"))
    assert kept(tmp_path).load() == Preferences()
