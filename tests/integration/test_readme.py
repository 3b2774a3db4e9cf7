"""README.md and CONTRIBUTING.md: commands work as written, and what they link to is there."""

import re

from helpers.tried import ROOT, blocks, home, run

_LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


def test_the_five_minutes_of_the_readme_are_what_it_says() -> None:
    found = blocks((ROOT / "README.md").read_text())
    assert len(found) >= 4
    with home() as place:
        for block in found:
            assert run(block, place) == []
        assert (place / "restored/Documents/letters/anna.txt").exists()


def test_links_lead_somewhere() -> None:
    targets = _LINK.findall((ROOT / "CONTRIBUTING.md").read_text())
    missing = [to for to in targets if not to.startswith("http") and not (ROOT / to).exists()]
    assert targets
    assert missing == []


def test_every_script_is_told_to_who_works_on_it() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text()
    scripts = [*(ROOT / "script").iterdir(), *ROOT.glob("*.sh")]
    names = [each.relative_to(ROOT).as_posix() for each in scripts if each.name != "lib.sh"]
    assert [name for name in names if f"`{name}" not in told] == []


def test_every_file_that_is_named_in_code_is_there() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text()
    named = re.findall(r"`((?:src|tests|docs|packaging|benchmarks)/[\w./-]+)`", told)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
