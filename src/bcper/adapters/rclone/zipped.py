"""The one file of rclone's zip that is wanted; nothing is extracted by the name that it has there."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

_WANTED = re.compile(r"[^/]+/rclone")
_PIECE = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


class NoRclone(Exception):
    """Why nothing is taken out of a zip, as a clause."""


def read_program(file: BinaryIO, into: BinaryIO, *, limit: int, check: Callable[[], None]) -> None:
    """Write the one member ``*/rclone`` of the zip ``file`` to ``into`` (FAULTS.md row 80).

    ``check`` is called each mebibyte, and what it raises ends the work. Raises NoRclone: when there is none,
    or there are several, or it is no regular file, or has more than ``limit`` bytes, whatever the zip says,
    or the zip is damaged. Raises OSError.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            member = _only(archive)
            if member.file_size > limit:
                raise NoRclone(f"the program in it is larger than {limit >> 20} MiB")
            with archive.open(member) as source:
                # Never more than it says: zipfile stops there, and the sum of what it has is wrong then.
                while data := source.read(_PIECE):
                    check()
                    into.write(data)
    except _BROKEN as error:
        raise NoRclone("it is a damaged zip") from error


def _only(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    # The name as the zip has it: zipfile ends one at a NUL.
    found = [each for each in archive.infolist() if _WANTED.fullmatch(each.orig_filename)]
    if len(found) != 1:
        raise NoRclone("there is no program in it" if not found else "there are several programs in it")
    (member,) = found
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
        raise NoRclone("the program in it is no plain file")
    return member
