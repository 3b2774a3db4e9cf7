"""The site is built from the documentation without a warning, with the command line's reference, and loads
nothing from anywhere; the sources' own links lead somewhere where no site is built, too."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bcper.apps.cli.parser import parser

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "benchmarks" / "README.md"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        # Not --quiet, which counts no warnings.
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_each_group_of_commands_has_its_page(site: Path) -> None:
    groups = next(action.choices for action in parser()._actions if isinstance(action.choices, dict))
    for group in groups:
        assert f"bcper-cli {group}" in (site / f"reference/cli/{group}.html").read_text()
    assert "generated from the parser" not in (site / "reference/cli/index.html").read_text()


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loads = re.compile(
        r'<(?:script|img|iframe|source|video)[^>]*\ssrc="(?:https?:)?//|<link[^>]*\shref="(?:https?:)?//'
    )
    pages = list(site.rglob("*.html"))
    assert len(pages) > 40
    assert [page.name for page in pages if loads.search(page.read_text())] == []
    styles = [
        style for style in site.rglob("*.css") if re.search(r"url\(.?(?:https?:)?//", style.read_text())
    ]
    assert styles == []


@pytest.mark.parametrize("page", SOURCES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere_in_the_sources_too(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []
