"""What is in the Debian package, and who owns it."""

import gzip
import re
import shutil
import struct
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bcper import __version__
from bcper.adapters.system.systemd_unit import unit_text

ROOT = Path(__file__).parents[3]
HOME = "usr/lib/bcper"
PYTHONS = ("311", "312", "313", "314")
PROGRAMS = (f"{HOME}/daemons", "usr/share/python3/runtime.d/bcper.rtupdate")
"""What can be run besides the commands."""

MACHINES = {"x86_64-linux-gnu": 62, "aarch64-linux-gnu": 183}
"""With the numbers that elf(5) has for them."""


def said(*command: object) -> str:
    return subprocess.run([str(one) for one in command], capture_output=True, text=True, check=True).stdout


def test_the_version_is_the_projects(package: Path) -> None:
    assert said("dpkg-deb", "-f", package, "Version").strip() == __version__
    assert package.name == f"bcper_{__version__}_all.deb"


def test_all_is_roots_and_nobody_else_can_write(package: Path) -> None:
    for line in said("dpkg-deb", "-c", package).splitlines():
        mode, owner, *_ = line.split()
        path = line.partition(" ./")[2]
        assert owner == "root/root", line
        runs = mode.startswith("d") or path.startswith("usr/bin/") or path in PROGRAMS
        assert mode[1:] == ("rwxr-xr-x" if runs else "rw-r--r--"), line


def test_nothing_of_the_machine_that_built_it_is_in_it(tree: Path) -> None:
    places = [str(ROOT).encode(), b"bcper-deb-"]
    for path in tree.rglob("*"):
        assert path.suffix not in (".pyc", ".pyi", ".c", ".h"), path
        assert not path.is_file() or not any(place in path.read_bytes() for place in places), path


@pytest.mark.parametrize("machine", MACHINES)
def test_every_python_has_its_compiled_modules(tree: Path, machine: str) -> None:
    expected = [
        *(f"python/_cffi_backend.cpython-{python}-{machine}.so" for python in PYTHONS),
        *(f"python/isal/isal_zlib.cpython-{python}-{machine}.so" for python in PYTHONS),
        *(f"python/zlib_ng/zlib_ng.cpython-{python}-{machine}.so" for python in PYTHONS),
        f"{machine}/cryptography/hazmat/bindings/_rust.abi3.so",
        f"{machine}/dependency_injector/providers.abi3.so",
    ]
    for name in expected:
        head = (tree / HOME / name).read_bytes()[:20]
        assert head[:4] == b"\x7fELF" and struct.unpack("<H", head[18:20])[0] == MACHINES[machine], name


def test_every_distribution_and_its_licence_are_named(tree: Path) -> None:
    text = (tree / "usr/share/doc/bcper/copyright").read_text()
    infos = list((tree / HOME).glob("*/*.dist-info"))
    assert len(infos) > 25
    for info in infos:
        name, version = re.findall(r"^(?:Name|Version): (.+)", (info / "METADATA").read_text(), re.MULTILINE)[
            :2
        ]
        if not name[0].isalpha():
            name, version = version, name
        assert re.search(rf"^Comment:\n {re.escape(name)} {re.escape(version)}$", text, re.MULTILINE), name
        assert any((tree / "usr/share/doc/bcper/licences" / f"{name}-{version}").iterdir()), name
    globs = re.findall(r"^(?:Files:| )\s*(usr/lib/bcper/\S+)$", text, re.MULTILINE)
    ours = [PROGRAMS[0], *(f"{HOME}/python/{name}/*" for name in ("bcper", "bcper_core", "bcperd"))]
    for path in (tree / HOME).rglob("*"):
        if path.is_file():
            name = str(path.relative_to(tree))
            assert any(fnmatch(name, pattern) for pattern in [*globs, *ours]), name


def test_every_requirement_is_there_or_left_out_on_purpose(tree: Path) -> None:
    left_out = {"pycparser", "pywin32-ctypes"}
    asked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    metadata = [(info / "METADATA").read_text() for info in (tree / HOME).glob("*/*.dist-info")]
    names = {re.search(r"^Name: (.+)", text, re.MULTILINE)[1] for text in metadata}  # type: ignore[index]
    assert {re.sub(r"[._]", "-", name.lower()) for name in names} == asked - left_out


def test_the_unit_is_the_one_that_daemon_install_would_write(tree: Path) -> None:
    unit = (tree / "usr/lib/systemd/user/bcperd.service").read_text()
    assert unit == unit_text(["/usr/bin/bcperd", "--quiet"])


def test_the_manual_is_there(tree: Path) -> None:
    for name in ("bcper", "bcperd", "bcper-cli"):
        page = gzip.decompress((tree / f"usr/share/man/man1/{name}.1.gz").read_bytes())
        assert b".SH" in page


def test_the_scripts_of_the_package_are_well_formed(package: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "-e", package, tmp_path / "control"], check=True)
    for name in ("postinst", "prerm"):
        assert (tmp_path / "control" / name).stat().st_mode & 0o777 == 0o755
        subprocess.run(["sh", "-n", tmp_path / "control" / name], check=True)


def test_the_window_is_known_to_the_desktop(tree: Path) -> None:
    entry = (tree / "usr/share/applications/org.bcper.Bcper.desktop").read_text()
    # Tk makes the class of the name that the window's root has.
    assert "StartupWMClass=Bcper\n" in entry
    icon = re.search(r"^Icon=(.+)$", entry, re.MULTILINE)[1]  # type: ignore[index]
    found = {
        path.relative_to(tree).parts[4] for path in tree.glob(f"usr/share/icons/hicolor/*/apps/{icon}.*")
    }
    assert {"scalable", "16x16", "48x48", "256x256"} <= found


@pytest.mark.parametrize(
    "command",
    [
        ["desktop-file-validate", "usr/share/applications/org.bcper.Bcper.desktop"],
        ["appstreamcli", "validate", "--no-net", "usr/share/metainfo/org.bcper.Bcper.metainfo.xml"],
    ],
)
def test_validators_have_nothing_to_say(tree: Path, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is missing")
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_lintian_finds_no_error_and_no_warning(package: Path) -> None:
    if shutil.which("lintian") is None:
        pytest.skip("lintian is missing")
    done = subprocess.run(["lintian", "--fail-on", "error,warning", package], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
