"""A hook of MkDocs (mkdocs.yml): the reference of the command line, made from its parser when the site is.

``docs/reference/cli/README.md`` stands for it where the sources are read as they are; in the site the
generated index takes its place, and the pages of the groups are beside it.
"""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

_ROOT = Path(__file__).resolve().parents[2]
_PLACE = "reference/cli"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages. MkDocs calls this by its name (https://www.mkdocs.org/dev-guide/plugins/#on_files)."""
    for name, text in _pages():
        place = f"{_PLACE}/{name}"
        if stand_in := files.get_file_from_path(place):
            files.remove(stand_in)
        # Reached from the index; a place in the navigation for each would be a list of commands there.
        inclusion = InclusionLevel.INCLUDED if name == "README.md" else InclusionLevel.NOT_IN_NAV
        files.append(File.generated(config, place, content=text, inclusion=inclusion))
    return files


def _pages() -> list[tuple[str, str]]:
    # MkDocs imports this file by its path, in a process that need not know of BCPER.
    sys.path[:0] = [str(_ROOT / "src"), str(_ROOT / "packaging")]
    from manual import markdown
    from manual.book import book

    return [
        (name.replace("index.md", "README.md"), text.replace("(index.md", "(README.md"))
        for name, text in markdown.pages(book())
    ]
