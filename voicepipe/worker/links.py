"""The links of a chained Ogg file: complete recordings one behind the other, as radio streams and some recorders make.

FFmpeg does not follow a link whose sound is coded otherwise than the one before, so each is opened by itself.
"""

from __future__ import annotations

import io
from typing import BinaryIO

PAGE_MAGIC = b"OggS"
HEADER_BYTES = 27
BEGINS_STREAM = 2
"""The bit of a page's flags that tells that a stream begins with it."""
MOST_PAGES = 200_000
"""To look at more takes too long; the rest belongs to the last link. Hours have so many."""
MOST_LINKS = 1000


class FilePart:
    """A part of an open file, as FFmpeg reads it: what damaged media send it to is no error of ours."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._end = end

    def tell(self) -> int:
        """The position in the part."""
        return self._file.tell() - self._start

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._end - self._file.tell())
        return self._file.read(left if size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """The new position, or -1 when there is no such."""
        bases = {io.SEEK_SET: self._start, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self._end}
        try:
            target = bases[whence] + offset
            return self._file.seek(target) - self._start if target >= self._start else -1
        except (OSError, ValueError, OverflowError, KeyError):
            return -1


def links_of(file: BinaryIO) -> list[FilePart]:
    """The parts of a file that are to be opened one by one, in order: of a file that is no chained Ogg, all of it."""
    end = file.seek(0, io.SEEK_END)
    file.seek(0)
    starts = [0, *(_later_starts(file, end) if file.read(4) == PAGE_MAGIC else ())]
    return [FilePart(file, start, stop) for start, stop in zip(starts, [*starts[1:], end], strict=True)]


def _later_starts(file: BinaryIO, end: int) -> list[int]:
    """Where a link begins behind another: with the first page that begins a stream after some that did not."""
    starts: list[int] = []
    position, was_beginning = 0, True
    for _ in range(MOST_PAGES):
        file.seek(position)
        header = file.read(HEADER_BYTES)
        if len(header) < HEADER_BYTES or header[:4] != PAGE_MAGIC:
            break  # damaged, or the end
        is_beginning = bool(header[5] & BEGINS_STREAM)
        if is_beginning and not was_beginning:
            starts.append(position)
        was_beginning = is_beginning
        sizes = file.read(header[26])
        position += HEADER_BYTES + len(sizes) + sum(sizes)
        if position >= end or len(starts) == MOST_LINKS - 1:
            break
    return starts
