"""The process that compresses frames and hashes the files in them: ``python -m`` this, see ``packers``.

Started beside a backup, so it imports next to nothing. Frames come and go through shared memory, orders and
answers through pipes that several such processes share; it holds no secret, opens no file, and ends when
its input does.
"""

import os
import struct
import sys
from hashlib import sha256
from mmap import mmap
from typing import TYPE_CHECKING, cast

from bcper import __version__
from bcper.adapters.archive.compression import compressor

if TYPE_CHECKING:
    from bcper.domain.model.choices import Compression

FRAME = 1 << 20
MEMBER = FRAME
"""Where in a slot the gzip member goes: behind the frame."""

ROOM = FRAME + (1 << 16)
"""Bytes for what a frame is compressed to; what cannot be compressed grows by less than a thousandth."""

SPANS = MEMBER + ROOM
"""Where the files in the frame are listed: 4 bytes for the begin, 4 for the end; 1 KiB apart or more."""

DIGESTS = SPANS + 8 * (FRAME >> 10)
"""Where the SHA-256 of each file goes, 32 bytes."""

SLOT = DIGESTS + 32 * (FRAME >> 10)
ORDER = struct.Struct("=III")
"""Slot, bytes of the frame, number of files."""

ANSWER = struct.Struct("=II")
"""Slot, bytes of the gzip member."""


def main() -> None:
    """Serve orders until the input ends. Arguments: the memory's descriptor, the compression, our version."""
    if sys.argv[3] != __version__:
        # BCPER was replaced by another version: what lies where in the memory may be another matter.
        sys.exit(1)
    # Whoever reads and frames is the one that all others wait for: this work is done beside it.
    os.nice(19)
    compress = compressor(cast("Compression", sys.argv[2]))
    with mmap(int(sys.argv[1]), 0) as memory, memoryview(memory) as shared:
        # What is written to a pipe by pieces this small comes out of it in one piece (pipe(7)).
        while order := os.read(0, ORDER.size):
            slot, length, count = ORDER.unpack(order)
            start = slot * SLOT
            spans = shared[start + SPANS : start + SPANS + 8 * count].cast("I")
            frame = shared[start : start + length]
            member = compress(frame)
            digests = [sha256(frame[spans[at] : spans[at + 1]]).digest() for at in range(0, 2 * count, 2)]
            shared[start + DIGESTS : start + DIGESTS + 32 * count] = b"".join(digests)
            shared[start + MEMBER : start + MEMBER + len(member)] = member
            os.write(1, ANSWER.pack(slot, len(member)))
            spans.release()
            frame.release()


if __name__ == "__main__":
    main()
