"""Takes in what Telegram hands over: journal first, then hand on, each message once however often it comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from pyrogram import raw

from voicepipe.jobs import Person, Recording
from voicepipe.store import InboxMessage, Store
from voicepipe.telegram.incoming import Remark, read_message

Incoming = Recording | Remark


class Inbox:
    """Journals what people send and gives each new message to `handle`."""

    def __init__(
        self, store: Store, is_wanted: Callable[[Incoming], bool], handle: Callable[[Incoming], Awaitable[None]]
    ) -> None:
        self._store = store
        self._is_wanted = is_wanted
        self._handle = handle

    async def take(self, updates: raw.base.Updates) -> None:
        """Raises StoreError when the journal can't be written: nothing was accepted then."""
        users = {user.id: user for user in getattr(updates, "users", [])}
        await self._take_messages(_new_messages(updates), users)

    async def _take_messages(self, messages: Sequence[object], users: Mapping[int, raw.types.User]) -> None:
        read = (read_message(message, users) for message in messages)
        incoming = {item.key: item for item in read if item is not None and self._is_wanted(item)}
        if not incoming:
            return
        facts = [InboxMessage(key, isinstance(item, Recording), item.sent_at) for key, item in incoming.items()]
        for key in await self._store.receive(facts):
            await self._handle(incoming[key])

    async def take_again(self, messages: Sequence[raw.types.Message]) -> None:
        """Hand on recordings that were journaled in an earlier life of the service and then not decided."""
        for message in messages:
            item = read_message(message, {})
            if isinstance(item, Recording):
                person = self._store.person(item.person.user_id) or Person(item.person.user_id, None, None)
                await self._handle(replace(item, person=person))


def _new_messages(updates: raw.base.Updates) -> list[object]:
    """The raw messages in whatever form Telegram sent them."""
    match updates:
        case raw.types.Updates() | raw.types.UpdatesCombined():
            kinds = (raw.types.UpdateNewMessage, raw.types.UpdateNewChannelMessage)
            return [update.message for update in updates.updates if isinstance(update, kinds)]
        case raw.types.UpdateShortMessage():
            return [_message_of_short_update(updates)]
    return []


def _message_of_short_update(update: raw.types.UpdateShortMessage) -> raw.types.Message:
    """A private text message, which Telegram may abbreviate: it leaves out what follows from its being one."""
    return raw.types.Message(
        id=update.id,
        peer_id=raw.types.PeerUser(user_id=update.user_id),
        date=update.date,
        message=update.message,
        out=update.out,
        entities=update.entities,
    )
