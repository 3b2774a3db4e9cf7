"""bcper beside others, on one tree: ``python benchmarks/compare.py DIR [--rounds 3]``.

In every round each tool in turn backs DIR up into a fresh store, does so again with nothing changed, restores
all of it, then one file, and reads everything back; the tables on stdout show medians over the rounds. Source
and stores belong on a tmpfs, so that no disk is measured. Nothing is installed: a tool that is not there is
named and left out.
"""

import argparse
import filecmp
import os
import shutil
import signal
import stat
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from measure import CommandFailed, Cost, count, run, stored, summed
from peers import PEERS, Peer, Place, Steps
from table import machine, table

STARTS = 15
TITLES = {
    "backup": "First backup",
    "again": "Second backup, nothing changed",
    "restore": "Restore of everything",
    "one": "One file out of the run",
    "verify": "Verify, every byte read",
}

STORING = {"backup": "stored", "again": "added"}
"""The steps whose tables show how many bytes they added to the store, and what that column is called."""


class WrongResult(Exception):
    """A tool said that it had succeeded and restored something else."""


def main() -> int:
    """Run the comparison; 0, or 1 with one sentence, or 130 when interrupted."""
    options = _options()
    peers = _present(options.only)
    # A plain exit leaves the `with` below by its own way, so an ended benchmark cleans up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(
            prefix="bcper-compare-", dir=options.tmp, ignore_cleanup_errors=True
        ) as folder:
            _compare(options.dir.resolve(), peers, options.rounds, Path(folder))
    except (CommandFailed, WrongResult) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("dir", type=Path, metavar="DIR", help="the tree to back up, best on a tmpfs")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--only", default=",".join(PEERS), metavar="NAME,…", help="of %(default)s")
    parser.add_argument("--tmp", type=Path, default=Path("/dev/shm"), help="for the stores (%(default)s)")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(PEERS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(PEERS)}")
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    for folder in (options.dir, options.tmp):
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
    if options.tmp.resolve().is_relative_to(options.dir.resolve()):
        parser.error("--tmp must not be inside DIR: the stores would be backed up too")
    return options


def _present(names: Sequence[str]) -> dict[str, Peer]:
    present = {}
    for name in names:
        if missing := PEERS[name].missing():
            print(f"{name} is left out, missing: {', '.join(missing)}", file=sys.stderr)
        else:
            present[name] = PEERS[name]
    return present


def _compare(source: Path, peers: dict[str, Peer], rounds: int, folder: Path) -> None:
    entries, size = count(source)
    one = one_file(source)
    print(*machine(), sep="\n")
    for peer in peers.values():
        print(f"- {peer.version_line()}")
    print(f"- {source}: {entries:,} entries, {size / 2**20:,.0f} MiB; one file: {one}")
    costs: dict[str, dict[str, list[Cost]]] = {step: defaultdict(list) for step in TITLES}
    grown: dict[str, dict[str, list[int]]] = {step: defaultdict(list) for step in TITLES}
    for number in range(1, rounds + 1):
        for name, peer in peers.items():
            print(f"round {number} of {rounds}: {name}", file=sys.stderr)
            place = Place(source, one, folder / f"{number}-{name}")
            before = 0
            for step, cost in _round(peer.steps(place), place):
                costs[step][name].append(cost)
                if step in STORING and (after := stored(place.store)):  # tar's floor has none
                    grown[step][name].append(after - before)
                    before = after
            _remove(place.work)
    for step, title in TITLES.items():
        if not costs[step]:
            continue
        rows = {name: summed(of_step, grown[step][name]) for name, of_step in costs[step].items()}
        bases = ["restic", "zstd"] if step == "backup" else ["restic"]
        titles = {name: peers[name].title for name in rows}
        print(*table(title, rows, bases, titles, stored=STORING.get(step, "")), sep="\n")
    print(*_start_up(peers, folder), sep="\n")


def _remove(folder: Path) -> None:
    """Some tools leave a process behind that still writes its own files for a moment."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.25)
    shutil.rmtree(folder)


def one_file(source: Path) -> Path:
    """The file in the middle of the tree in walking order, relative to the source's parent."""
    # Two walks and no list: a large process would hide how little the tools it starts need.
    number = sum(1 for _ in _files(source))
    if not number:
        raise WrongResult(f"{source} holds no file")
    return Path(next(islice(_files(source), number // 2, None))).relative_to(source.parent)


def _files(source: Path) -> Iterator[str]:
    for place, folders, files in os.walk(source):
        folders.sort()
        for path in (os.path.join(place, name) for name in sorted(files)):
            if stat.S_ISREG(os.lstat(path).st_mode):
                yield path


def _environment(place: Place, steps: Steps) -> dict[str, str]:
    """The caller's, without settings of the tools compared, and with byte code kept between starts."""
    ours = ("BCPER_", "RESTIC_", "BORG_", "XDG_", "PYTHONDONTWRITEBYTECODE")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return {**kept, "HOME": str(place.work), **steps.env}


def _round(steps: Steps, place: Place) -> Iterator[tuple[str, Cost]]:
    """Each step that the tool has with its cost, the results checked."""
    env = _environment(place, steps)
    for folder in (place.store, place.out, place.out_one):
        folder.mkdir(parents=True)
    if steps.setup:
        run(steps.setup, env)
    try:
        yield from _measured(steps, place, env)
    finally:
        if steps.teardown:
            run(steps.teardown, env)


def _measured(steps: Steps, place: Place, env: dict[str, str]) -> Iterator[tuple[str, Cost]]:
    yield "backup", run(steps.backup, env, place.source.parent)
    if steps.again:
        yield "again", run(steps.again, env, place.source.parent)
    if steps.restore:
        yield "restore", run(steps.restore, env, place.out)
        _same(count(place.source), count(place.out / place.source.name), steps.restore)
    if steps.one:
        yield "one", run(steps.one, env, place.out_one)
        restored = place.out_one / place.one
        same = restored.is_file() and filecmp.cmp(place.source.parent / place.one, restored, shallow=False)
        _same(True, same, steps.one)
    if steps.verify:
        yield "verify", run(steps.verify, env)


def _same(wanted: object, got: object, command: Sequence[str]) -> None:
    if wanted != got:
        raise WrongResult(f"{' '.join(command)}: restored {got}, and not {wanted}")


def _start_up(peers: dict[str, Peer], folder: Path) -> list[str]:
    """What a command costs that does next to nothing; a list of runs has one run in it."""
    source = folder / "small"
    source.mkdir()
    (source / "file").write_text("content\n")
    place = Place(source, Path("small/file"), folder / "start-up")
    place.store.mkdir(parents=True)
    commands = {"python -c pass": [sys.executable, "-I", "-c", "pass"]}
    env = _environment(place, Steps(backup=()))
    if "bcper" in peers:
        steps = peers["bcper"].steps(place)
        env = _environment(place, steps)
        run(steps.backup, env, place.source.parent)
        cli = [sys.executable, "-P", "-m", "bcper.cli"]
        run([*cli, "item", "add", "small", str(source)], env)
        commands["bcper-cli backup list"] = [*cli, "backup", "list"]
        commands["bcper-cli item list"] = [*cli, "item", "list"]
    if "borg" in peers:
        commands["borg --version"] = ["borg", "--version"]
    costs: dict[str, list[Cost]] = defaultdict(list)
    for attempt in range(STARTS + 1):
        for name, command in commands.items():
            cost = run(command, env)
            if attempt:  # the first one fills the caches
                costs[name].append(cost)
    rows = {name: summed(of_name) for name, of_name in costs.items()}
    return table("Start-up", rows, ["borg --version"], {name: name for name in rows})


if __name__ == "__main__":
    sys.exit(main())
