"""Answers to recordings of connected accounts: to the owner alone, or in the chat in the owner's name.

The owner's preference decides, and what the connection allows. Where an answer goes is journaled before it is sent, so
that it goes there and nowhere else whatever comes in between. Whom the owner talks with sees the text at most: no
status, no refusal and no failure. core.telegram.org/api/bots/connected-business-bots
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.accounts.connected import BUSINESS_ANSWERS, BUSINESS_VOICES, IN_CHAT, TO_OWNER
from voicepipe.accounts.preferences import Preferences
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.admission import RefusalReason
from voicepipe.domain.connections import Connection, connection_id_of
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.markup import Entity, Look
from voicepipe.domain.people import Person
from voicepipe.errors import FetchFailed, Undeliverable, WriteForbidden
from voicepipe.store import Store
from voicepipe.telegram.chat.messenger import ANSWER_FAULTS, ANSWER_TRIES, Messenger
from voicepipe.telegram.chat.parts import messages_of
from voicepipe.telegram.chat.sending import Outgoing, Sender
from voicepipe.telegram.intake.business import read_connection
from voicepipe.telegram.intake.documents import read_document
from voicepipe.telegram.intake.originals import unpack_original
from voicepipe.telegram.intake.positions import changes_in
from voicepipe.telegram.session.client import BotClient
from voicepipe.telegram.session.rpc import Rpc

NO_RIGHT = "BOT_ACCESS_FORBIDDEN"
"""The owner has withdrawn the right to reply, and the bot has not heard of it yet."""
ENDED = "BUSINESS_CONNECTION_INVALID"
MATTERS_OF_A_DAY = frozenset({*RefusalReason, "over_quota", "disk_full"})
"""Reasons that others share, so that they are told once a day."""


@dataclass(frozen=True, slots=True)
class _Contact:
    """Whom an owner talks with, and the message that brought a recording."""

    user_id: int
    name: str
    message: Any = None
    users: Sequence[raw.types.User] = ()


class Accounts:
    """The bot in connected accounts. Satisfies the journey's `Answers`."""

    def __init__(
        self, client: BotClient, rpc: Rpc, messenger: Messenger, *, store: Store, preferences: Preferences, texts: Texts
    ) -> None:
        self._client = client
        self._rpc = rpc
        self._messenger = messenger
        self._sender: Sender = messenger.sender
        self._store = store
        self._preferences = preferences
        self._texts = texts

    # --- the journey's answers ----------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        """Raises FetchFailed, DiskFull, SessionEnded and ServiceStopping."""
        if source is None:
            message = (await self._contact(key)).message
            source = None if message is None else read_document(message)
            if source is None:
                raise FetchFailed("what the message was is not known any more")
        await self._messenger.fetch_media(key, source, path)

    async def announce(self, key: JobKey, status: Reply, *, topic_id: int | None = None) -> int | None:
        """Nobody is shown a status."""
        return None

    def show_progress(self, key: JobKey, status_message_id: int, status: Reply) -> None:
        """There is no status."""

    async def put_answer(
        self, key: JobKey, status_message_id: int | None, replies: Sequence[Reply], *, topic_id: int | None = None
    ) -> Sequence[JobKey]:
        """Raises Undeliverable."""
        connection = self._store.connections.find(connection_id_of(key.door))
        if connection is None or not connection.is_enabled:
            raise Undeliverable(ENDED)
        contact = await self._contact(key)
        await self._client.fetch_peers(contact.users)
        if await self._place(key, connection) == IN_CHAT:
            try:
                return await self._say_in_chat(key, connection, replies)
            except Undeliverable as error:
                if error.cause != NO_RIGHT or error.is_begun:
                    raise
                await self._keep_place(key, TO_OWNER)
        return await self._say_to_owner(key, connection.owner_id, self._with_name(connection, contact, replies))

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        """There is no status."""

    async def is_there(self, key: JobKey) -> bool:
        """Whether the text is wanted yet: the account is connected, and the message not deleted."""
        connection = self._store.connections.find(connection_id_of(key.door))
        if connection is None or not connection.is_enabled:
            return False
        return not await self._store.inbox.is_deleted(key)

    async def find_reply(self, key: JobKey) -> int | None:
        """There is no status, and an answer is never looked for."""
        return None

    async def refuse(self, key: JobKey, refusal: Reply, *, topic_id: int | None = None) -> int | None:
        """Refusals are told by `tell_owner` only."""
        return None

    # --- owners ---------------------------------------------------------------------------------------------------
    async def tell_owner(self, key: JobKey, matter: str) -> None:
        """Raises Undeliverable."""
        connection = self._store.connections.find(connection_id_of(key.door))
        if connection is None or not connection.is_enabled:
            return
        is_of_day = matter in MATTERS_OF_A_DAY
        if not is_of_day and self._wanted_place(connection) == IN_CHAT:
            return  # the owner reads in that chat, where there is just no text
        contact = await self._contact(key)
        name = contact.name or self._text(connection.owner_id, "business-somebody")
        text = self._text(connection.owner_id, "business-no-text", name=name, matter=matter.replace("_", "-"))
        if is_of_day:
            # Said again the same day, Telegram knows it for a repetition.
            key = JobKey(connection.owner_id, 0, connection.door)
            matter = f"{matter} {self._store.accounts.today()}"
        await self._say_to_owner(key, connection.owner_id, [Reply(text)], purpose=matter)

    async def tell_connection(self, connection: Connection, reply: Reply) -> None:
        """Tell an owner how the connection is now; told again, it is there once. Raises Undeliverable."""
        key = JobKey(connection.owner_id, connection.since, connection.door)
        await self._say_to_owner(key, connection.owner_id, [reply], purpose="connection")

    async def ask(self, connection_id: str) -> Connection | None:
        """A connection as Telegram has it; None where there is none."""
        try:
            found = await self._rpc.call(raw.functions.account.GetBotBusinessConnection(connection_id=connection_id))
        except RPCError:
            return None
        for update in changes_in(found):
            if isinstance(update, raw.types.UpdateBotBusinessConnect):
                return read_connection(update.connection, update.qts)
        return None

    def wants_own(self, owner_id: int) -> bool:
        """Whether an owner wants the text of their own voices, too."""
        return self._preferences.value_of(owner_id, BUSINESS_VOICES) != BUSINESS_VOICES.default

    # --- where, and how -------------------------------------------------------------------------------------------
    async def _place(self, key: JobKey, connection: Connection) -> str:
        """Where the answer goes: what was decided before, or is now."""
        kept = await self._store.inbox.kept_place(key)
        if kept is not None:
            return kept.decode()
        place = self._wanted_place(connection)
        await self._keep_place(key, place)
        return place

    async def _keep_place(self, key: JobKey, place: str) -> None:
        await self._store.persist(lambda: self._store.inbox.keep_place(key, place.encode()))

    def _wanted_place(self, connection: Connection) -> str:
        place = self._preferences.value_of(connection.owner_id, BUSINESS_ANSWERS)
        return place if connection.can_reply else TO_OWNER

    async def _say_in_chat(self, key: JobKey, connection: Connection, replies: Sequence[Reply]) -> Sequence[JobKey]:
        """The text alone, and all of it: buttons and files are the owner's affair. Raises Undeliverable."""
        bare = [replace(reply, buttons=(), document=None) for reply in _in_words(replies) if reply.text]
        messages = [replace(each, account=connection) for each in messages_of(key, "answer", bare, None)]
        return [replace(key, message_id=number) for number in await self._send(messages)]

    async def _say_to_owner(
        self, key: JobKey, owner_id: int, replies: Sequence[Reply], *, purpose: str = "answer"
    ) -> Sequence[JobKey]:
        """In the owner's own chat with the bot. Raises Undeliverable."""
        messages = [replace(each, moved_to=owner_id) for each in messages_of(key, purpose, replies, None)]
        return [JobKey(owner_id, number) for number in await self._send(messages)]

    async def _send(self, messages: Sequence[Outgoing]) -> list[int]:
        """The numbers of the messages, as far as they are known."""
        sent: list[int | None] = []
        try:
            for message in messages:
                number = await self._sender.send(message, tries=ANSWER_TRIES, faults=ANSWER_FAULTS)
                sent.append(number)
        except Undeliverable as error:
            kind = WriteForbidden if isinstance(error, WriteForbidden) else Undeliverable
            raise kind(error.cause, is_begun=bool(sent)) from error
        return [number for number in sent if number is not None]

    def _with_name(self, connection: Connection, contact: _Contact, replies: Sequence[Reply]) -> list[Reply]:
        """The answer for the owner, who is told whose voice it is; the name leads to the chat."""
        name = contact.name or self._text(connection.owner_id, "business-somebody")
        text_key = "business-own" if contact.message is not None and contact.message.out else "business-from"
        head = self._text(connection.owner_id, text_key, name=name)
        first, *others = replies
        start = head.find(name)
        named = Entity(Look.PERSON, start, len(name), user_id=contact.user_id)
        moved = [replace(entity, offset=entity.offset + len(head) + 1) for entity in first.entities]
        marked = replace(first, text=f"{head}\n{first.text}", entities=(named, *moved))
        return [marked, *others]

    # --- what is known --------------------------------------------------------------------------------------------
    async def _contact(self, key: JobKey) -> _Contact:
        """Whom a recording's chat is with, as its message said."""
        original = await self._store.inbox.original(key)
        news = None if original is None else unpack_original(original)
        if news is None:
            return _Contact(key.chat_id, "")
        update, users = news
        user = next((each for each in users if each.id == key.chat_id), None)
        names = () if user is None else (user.first_name, user.last_name)
        return _Contact(key.chat_id, " ".join(filter(None, names)), update.message, users)

    def _text(self, owner_id: int, text_key: str, **facts: str) -> str:
        owner = self._store.people.person(owner_id) or Person(owner_id, None, None)
        return self._texts.get(language_in(self._preferences, owner, owner_id), text_key, **facts)


def _in_words(replies: Sequence[Reply]) -> Sequence[Reply]:
    """The answer, but where most of it is in a file of text, the words of that."""
    said = sum(len("".join(reply.text.split())) for reply in replies)
    for reply in replies:
        if reply.document is not None and reply.document.mime_type.startswith("text/plain"):
            whole = reply.document.content.decode("utf-8-sig").strip()
            if len("".join(whole.split())) > said:
                return [Reply(whole, is_protected=reply.is_protected)]
    return replies
