"""The sound of recordings under way: unnamed files, each known by a key.

Workers exchange a recording's further windows by its sound: who opens the recording writes them, others read them. The
supervisor neither reads nor writes it. A key means nothing outside of the process; a link to a worker (`link.py`)
resolves it, be it to an open file or to what it sends.
"""

from __future__ import annotations

import asyncio
import errno
import itertools
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, NewType

SoundKey = NewType("SoundKey", int)


class Sounds:
    """The sound files that there are. Made and removed outside of the event loop's thread."""

    def __init__(self, directory: Path | None) -> None:
        """`directory` None: the default for temporary files."""
        self._directory = directory
        self._keys = itertools.count(1)
        self._files: dict[SoundKey, IO[bytes]] = {}

    @asynccontextmanager
    async def made(self) -> AsyncIterator[SoundKey]:
        """A new empty file, which is there inside. Raises OSError."""
        key = self.add(await _file_in(self._directory))
        try:
            yield key
        finally:
            await asyncio.to_thread(self._files.pop(key).close)

    def add(self, file: IO[bytes]) -> SoundKey:
        """Know a file, which stays its owner's to close after the last use of its key."""
        key = SoundKey(next(self._keys))
        self._files[key] = file
        return key

    def forget(self, key: SoundKey) -> None:
        """Know a file no more that was added."""
        self._files.pop(key, None)

    def open(self, key: SoundKey, flags: int) -> int:
        """A descriptor of the file with a position, and rights, of its own; the caller's to close.

        As it is where there is no /proc. Raises OSError, also for a file that is not there any more.
        """
        if key not in self._files:
            raise OSError(errno.ENOENT, "there is no such sound")
        fd = self._files[key].fileno()
        try:
            return os.open(f"/proc/self/fd/{fd}", flags | os.O_CLOEXEC)
        except FileNotFoundError:
            return os.dup(fd)


async def _file_in(directory: Path | None) -> IO[bytes]:
    """Also when nobody waits for it any more it is closed."""
    making = asyncio.get_running_loop().run_in_executor(None, _make_file, directory)
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        making.add_done_callback(_close)
        raise


def _make_file(directory: Path | None) -> IO[bytes]:
    return tempfile.TemporaryFile(dir=directory, buffering=0)


def _close(making: asyncio.Future[IO[bytes]]) -> None:
    if not making.cancelled() and making.exception() is None:
        making.result().close()
