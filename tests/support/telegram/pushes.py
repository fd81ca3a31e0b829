"""Telling connected clients what happened, well or badly as the faults say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from pyrogram.raw import base, types
from pyrogram.raw.core import TLObject

from . import wire
from .connection import Hub
from .faults import Faults
from .line import Call
from .session import Raw, Session
from .world import Change, ChangeKind, Chat, ChatKind, Person, World


class Pushes:
    """Sends updates to the sessions of the bot's account that listen."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._held: list[TLObject[Any]] = []

    @property
    def _world(self) -> World:
        return self._hub.backend.world

    @property
    def _faults(self) -> Faults:
        return self._hub.backend.faults

    async def tell(self, changes: Iterable[Change]) -> None:
        """Announce changes, each in an update of its own."""
        for change in changes:
            if change.count:
                await self._push(self._announcement(change))
        # A drain that need not wait does not let others run; whoever sends thousands must not starve them.
        await asyncio.sleep(0)

    async def tell_together(self, changes: Sequence[Change]) -> None:
        """Announce changes in one packet, as those of an album."""
        if shown := [change for change in changes if change.count]:
            await self._push(wire.updates(self._world, shown))

    async def tell_update(self, update: base.Update, person: Person, chat: Chat) -> None:
        """Announce something that is no change of a chat and cannot be asked for later."""
        users: list[base.User] = [wire.user(person)]
        chats: list[base.Chat] = [] if chat.kind is ChatKind.PRIVATE else [wire.chat(chat)]
        await self._push(
            types.Updates(updates=[update], users=users, chats=chats, date=int(self._world.clock()), seq=0)
        )

    async def tell_in_line(self, call: Call) -> None:
        """Announce an update that is numbered by ``qts``."""
        await self._push(wire.in_line(call, date=int(self._world.clock())))

    async def tell_as_is(self, update: base.Updates) -> None:
        """Send this very object."""
        await self._push(update)

    async def release(self, *, newest_first: bool) -> None:
        """Send what was held back."""
        held, self._held = self._held, []
        for body in reversed(held) if newest_first else held:
            await self._push(body)

    def _announcement(self, change: Change) -> TLObject[Any]:
        first = change.messages[0]
        is_plain = change.kind is ChangeKind.NEW and first.document is None and first.action is None
        if self._faults.short_text_updates and is_plain and change.chat.kind is not ChatKind.SUPERGROUP:
            return wire.short_update(change)
        return wire.updates(self._world, [change])

    async def _push(self, body: TLObject[Any]) -> None:
        if self._faults.withhold_pushes:
            return
        if self._faults.hold_pushes:
            self._held.append(body)
            return
        serialised = Raw(body.write())
        for session in self._listeners():
            for _ in range(self._faults.push_copies):
                session.send(serialised, answer=False)
            if session.transport is not None:
                await session.transport.drain()

    def _listeners(self) -> list[Session]:
        everywhere = self._faults.push_to_all_sessions
        return [
            session
            for key in tuple(self._hub.keys.values())
            if key.user_id == self._world.bot.id and key.dc == self._hub.backend.home_dc
            for session in tuple(key.sessions.values())
            if session.transport is not None and (everywhere or (session.listens and not session.moves_files))
        ]
