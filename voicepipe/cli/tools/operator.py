"""How a command reaches users, quotas and usage: through the running service, or else through its files."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from voicepipe.cli.tools.ownership import require_own_files
from voicepipe.errors import ControlUnavailable, StoreLocked

if TYPE_CHECKING:
    from voicepipe.config import Config
    from voicepipe.control.messages import OperatorRequest, Report

LOCK_WAIT_SECONDS = 10.0
"""How long a command waits for whoever has the files without answering: another command, or a service that starts."""

R = TypeVar("R", bound="Report")
T = TypeVar("T")


class Operator(Protocol):
    """Has requests performed, by whoever can."""

    async def perform(self, request: OperatorRequest[R]) -> R: ...


def new_request_id() -> str:
    """An idempotency key: made once per command, so that the same change sent twice is made once."""
    return uuid.uuid4().hex


def ask(config: Config, request: OperatorRequest[R]) -> R:
    """Have a request performed by the running service, or on its files.

    Raises RequestRefused; ControlUnavailable when somebody holds the files and does not answer; StoreError.
    """
    from voicepipe.control.messages import ChangeSetting, Mutation

    async def talk(operator: Operator) -> R:
        return await operator.perform(request)

    return ask_in_turn(config, talk, may_make=isinstance(request, Mutation | ChangeSetting))


def ask_in_turn(config: Config, talk: Callable[[Operator], Awaitable[T]], *, may_make: bool) -> T:
    """The same with several requests, to the service or on its files, which are opened once.

    When the service goes away meanwhile, the talk begins anew. `may_make` allows that files are made.
    """
    return asyncio.run(_ask_in_turn(config, talk, may_make))


async def _ask_in_turn(config: Config, talk: Callable[[Operator], Awaitable[T]], may_make: bool) -> T:
    from voicepipe.control.client import ControlClient, NoService

    client = ControlClient(config.service.socket_path)
    deadline = asyncio.get_running_loop().time() + LOCK_WAIT_SECONDS
    while True:
        try:
            return await talk(client)
        except NoService:
            pass
        try:
            async with _files(config, may_make) as operations:
                return await talk(operations)
        except StoreLocked as error:
            if asyncio.get_running_loop().time() > deadline:
                raise ControlUnavailable(_locked_out(error.pid)) from None
        await asyncio.sleep(0.1)


@asynccontextmanager
async def _files(config: Config, may_make: bool) -> AsyncIterator[Operator]:
    from voicepipe.accounts.forgetting import Forgetting
    from voicepipe.accounts.preferences import Preferences
    from voicepipe.control.performing import Operations
    from voicepipe.events import Events
    from voicepipe.store import Store

    require_own_files(config, may_make=may_make)
    store = await Store.open(config.service.state_path, config.quota)
    try:
        forgetting = Forgetting(store, partial(_forget_peer, config), Events())
        preferences = Preferences(store.accounts, lambda: config.preferences)
        yield Operations(store, config, forgetting, preferences)
    finally:
        await store.close()


async def _forget_peer(config: Config, user_id: int) -> None:
    from voicepipe.telegram import forget_stored_peer

    forget_stored_peer(config.service.state_path, user_id)


def _locked_out(pid: int | None) -> str:
    who = f"The process {pid}" if pid else "A process"
    return (
        f"{who} holds the state directory but does not answer on the control socket. If it is a service that is just "
        "starting or stopping, repeat the command in a moment; if its log says that it waits for Telegram, that will "
        "pass; if it hangs, end it" + (f" (kill {pid})" if pid else "") + " and start it again"
    )
