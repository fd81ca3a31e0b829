"""Whose the state directory is, and what in it the service's user can't use.

A single command that root runs in the user's place leaves files there that the service can't open afterwards. So
whatever opens the files, or makes some, asks here first; `voicepipe doctor` asks, too.
"""

from __future__ import annotations

import grp
import os
import pwd
import shlex
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicepipe.config.files import StateFiles
from voicepipe.config.sections import ServiceConfig

READ, WRITE, ENTER = os.R_OK, os.W_OK, os.X_OK
NAMED = 5
"""How many files a message names; there may be hundreds."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A user and a group, by their numbers."""

    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def group(self) -> str:
        return _group_name(self.gid)

    @property
    def for_chown(self) -> str:
        """As chown takes it, `voicepipe:voicepipe`."""
        return f"{user_name(self.uid).removeprefix('#')}:{self.group}"

    @property
    def for_sudo(self) -> str:
        """As sudo and a shell take it: `voicepipe`, or `'#1001'` for a user without a name."""
        return shlex.quote(user_name(self.uid))


@dataclass(frozen=True, slots=True)
class Misfit:
    """A file that the service's user can't use, or may not as it has to."""

    path: Path
    uid: int

    def __str__(self) -> str:
        return f"{self.path} (of the user {user_name(self.uid)})"


def user_name(uid: int) -> str:
    """The user's name, or `#` and the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return f"#{uid}"


def my_name() -> str:
    """The name of the user whose rights this process has."""
    return user_name(os.geteuid())


def how_to_read(path: Path) -> str:
    """What somebody does who may not read a file, and has to."""
    status = _status(path)
    if status is None:
        return "repeat the command with sudo"
    group = _group_name(status.st_gid)
    if status.st_mode & stat.S_IRGRP:
        return f"repeat the command with sudo, or join the group {group}: sudo usermod -aG {group} {my_name()}"
    mine, name = _group_name(os.getegid()), shlex.quote(str(path))
    return f"repeat the command with sudo, or let the group read it: sudo chgrp {mine} {name} && sudo chmod g+r {name}"


def _group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except (KeyError, OverflowError):
        return str(gid)


def owner_of(path: Path) -> Owner | None:
    """None where it is not there, or may not be looked at."""
    status = _status(path)
    return None if status is None else Owner(status.st_uid, status.st_gid)


def is_out_of_reach(directory: Path) -> bool:
    """Whether it is another user's, and this process has no business there: it may not, or it is root.

    Root may do everything, but what it makes there is root's.
    """
    owner = owner_of(directory)
    if owner is None or owner.is_me:
        return owner is None and is_hidden(directory)
    return os.geteuid() == 0 or not os.access(directory, READ | WRITE | ENTER, effective_ids=True)


def is_hidden(path: Path) -> bool:
    """Whether this user may not even see if it is there."""
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


# --- what does not fit ------------------------------------------------------------------------------------------------
def misfits(service: ServiceConfig) -> list[Misfit]:
    """What the owner of the state directory can't use of it, or this user where that is not root.

    Only what the service uses counts: what else lies there, as `lost+found`, may be anybody's.
    """
    owner = owner_of(service.files.directory)
    if owner is None:
        return []
    found = []
    for path, rights in _needed(service):
        status = _status(path)
        if status is not None and not _may(owner, path, status, rights):
            found.append(Misfit(path, status.st_uid))
    return found


def _status(path: Path) -> os.stat_result | None:
    """None where it is not there, or is in a directory that can't be entered, which is a misfit itself."""
    try:
        return path.stat()
    except OSError:
        return None


def _may(owner: Owner, path: Path, status: os.stat_result, rights: int) -> bool:
    if os.geteuid() != 0:
        return os.access(path, rights, effective_ids=True)
    if owner.uid == 0:
        return True
    shift = 6 if status.st_uid == owner.uid else 3 if status.st_gid == owner.gid else 0
    return status.st_mode >> shift & rights == rights


def _needed(service: ServiceConfig) -> Iterator[tuple[Path, int]]:
    """What the service uses, as far as it is there, and the rights that it needs on it."""
    files = service.files
    for directory in (files.directory, files.spool, service.runtime_path):
        yield directory, READ | WRITE | ENTER
    for path in (*_opened(files), *_inside(files.spool), service.socket_path):
        yield path, READ | WRITE
    if _status(files.models):
        for path in (files.models, *_tree(files.models)):
            yield path, READ | ENTER if _is_directory(path) else READ


def _opened(files: StateFiles) -> Sequence[Path]:
    journal = (files.lock, files.journal, files.journal_log, files.journal_index)
    return (*journal, files.session_owner, *files.all_records(), *files.all_session_files())


def _tree(directory: Path) -> Iterator[Path]:
    """All that is in it, as far as it can be seen; unfinished downloads, which are nobody's yet, left out."""
    for path in _inside(directory):
        if not path.name.startswith("."):
            yield path
            yield from _tree(path)


def _inside(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []


def _is_directory(path: Path) -> bool:
    status = _status(path)
    return status is not None and stat.S_ISDIR(status.st_mode)


# --- words ------------------------------------------------------------------------------------------------------------
def describe(found: Sequence[Misfit]) -> str:
    """The files, whose they are, and how many more there are."""
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return ", ".join(map(str, found[:NAMED])) + more


def remedy(directory: Path, found: Sequence[Misfit]) -> str:
    """The commands that make all of it usable for the owner of the state directory, one a line."""
    owner = owner_of(directory)
    assert owner is not None
    foreign = _roots(directory, (each.path for each in found if each.uid != owner.uid))
    closed = _roots(directory, (each.path for each in found if each.uid == owner.uid))
    lines = [f"sudo chown -R {owner.for_chown} {foreign}"] if foreign else []
    lines += [f"sudo chmod -R u+rwX {closed}"] if closed else []
    return "\n".join(lines)


def _roots(directory: Path, paths: Iterator[Path]) -> str:
    """The outermost of the paths inside of the directory, as a shell takes them."""
    roots = {
        directory / path.relative_to(directory).parts[0] if directory in path.parents else path: None for path in paths
    }
    return " ".join(shlex.quote(str(root)) for root in roots)
