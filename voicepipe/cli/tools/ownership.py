"""Checks before a command opens or makes files of the service: are they there, and may this user be the one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicepipe.cli.tools.console import complain
from voicepipe.errors import FilesUnusable, StoreError

if TYPE_CHECKING:
    from voicepipe.config import Config
    from voicepipe.config.files import StateFiles


def require_own_files(config: Config, *, may_make: bool) -> None:
    """Check that the service's files are there, or may be made, and that this user can use them all.

    Raises StoreError if there are none, FilesUnusable.
    """
    files = config.service.files
    require_usable_files(config)
    if not _has_journal(files):
        if not may_make:
            require_files(config)
        complain(f"no service runs, and there are no files yet: new ones are made in {files.directory}")


def require_usable_files(config: Config, command: str = "…") -> None:
    """Check that the state directory is this user's, or is not there yet, and that it can use all that is in it.

    With files of root's among those of its user, the service could not start. Raises FilesUnusable, which says what to
    do; `command` is what was asked for.
    """
    from voicepipe.config.owner import describe, is_out_of_reach, misfits, my_name, remedy

    directory = config.service.files.directory
    if is_out_of_reach(directory):
        raise FilesUnusable(_of_another(config, command))
    if found := misfits(config.service):
        raise FilesUnusable(
            f"The user {my_name()}, as whom this runs, can't use {describe(found)}. "
            f"Give it back, then repeat the command:\n{remedy(directory, found)}"
        )


def _of_another(config: Config, command: str) -> str:
    from voicepipe.config.owner import owner_of

    directory = config.service.files.directory
    owner = owner_of(directory)
    return (
        f"This opens the service's files, and those in {directory} belong to another user: run the command as that "
        f"user (sudo -u {owner.for_sudo if owner else 'USER'} voicepipe {command})"
    )


def require_files(config: Config) -> None:
    """Raises StoreError if no service has ever kept anything here, FilesUnusable if that can't be seen."""
    from voicepipe.config.owner import is_hidden

    files = config.service.files
    if is_hidden(files.journal):
        raise FilesUnusable(_of_another(config, "…"))
    if not _has_journal(files):
        # Perhaps the service's are elsewhere, and the command was given another configuration than the service.
        raise StoreError(
            f"No service runs, and there are no files in {files.directory}; is this the right configuration (--config) "
            "and user?"
        )


def _has_journal(files: StateFiles) -> bool:
    return files.journal.exists()
