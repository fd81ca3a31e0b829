"""Files, pipes and standard input as files that a worker can open."""

from __future__ import annotations

import errno
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from voicepipe.machine import is_disk_full

STDIN = Path("-")
NO_ROOM = "there is no room for its sound in the directory for temporary files"


@dataclass(frozen=True, slots=True)
class Source:
    """Something to recognise."""

    name: Path
    """What it is called, and what its output is called after."""
    file: Path
    """Where a worker finds it."""
    problem: str = ""
    """Why no worker can be given it; empty when one can."""


def name_of(file: Path) -> Path:
    """What a file is called in messages and in the names of outputs."""
    return Path("stdin") if file == STDIN else file


def open_source(file: Path, copy: Path) -> Source:
    """A file as a source. A pipe and standard input can be read only once, and only here: they are copied to `copy`."""
    name = name_of(file)
    try:
        if file == STDIN:
            _copy_stdin(copy)
            return Source(name, copy)
        if file.is_fifo():
            with file.open("rb") as pipe:
                _copy(pipe, copy)
            return Source(name, copy)
        return Source(name, file, _unreadable(file))
    except OSError as error:
        return Source(name, file, NO_ROOM if is_disk_full(error) else f"it can't be read: {error.strerror}")


def _unreadable(file: Path) -> str:
    """Why a worker could not open a file; empty when it could. Raises OSError."""
    if file.is_dir():
        return "it is a directory"
    if file.exists() and not file.is_file():
        return "it is neither a file nor a pipe"
    with file.open("rb"):
        return ""


def _copy_stdin(copy: Path) -> None:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    _copy(sys.stdin.buffer, copy)


def _copy(stream: BinaryIO, copy: Path) -> None:
    with copy.open("wb") as file:
        shutil.copyfileobj(stream, file)
