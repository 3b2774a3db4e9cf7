"""Every command that the documentation marks as tried works as written, from an empty home."""

import pytest

from helpers.tried import ROOT, Block, blocks, home, run

PAGES = {
    page.relative_to(ROOT).as_posix(): found
    for page in sorted((ROOT / "docs").rglob("*.md"))
    if (found := blocks(page.read_text()))
}


@pytest.mark.parametrize("page", PAGES)
def test_the_page_does_what_it_says(page: str) -> None:
    with home() as place:
        for block in PAGES[page]:
            assert run(block, place) == []


def test_the_guide_is_tried() -> None:
    guide = {"getting-started", "guide/schedule", "guide/restore", "guide/new-machine", "guide/passwords"}
    assert {f"docs/{page}.md" for page in guide} <= PAGES.keys()


def test_what_does_not_work_is_noticed() -> None:
    with home() as place:
        assert run(Block("false; true", 0, ()), place)
        assert run(Block("exit 3", 0, ()), place)
        assert run(Block("exit 3", 3, ()), place) == []
        assert run(Block("echo one; echo two", 0, ("two", "one")), place)
        assert run(Block("echo run 3f2a81c0 has 12 files in $PWD/x", 0, ("run …",)), place) == []
        said = ("run 12ab34cd has 1 files in /home/anna/x",)
        assert run(Block("echo run 3f2a81c0 has 12 files in $PWD/x", 0, said), place) == []
        assert run(Block("echo run 3f2a81c0 has 12 folders in $PWD/x", 0, said), place)


def test_a_mark_without_a_block_is_refused() -> None:
    with pytest.raises(ValueError, match="a mark without a block"):
        blocks("<!-- tried -->\n\n```sh\ntrue\n```\n")
    assert blocks("<!-- tried: exit 3 -->\n```bash\nfalse\n```\n<!-- said -->\n```text\none\n```\n") == [
        Block("false\n", 3, ("one",))
    ]
