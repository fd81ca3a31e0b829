"""How a command reaches users, quotas and usage: through a running service, or else through its files."""

from __future__ import annotations

import asyncio
import os
import re
import uuid
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from voicepipe.cli.tools.output import complain
from voicepipe.errors import ControlUnavailable, RequestRefused, StoreError, StoreLocked

if TYPE_CHECKING:
    from pathlib import Path

    from voicepipe.config import Config
    from voicepipe.config.files import StateFiles
    from voicepipe.control.messages import OperatorRequest, Report

LOCK_WAIT_SECONDS = 10.0
"""How long a command waits for whoever has the files without answering: another command, or a service that starts."""

R = TypeVar("R", bound="Report")

UserArgument = Annotated[
    str, typer.Argument(metavar="USER", help="A Telegram user id, or the @username of somebody seen before.")
]
NEGATIVE_NUMBERS = {"ignore_unknown_options": True}
"""Settings of a command that lets `-5` through as a value, so that its refusal can say what is wrong with it."""


def whole_number(text: str, of: str, example: str) -> int:
    """A number from the command line. Raises RequestRefused, saying what was expected."""
    try:
        if not re.fullmatch("[+-]?[0-9]+", text.strip()):
            raise ValueError
        return int(text)
    except ValueError:
        raise RequestRefused(f"{text!r} is no number of {of}; expected a whole number, as {example}") from None


def new_request_id() -> str:
    """An idempotency key: made once per command, so that the same change sent twice is made once."""
    return uuid.uuid4().hex


def ask(config: Config, request: OperatorRequest[R]) -> R:
    """Have a request performed by the running service, or on its files.

    Raises RequestRefused; ControlUnavailable when somebody holds the files and does not answer; StoreError.
    """
    return asyncio.run(_ask(config, request))


async def _ask(config: Config, request: OperatorRequest[R]) -> R:
    from voicepipe.control.client import ControlClient, NoService

    client = ControlClient(config.service.socket_path)
    deadline = asyncio.get_running_loop().time() + LOCK_WAIT_SECONDS
    while True:
        try:
            return await client.perform(request)
        except NoService:
            pass
        try:
            return await _ask_files(config, request)
        except StoreLocked as error:
            if asyncio.get_running_loop().time() > deadline:
                raise ControlUnavailable(_locked_out(error.pid)) from None
        await asyncio.sleep(0.1)


async def _ask_files(config: Config, request: OperatorRequest[R]) -> R:
    from voicepipe.control.messages import Mutation
    from voicepipe.control.performing import Operations
    from voicepipe.store import Store

    require_own_files(config, may_make=isinstance(request, Mutation))
    store = await Store.open(config.service.state_path, config.quota)
    try:
        return await Operations(store, config, forget_peer=partial(_forget_peer, config)).perform(request)
    finally:
        await store.close()


async def _forget_peer(config: Config, user_id: int) -> None:
    from voicepipe.telegram import forget_stored_peer

    forget_stored_peer(config.service.state_path, user_id)


def require_own_files(config: Config, *, may_make: bool) -> None:
    """See that the service's files are there, or may be made, and that they are this user's.

    Files that root made among those of the service's user would keep the service from starting.

    Raises StoreError where there are none, ControlUnavailable where they are another's.
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
    """Raises StoreError where no service has ever kept anything."""
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
    """The user whose the directory is; None when it is not there, -1 when it can't be seen."""
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


def _locked_out(pid: int | None) -> str:
    who = f"The process {pid}" if pid else "A process"
    return (
        f"{who} holds the state directory but does not answer on the control socket. If it is a service that is just "
        "starting or stopping, repeat the command in a moment; if it hangs, end it"
        + (f" (kill {pid})" if pid else "")
        + " and start it again"
    )
