"""``debian/copyright``: the licences of BCPER and of all that is in the package, of its METADATA."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from facts import Facts
from modules import Carried

DOC = Path("usr/share/doc/bcper")

_ELSEWHERE = "On Debian systems the text of the {} is in\n/usr/share/common-licenses/{}."

_SAID = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
}
_SHORT = re.compile(r"[A-Za-z0-9.+-]+( (OR|AND) [A-Za-z0-9.+-]+)*")
_HOLDER = re.compile(
    r"^[\s#*]*(?:(?:portions )?copyright\s*(?:\(c\)|©)?|\(c\)(?=\s*\d))\s*"
    r"((?:[\d<]|the |[A-Z][a-z]+ |Individual )[^\n]*\w[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_BLANK = re.compile(r"<copyright holders>|\[name of|notice|license|\bowner\b", re.IGNORECASE)


def write(known: Facts, carried: Sequence[Carried], tree: Path) -> None:
    """The file, and beside it all that the wheels say about their licences."""
    parts = [known.filled("copyright.in").strip()]
    parts.append(_stanza(["*"], ["2026 The BCPER developers"], "MIT", (known.root / "LICENSE").read_text()))
    for one in carried:
        parts += _stanzas(one)
        for name, data in one.licences.items():
            path = tree / DOC / "licences" / _folder(one) / _below(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    (tree / DOC).mkdir(parents=True, exist_ok=True)
    (tree / DOC / "copyright").write_text("\n\n".join(parts) + "\n")


def _stanzas(one: Carried) -> Iterator[str]:
    texts = {
        name: data.decode("utf-8", "replace") for name, data in one.licences.items() if "/sboms/" not in name
    }
    if not texts:
        raise ValueError(f"{one.name} comes without a text of its licence")
    within = {name: text for name, text in texts.items() if ".dist-info/" not in name}
    own = {name: text for name, text in texts.items() if name not in within}
    comment = f"{one.name} {one.about['Version']}"
    yield _stanza(_globs(one), _holders(one, own.values()), licence(one), *own.values(), comment=comment)
    for name, text in within.items():
        part = Path(name).parent.name
        where = f"Compiled into the modules of {one.name}: {part}"
        yield _stanza(_compiled(one), _holders(None, [text]), f"{part}-licence", text, comment=where)
    if parts := _parts(one):
        said = "Compiled into its modules:\n" + "\n".join(parts)
        yield _stanza(_compiled(one), _holders(one, own.values()), licence(one), *own.values(), comment=said)


def licence(one: Carried) -> str:
    """Its short name. Raises ValueError where METADATA does not tell."""
    expression = one.about["License-Expression"] or one.about["License"] or ""
    kinds = [
        line.rpartition(":: ")[2]
        for line in one.about.get_all("Classifier", [])
        if line.startswith("License :: OSI Approved :: ")
    ]
    for said in (expression, *kinds):
        short = _SAID.get(said, said)
        if _SHORT.fullmatch(short):
            return short
    raise ValueError(f"{one.name} does not say what its licence is")


def _parts(one: Carried) -> list[str]:
    """What a compiled module was made of, of its CycloneDX lists (PEP 770)."""
    found = list(_UNTOLD.get(one.name, ()))
    for name, data in sorted(one.licences.items()):
        if "/sboms/" in name:
            for part in json.loads(data).get("components", []):
                kinds = part.get("licenses", [])
                said = [kind.get("expression") or kind["license"].get("id") for kind in kinds]
                known = " ".join(filter(None, said)) or _OF_PARTS.get(part["name"])
                if known is None:
                    raise ValueError(f"{one.name}: the licence of {part['name']} is not known")
                found.append(f"{part['name']} {part.get('version', '')}: {known}")
    return found


_UNTOLD = {"cffi": ("libffi (Anthony Green, Red Hat, Inc. and others): MIT",)}
"""What is in modules that come without such a list."""

_OF_PARTS = {"openssl": "Apache-2.0"}
"""For those that the lists name without a licence."""


def _stanza(files: Sequence[str], holders: Sequence[str], short: str, *texts: str, comment: str = "") -> str:
    lines = ["Files: " + "\n ".join(files), "Copyright: " + "\n ".join(holders)]
    lines.append(f"License: {short.replace(' OR ', ' or ').replace(' AND ', ' and ')}")
    for text in texts:
        lines.append(_indented(_shortened(text)))
        lines.append(" .")
    lines.pop()
    if comment:
        lines.append("Comment:\n" + _indented(comment))
    return "\n".join(lines)


def _shortened(text: str) -> str:
    if re.search(r"Apache License\s+Version 2\.0, January 2004", text) and len(text) > 8000:
        return _ELSEWHERE.format("Apache License 2.0", "Apache-2.0")
    if "Mozilla Public License" in text and len(text) > 8000:
        return _ELSEWHERE.format("Mozilla Public License 2.0", "MPL-2.0")
    return text.strip()


def _indented(text: str) -> str:
    lines = (line.rstrip().replace("\t", "    ").replace("\f", "") for line in text.splitlines())
    return "\n".join(f" {line}" if line.strip() else " ." for line in lines)


def _holders(one: Carried | None, texts: Iterable[str]) -> list[str]:
    lines = [" ".join(line.split()) for text in texts for line in _HOLDER.findall(text)]
    found = list(dict.fromkeys(line for line in lines if not _BLANK.search(line)))
    if found or one is None:
        return found or ["as below"]
    author = one.about["Author"] or one.about["Author-email"] or one.about["Maintainer-email"]
    return [f"the authors: {author}" if author else f"the authors of {one.name}"]


def _globs(one: Carried) -> list[str]:
    """The folders and files of its modules, without those about it."""
    heads = set()
    for path in one.paths:
        _, _, name = path.partition("/python/" if "/python/" in path else "-linux-gnu/")
        head, slash, rest = name.partition("/")
        if head in ("backports", "jaraco") and rest:  # others have modules in that folder too
            head, slash, _ = head + "/" + rest.partition("/")[0], *rest.partition("/")[1:]
        base = "usr/lib/bcper/python" if "/python/" in path else "usr/lib/bcper/*-linux-gnu"
        heads.add(f"{base}/{head}{'/*' if slash else ''}")
    return sorted(heads)


def _compiled(one: Carried) -> list[str]:
    """Its compiled modules, whatever the Python and the machine."""
    every = (re.sub(r"\.cpython-[^/]*", ".*", path) for path in one.paths if path.endswith(".so"))
    return sorted({re.sub(r"(bcper/)[^/]+-linux-gnu/", r"\1*-linux-gnu/", path) for path in every})


def _folder(one: Carried) -> str:
    return f"{one.name}-{one.about['Version']}"


def _below(name: str) -> str:
    """Without the folder that says no more than that it is about the distribution."""
    return re.sub(r"^[^/]+\.dist-info/(licenses/)?", "", name)
