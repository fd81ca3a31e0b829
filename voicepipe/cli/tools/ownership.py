"""Checks before a command opens the service's files: are they there, and do they belong to this user?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from voicepipe.cli.tools.console import complain
from voicepipe.errors import ControlUnavailable, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from voicepipe.config import Config
    from voicepipe.config.files import StateFiles


def require_own_files(config: Config, *, may_make: bool) -> None:
    """Check that the service's files are there, or may be made, and that they belong to this user.

    With files of root's among those of its user, the service could not start.

    Raises StoreError if there are none, ControlUnavailable if they belong to another user.
    """
    files = config.service.files
    state_dir = files.directory
    owner = _owner(state_dir)
    if owner is None or (owner == os.geteuid() and not _has_journal(files)):
        if not may_make:
            require_files(config)
        complain(f"no service runs, and there are no files yet: new ones are made in {state_dir}")
    elif owner != os.geteuid():
        raise ControlUnavailable(
            f"Without a running service this opens its files, and those in {state_dir} belong to another user: "
            f"run the command as that user (sudo -u {_user_name(owner)} voicepipe …)"
        )


def require_files(config: Config) -> None:
    """Raises StoreError if no service has ever kept anything here."""
    files = config.service.files
    if not _has_journal(files):
        # Perhaps the service's are elsewhere, and the command was given another configuration than the service.
        raise StoreError(
            f"No service runs, and there are no files in {files.directory}; is this the right configuration (--config) "
            "and user?"
        )


def _has_journal(files: StateFiles) -> bool:
    try:
        return files.journal.exists()
    except PermissionError:
        return True  # there is something, and whoever opens it says why that can't be done


def _owner(directory: Path) -> int | None:
    """The id of the directory's owner; None if it is not there, -1 if it can't be seen."""
    try:
        return directory.stat().st_uid
    except FileNotFoundError:
        return None
    except PermissionError:
        return -1


def _user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return "USER" if uid < 0 else f"#{uid}"
