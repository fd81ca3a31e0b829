"""Acting as another user, for real, which only root can."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

STRANGER = 12_345
"""A user and a group that have no name."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


@contextmanager
def being(user: int, groups: Sequence[int] = ()) -> Iterator[None]:
    """Have that user's rights, and no others, on files inside; the user's own group has the same number.

    What is done there must be imported before: the checkout may be where that user can't look.
    """
    own = os.getgroups()
    os.setgroups(groups)
    os.setegid(user)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(own)


def give(path: Path, user: int) -> None:
    """Make a file, or a directory with all that is in it, the user's and its group's."""
    for each in (path, *path.rglob("*")):
        os.chown(each, user, user)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory that others may look into; pytest's own are closed to them, again and again."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)
