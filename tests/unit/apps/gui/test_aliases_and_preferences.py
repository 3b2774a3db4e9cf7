"""Shell integration, and how the window looks."""

import os
import stat
from pathlib import Path

import pytest
import trio

from bcper.adapters.memory.shell_profile import MemoryShellProfiles
from bcper.apps import bindings
from bcper.apps.gui.preferences import Preferences, PreferencesFile
from bcper.apps.gui.presenters.aliases import AliasesPresenter, AliasesView
from bcper.apps.gui.presenters.preferences import PreferencesPresenter, PreferencesView
from bcper.apps.paths import places
from bcper.domain.model.shell import Programs
from bcper.domain.usecases.set_aliases import SetAliases
from helpers.desk import Desk, Shown, run

PROGRAMS: Programs = {"bcper": ["/opt/bcper"], "bcper-cli": ["/opt/bcper-cli"]}


def test_aliases_are_shown_before_they_are_written_and_taken_out_again(desk: Desk) -> None:
    profiles = MemoryShellProfiles(texts={"/home/me/.bashrc": b"mine\n", "/home/me/.zshrc": b"too"})

    async def test() -> None:
        shown: Shown[AliasesView] = Shown()
        page = AliasesPresenter(desk.tools, shown, profiles, lambda: PROGRAMS, lambda: None)
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
        await page.open()
        await page.add()  # into both
        assert shown.last.done.startswith("Added the aliases to /home/me/.bashrc and /home/me/.zshrc.")
        page.choose([])
        assert not shown.last.can_add

    run(test)


def test_where_bcper_is_installed_completion_is_offered_and_all_of_bcpers_taken_out(desk: Desk) -> None:
    profiles = MemoryShellProfiles(texts={"/home/me/.bashrc": b"mine", "/home/me/.zshrc": b"too\n"})
    SetAliases(profiles)(PROGRAMS, ["bash"])

    async def test() -> None:
        shown: Shown[AliasesView] = Shown()
        page = AliasesPresenter(desk.tools, shown, profiles, lambda: PROGRAMS, lambda: PROGRAMS)
        await page.open()
        view = shown.last
        assert view.offer == "completion"
        assert view.why.startswith("bcper and bcper-cli are on your PATH already")
        assert [(row.shell, row.present, row.removable) for row in view.rows] == [
            ("bash", False, True),
            ("zsh", False, False),
            ("fish", False, False),
        ]
        for _ in range(2):
            await page.add()
        text = profiles.texts["/home/me/.zshrc"].decode()
        assert text == f"too\n{shown.last.rows[1].text}\n"
        assert text.count("shell completion zsh") == 1
        assert profiles.texts["/home/me/.bashrc"].count(b">>> bcper") == 2
        await page.remove()
        assert "Removed BCPER's lines from /home/me/.bashrc and /home/me/.zshrc." in shown.last.done

    run(test)
    assert profiles.texts == {"/home/me/.bashrc": b"mine", "/home/me/.zshrc": b"too\n"}


def test_a_broken_profile_says_so_and_nothing_is_written(desk: Desk) -> None:
    profiles = MemoryShellProfiles(texts={"/home/me/.bashrc": b"# >>> bcper aliases >>>\n"})

    async def test() -> None:
        shown: Shown[AliasesView] = Shown()
        page = AliasesPresenter(desk.tools, shown, profiles, lambda: PROGRAMS, lambda: None)
        await page.open()
        assert shown.last.trouble is not None
        assert "one pair of markers" in shown.last.trouble.message
        await page.add()
        profiles.texts.clear()
        await page.open()
        assert shown.last.trouble is None

    run(test)
    assert profiles.texts == {}


def kept(base: Path) -> PreferencesFile:
    return PreferencesFile(*bindings.gui_file(places(str(base / "config"))))


def test_preferences_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    assert kept(tmp_path).load() == Preferences()
    wanted = Preferences("dark", 150, "1000x700+20+30", dark=True)
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


def test_a_choice_holds_at_once_is_kept_and_the_window_comes_again_where_it_was(
    desk: Desk, tmp_path: Path
) -> None:
    async def test() -> None:
        shown: Shown[PreferencesView] = Shown()
        page = PreferencesPresenter(desk.tools, shown, kept(tmp_path))
        assert shown.last == PreferencesView()
        await page.set_appearance("dark")
        await page.set_scale(150)
        with pytest.raises(ValueError, match="117"):
            await page.set_scale(117)
        await page.close("900x600+1+2")

    run(test)
    again: Shown[PreferencesView] = Shown()
    PreferencesPresenter(desk.tools, again, kept(tmp_path))
    assert again.last == PreferencesView("dark", 150, "900x600+1+2")


def test_what_the_desktop_said_last_is_what_the_window_begins_with(desk: Desk, tmp_path: Path) -> None:
    async def test() -> None:
        shown: Shown[PreferencesView] = Shown()
        page = PreferencesPresenter(desk.tools, shown, kept(tmp_path))
        page.desktop(None)
        assert shown.last == PreferencesView()
        page.desktop(True)
        assert shown.last.dark
        assert kept(tmp_path).load() == Preferences()  # nothing is written before the end
        await page.close("")

    run(test)
    assert kept(tmp_path).load() == Preferences(dark=True)


def test_what_cannot_be_kept_holds_all_the_same_and_says_so(desk: Desk) -> None:
    written: list[bytes] = []
    full = True

    def write(data: bytes) -> None:
        if full:
            raise OSError(28, "No space left on device")
        written.append(data)

    async def test() -> None:
        nonlocal full
        shown: Shown[PreferencesView] = Shown()
        page = PreferencesPresenter(desk.tools, shown, PreferencesFile(lambda: None, write))
        await page.set_appearance("light")
        assert shown.last.appearance == "light"
        assert shown.last.trouble is not None
        assert shown.last.trouble.message == "How the window looks cannot be kept: No space left on device."
        full = False
        async with trio.open_nursery() as nursery:
            nursery.start_soon(page.set_scale, 100)
            nursery.start_soon(page.set_scale, 200)
        assert shown.last.trouble is None
        await page.close("")  # as it was: nothing is to be kept
        assert len(written) == 2
        last = PreferencesFile(lambda: written[-1], write).load()
        assert last == Preferences("light", shown.last.scale)  # whichever came last

    run(test)
