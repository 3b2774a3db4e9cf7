"""The place of an entry: whether it is free, and how something new takes it in one step."""

import os
from collections.abc import Callable
from stat import S_ISDIR

from bcper.adapters.fs.extract_errors import Refused, failure
from bcper.adapters.fs.extract_nodes import remove
from bcper.adapters.fs.extract_paths import temporary_name
from bcper.domain.model.choices import Overwrite
from bcper.domain.model.entries import Entry
from bcper.domain.policy.overwrite import Decision, decide
from bcper.ports.extractor import Outcome

UNWRITABLE = "could not be written"


def decision(folder: int, name: bytes, entry: Entry, rule: Overwrite) -> Decision:
    """What ``rule`` says of ``entry`` at ``name`` in the open ``folder``; a folder there is never removed.

    Raises Refused, NoSpace, TargetError.
    """
    try:
        # Nothing is there in most cases, and access(2) says so without the price of an exception.
        if not os.access(name, os.F_OK, dir_fd=folder, follow_symlinks=False):
            return Decision.WRITE
        there = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return Decision.WRITE
    except OSError as err:
        raise failure(err, UNWRITABLE) from err
    if S_ISDIR(there.st_mode):
        raise Refused("a folder is in its place, and folders are never removed")
    return decide(rule, there.st_mtime_ns, entry.mtime_ns)


def place(
    folder: int, name: bytes, entry: Entry, rule: Overwrite, make: Callable[[int, bytes], None]
) -> Outcome:
    """Let ``make`` (folder, name) make ``entry`` at ``name``, or beside it to be renamed over what is there.

    ``make`` raises FileExistsError if the name it is given is taken, and leaves nothing behind when it
    raises. Raises Refused, NoSpace, TargetError.
    """
    try:
        make(folder, name)
        return Outcome.CREATED
    except FileExistsError:
        what = decision(folder, name, entry, rule)
    except OSError as err:
        raise failure(err, UNWRITABLE) from err
    if what is Decision.KEEP:
        return Outcome.KEPT
    temporary = temporary_name()
    try:
        make(folder, temporary)
    except OSError as err:
        raise failure(err, UNWRITABLE) from err
    take_place(folder, temporary, name)
    return Outcome.REPLACED


def take_place(folder: int, temporary: bytes, name: bytes) -> None:
    """Rename over whatever is at ``name`` but a folder; ``temporary`` is gone afterwards, come what may.

    Raises Refused, NoSpace, TargetError.
    """
    try:
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as err:
        raise failure(err, UNWRITABLE) from err
    finally:
        # Still there if it failed, or if both are the same file already (rename(2)).
        remove(folder, temporary)
