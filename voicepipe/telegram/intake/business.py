"""What comes in by connected accounts: who lets the bot see what, and the voices in the chats that they have chosen.

The owner of an account is who asks, and pays: the person of such a recording. Answered is what others have sent, and
the owner's own where they prefer it so; never what a bot has sent, be it in the owner's name, nor what is in the chat
with this bot. What can be opened once stays unanswered: nothing says that its sender would have it written down.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pyrogram import raw

from voicepipe.config.live import LiveConfig
from voicepipe.domain.connections import Connection
from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.domain.messages import Deletion, Disconnection
from voicepipe.events import AccountConnected, AccountDisconnected, Events
from voicepipe.telegram.intake.documents import declared_seconds, read_document, recording_kind
from voicepipe.telegram.intake.ports import Books
from voicepipe.telegram.intake.positions import News
from voicepipe.telegram.intake.reading import Users, person_of, sent_at

VOICES = (RecordingKind.VOICE, RecordingKind.VIDEO_NOTE)
MESSAGES = (raw.types.UpdateBotNewBusinessMessage, raw.types.UpdateBotEditBusinessMessage)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsDesk:
    """Who acts upon what connected accounts tell."""

    ask: Callable[[str], Awaitable[Connection | None]]
    """Asks Telegram for a connection that was never heard of; None for one that there is not."""
    tell: Callable[[], None]
    """Has owners told, some time soon, what they have not been told yet."""
    withdraw: Callable[[Deletion | Disconnection], None]
    """Learns that recordings in work are gone."""
    wants_own: Callable[[int], bool]
    """Whether the owner of an account wants the text of their own voices as well."""


class ConnectedAccounts:
    """Takes in what comes by them."""

    def __init__(self, store: Books, live: LiveConfig, events: Events, desk: Callable[[], AccountsDesk]) -> None:
        self._store = store
        self._live = live
        self._events = events
        self._desk = desk

    # --- acting, in order -----------------------------------------------------------------------------------------
    async def act(self, news: Iterable[News]) -> list[News]:
        """Act upon these updates, durably; what of them may bring messages yet. Harmless twice. Raises StoreError.

        A message that was deleted, or changed, since is not among it.
        """
        left: list[News] = []
        for update, users in news:
            match update:
                case raw.types.UpdateBotBusinessConnect(connection=connection, qts=qts):
                    await self._record(read_connection(connection, qts), users)
                case raw.types.UpdateBotDeleteBusinessMessage():
                    left = [one for one in left if not _is_about(one[0], update, update.messages)]
                    await self._withdraw(_deletion(update))
                case raw.types.UpdateBotEditBusinessMessage():
                    left = [one for one in left if not _is_about(one[0], update, [update.message.id])]
                    await self._take_edit(update, users)
                    left.append((update, users))
                case raw.types.UpdateBotNewBusinessMessage(connection_id=connection_id):
                    await self._know(connection_id, users)
                    left.append((update, users))
                case _:
                    left.append((update, users))
        return left

    async def _record(self, connection: Connection, users: Iterable[raw.types.User]) -> None:
        await self._store.people.see(person_of(connection.owner_id, {user.id: user for user in users}))
        if not await self._store.connections.record(connection):
            return
        if connection.is_enabled:
            self._events.emit(AccountConnected(connection.owner_id, connection.can_reply))
        else:
            self._events.emit(AccountDisconnected(connection.owner_id))
            self._desk().withdraw(Disconnection(door=connection.door))
        self._desk().tell()

    async def _know(self, connection_id: str, users: Iterable[raw.types.User]) -> None:
        """It may have been made before this bot could hear of it."""
        if self._store.connections.find(connection_id) is None:
            connection = await self._desk().ask(connection_id)
            if connection is not None:
                await self._record(connection, users)

    async def _take_edit(self, update: raw.types.UpdateBotEditBusinessMessage, users: Iterable[raw.types.User]) -> None:
        """Another file has taken the place of whatever was in the message."""
        await self._know(update.connection_id, users)
        connection = self._store.connections.find(update.connection_id)
        document = read_document(update.message)
        if connection is not None and document is not None:
            await self._withdraw(_replacement(connection, update.message, document))

    async def _withdraw(self, deletion: Deletion) -> None:
        await self._store.inbox.mark_deleted(deletion)
        self._desk().withdraw(deletion)

    # --- reading --------------------------------------------------------------------------------------------------
    def read(self, update: Any, users: Users) -> Recording | None:
        """The recording that a new or an edited message brings, if it is to be answered."""
        connection = self._store.connections.find(update.connection_id)
        message, document = update.message, read_document(update.message)
        if connection is None or document is None or not self._is_wanted(connection, message, users):
            return None
        kind = recording_kind(document, is_private=False)
        if kind not in VOICES or (_is_edit(update) and self._is_old(message)):
            return None
        return Recording(
            key=JobKey(message.peer_id.user_id, message.id, connection.door_of(document.id)),
            person=person_of(connection.owner_id, users),
            kind=kind,
            is_private=False,
            declared_seconds=declared_seconds(document),
            file_bytes=document.size,
            sent_at=sent_at(message),
            source=document,
            is_protected=bool(message.noforwards),
        )

    def _is_wanted(self, connection: Connection, message: raw.types.Message, users: Users) -> bool:
        if not connection.is_enabled or not isinstance(message.peer_id, raw.types.PeerUser):
            return False
        contact = message.peer_id.user_id
        is_bot = getattr(users.get(contact), "bot", False) or contact == self._live.telegram.bot_id
        is_sent_by_bot = message.via_business_bot_id is not None
        if is_bot or is_sent_by_bot or contact == connection.owner_id or message.media.ttl_seconds:
            return False
        return not message.out or self._desk().wants_own(connection.owner_id)

    def _is_old(self, message: raw.types.Message) -> bool:
        """An edit of what may be known no more would make it be answered again."""
        edited_at = message.edit_date or message.date
        return bool(edited_at - message.date > self._live.telegram.max_message_age_hours * 3600)


def read_connection(connection: raw.types.BotBusinessConnection, qts: int) -> Connection:
    """A connection as Telegram tells it."""
    return Connection(
        connection_id=connection.connection_id,
        owner_id=connection.user_id,
        dc_id=connection.dc_id,
        can_reply=bool(connection.rights and connection.rights.reply),
        is_enabled=not connection.disabled,
        qts=qts,
        since=qts,
    )


def _deletion(update: raw.types.UpdateBotDeleteBusinessMessage) -> Deletion:
    door = Connection.door_by(update.connection_id)
    chat_id = getattr(update.peer, "user_id", None)
    return Deletion(chat_id=chat_id, message_ids=frozenset(update.messages), door=door)


def _replacement(connection: Connection, message: raw.types.Message, document: raw.types.Document) -> Deletion:
    return Deletion(
        chat_id=getattr(message.peer_id, "user_id", None),
        message_ids=frozenset({message.id}),
        door=connection.door,
        but=connection.door_of(document.id),
    )


def _is_about(earlier: Any, update: Any, message_ids: Iterable[int]) -> bool:
    """Whether an earlier update brought one of these messages of the chat that the later one is about."""
    if not isinstance(earlier, MESSAGES) or earlier.connection_id != update.connection_id:
        return False
    peer = update.message.peer_id if isinstance(update, MESSAGES) else update.peer
    return earlier.message.peer_id == peer and earlier.message.id in message_ids


def _is_edit(update: Any) -> bool:
    return isinstance(update, raw.types.UpdateBotEditBusinessMessage)
