"""bcper beside restic and a bare copy, to remotes: ``python benchmarks/remotes.py DIR [--lines 0,20]``.

The remotes are rclone's own servers on the loopback, once as fast as they go, where the cores are the
limit, and the first also behind a line of so many MB/s. In every round each tool in turn backs up the tree
DIR, and then incompressible data made here, and restores one file; bcper and restic encrypt, and
``rclone copy`` is given bcper's finished archive of the same data. At the end, what a later run of a tree of
1 MB asks of the servers.

DIR and everything else belong on a tmpfs. Nothing is installed; restic is left out if it is not there.
"""

import argparse
import itertools
import os
import shutil
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import attrs
from compare import WrongResult, one_file
from line import line
from measure import CommandFailed, Cost, Costs, count, run, summed
from remote_peers import PEERS, Site, bcper, environment, ready_made
from table import machine, ratio, row, seconds

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from helpers.proxy import proxying
from helpers.remotes import section, serving

PHOTOS = 100
PHOTO_BYTES = 4_000_000
MB = 1_000_000


@attrs.frozen
class Case:
    """A row: what is backed up, to which server, over a line of how many MB/s (0: no limit)."""

    source: Path
    server: str
    line: float

    @property
    def words(self) -> list[str]:
        """Its first cells."""
        return [self.source.name, self.server, f"{self.line:g} MB/s" if self.line else "loopback"]


def main() -> int:
    """Run the comparison; 0, or 1 with one sentence, or 130 when interrupted."""
    options = _options()
    # A plain exit leaves the `with` below by its own way, so an ended benchmark cleans up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="bcper-remotes-", dir=options.tmp) as folder:
            _compare(options, Path(folder))
    except (CommandFailed, WrongResult) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("dir", type=Path, metavar="DIR", help="the tree to back up, best on a tmpfs")
    parser.add_argument("--rounds", type=int, default=1, metavar="N")
    parser.add_argument("--lines", default="0,20", metavar="MB/s,…", help="0 for none (%(default)s)")
    parser.add_argument("--servers", default="s3,sftp", metavar="KIND,…", help="%(default)s; also webdav")
    parser.add_argument("--tmp", type=Path, default=Path("/dev/shm"), help="for the stores (%(default)s)")
    options = parser.parse_args()
    options.lines = [float(each) for each in options.lines.split(",")]
    options.servers = options.servers.split(",")
    return options


def _compare(options: argparse.Namespace, folder: Path) -> None:
    peers = [name for name in PEERS if shutil.which(name) or name != "restic"]
    photos = _photos(folder / "photos")
    sources = [options.dir.resolve(), photos]
    print(*machine(), sep="\n")
    for source in sources:
        entries, size = count(source)
        print(f"- {source.name}: {entries:,} entries, {size / MB:,.0f} MB")
    numbers = itertools.count()
    backups: dict[Case, dict[str, list[Cost]]] = defaultdict(lambda: defaultdict(list))
    restores: dict[Case, dict[str, list[Cost]]] = defaultdict(lambda: defaultdict(list))
    with ExitStack() as stack:
        ports = {kind: stack.enter_context(_server(kind, folder)) for kind in options.servers}
        for source in sources:
            ready, one = folder / f"{source.name}-ready", one_file(source)
            ready_made(source, ready, folder)
            # Over a line it makes no difference which server is at its end.
            kinds = [
                (kind, rate) for rate in options.lines for kind in options.servers[: 1 if rate else None]
            ]
            for kind, rate in kinds:
                case = Case(source, kind, rate)
                with line(ports[kind], rate * MB or None) as port:
                    for name in peers * options.rounds:
                        print(f"{' '.join(case.words)}: {name}", file=sys.stderr)
                        # No name comes twice: the server remembers what it had.
                        bucket = f"bucket-{next(numbers)}"
                        site = _site(folder / bucket, case, one, ready, port, bucket)
                        (_served(folder, kind) / bucket).mkdir()
                        made, got = _round(name, site)
                        backups[case][name].append(made)
                        restores[case][name] += got
                        shutil.rmtree(site.work)
                        shutil.rmtree(_served(folder, kind) / bucket)
            shutil.rmtree(ready)
        print(*_backup_table(backups), *_restore_table(restores), sep="\n")
        small = folder / "small"
        small.mkdir()
        https = [kind for kind in options.servers if kind != "sftp"]
        asked = {kind: _asked(folder, kind, ports[kind], small, peers) for kind in https}
    print(*_request_table(asked), sep="\n")


def _photos(folder: Path) -> Path:
    """What cannot be made smaller."""
    folder.mkdir()
    for number in range(PHOTOS):
        (folder / f"{number:03d}.jpg").write_bytes(os.urandom(PHOTO_BYTES))
    return folder


def _served(folder: Path, kind: str) -> Path:
    return folder / f"served-{kind}"


def _server(kind: str, folder: Path) -> AbstractContextManager[int]:
    _served(folder, kind).mkdir()
    empty = folder / "empty.conf"
    empty.touch()
    return serving(kind, _served(folder, kind), empty)


def _site(work: Path, case: Case, one: Path, ready: Path, port: int, bucket: str) -> Site:
    work.mkdir()
    config = work / "rclone.conf"
    config.write_text(section("bench", case.server, port))
    config.chmod(0o600)
    return Site(case.source, one, ready, work, f"bench:{bucket}")


def _round(name: str, site: Site) -> tuple[Cost, list[Cost]]:
    """What a first backup cost, and the restore of one file if the tool has that."""
    steps = PEERS[name](site)
    env = environment(site, steps)
    site.out.mkdir()
    for command in steps.setup:
        run(command, env)
    made = run(steps.backup, env, site.source.parent, together=True)
    if not steps.one:
        return made, []
    got = run(steps.one, env, site.out, together=True)
    restored = site.out / site.one
    if not restored.is_file() or restored.read_bytes() != (site.source.parent / site.one).read_bytes():
        raise WrongResult(f"{' '.join(steps.one)}: restored something else")
    return made, [got]


def _asked(folder: Path, kind: str, port: int, source: Path, peers: Sequence[str]) -> dict[str, int]:
    """Requests that reach the server in a later run of 1 MB, all of it new."""
    asked = {}
    with proxying(port) as proxy:
        tools = {name: (PEERS[name], {}) for name in peers if name != "copy"}
        tools["bcper, not encrypted"] = bcper, {"BCPER_PASSWORD": ""}
        for number, (name, (peer, change)) in enumerate(tools.items()):
            bucket = f"asked-{number}"
            (_served(folder, kind) / bucket).mkdir()
            case = Case(source, kind, 0)
            site = _site(folder / f"{kind}-{bucket}", case, Path(), Path(), proxy.port, bucket)
            steps = peer(site)
            env = {key: value for key, value in {**environment(site, steps), **change}.items() if value}
            for command in (*steps.setup, steps.backup):
                (source / "file").write_bytes(os.urandom(MB))
                run(command, env, source.parent)
            (source / "file").write_bytes(os.urandom(MB))
            proxy.forget()
            run(steps.backup, env, source.parent)
            asked[name] = len(proxy.requests)
    return asked


def _backup_table(costs: dict[Case, dict[str, list[Cost]]]) -> list[str]:
    columns = ["data", "server", "line", "bcper", "restic", "copy", "÷ restic (≤ 0.6)", "÷ copy (≤ 1.3)"]
    columns += ["bcper and its rclone (≤ 200 MB)", "restic and its rclone", "n"]
    lines = _head("First backup, seconds", columns, 3)
    for case, tools in costs.items():
        all_of = {name: summed(each) for name, each in tools.items()}
        ours, restic, copy = (all_of.get(name) for name in ("bcper", "restic", "copy"))
        cells = [*case.words, *map(_took, (ours, restic, copy)), _ratio(ours, restic), _ratio(ours, copy)]
        lines.append(row([*cells, _held(ours), _held(restic), str(ours.n if ours else 0)]))
    return lines


def _restore_table(costs: dict[Case, dict[str, list[Cost]]]) -> list[str]:
    columns = ["data", "server", "line", "bcper", "restic", "÷ restic (≤ 0.5)", "bcper and its rclone"]
    lines = _head("One file out of the run, seconds", columns, 3)
    for case, tools in costs.items():
        ours, restic = (summed(tools[name]) if tools.get(name) else None for name in ("bcper", "restic"))
        lines.append(row([*case.words, _took(ours), _took(restic), _ratio(ours, restic), _held(ours)]))
    return lines


def _request_table(asked: dict[str, dict[str, int]]) -> list[str]:
    names = list(next(iter(asked.values()), {}))
    lines = _head("Requests of a later run of 1 MB (bcper to s3: ≤ 8)", ["server", *names], 1)
    return [*lines, *(row([kind, *(str(of[name]) for name in names)]) for kind, of in asked.items())]


def _head(title: str, columns: Sequence[str], words: int) -> list[str]:
    under = ["---"] * words + ["---:"] * (len(columns) - words)
    return ["", f"### {title}", "", row(columns), row(under)]


def _took(cost: Costs | None) -> str:
    return seconds(cost.seconds) if cost else "-"


def _held(cost: Costs | None) -> str:
    return f"{cost.together / MB:.0f} MB" if cost else "-"


def _ratio(cost: Costs | None, base: Costs | None) -> str:
    return ratio(cost.seconds, base.seconds) if cost and base else "-"


if __name__ == "__main__":
    sys.exit(main())
