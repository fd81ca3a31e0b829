"""Acting on a connected account: its owner connects the bot, sets what it may, and people write to the owner.

What the bot writes there, and is refused, is in ``handlers/business.py``.
"""

from __future__ import annotations

import secrets
from typing import Unpack

from pyrogram.raw import types

from . import wire
from .accounts import Connection, connection_update, message_update
from .people import How, Stage, User
from .world import Change, Chat, Content, Document, MediaKind, Message, Person


class ConnectedAccount:
    """An account with the bot connected: its owner acts on the connection, and people write to the owner."""

    def __init__(self, stage: Stage, connection: Connection) -> None:
        self._stage = stage
        self.connection = connection

    @property
    def connection_id(self) -> str:
        return self.connection.connection_id

    @property
    def owner(self) -> User:
        return User(self._stage, self.connection.owner)

    def chat_with(self, other: User) -> Chat:
        return self._stage.backend.accounts.chat(self.connection.owner, other.person)

    # ------------------------------------------------------------------ what the owner sets

    async def choose(self, *others: User) -> None:
        """The bot sees the chats with these people, and no others."""
        self.connection.chosen = {other.id for other in others}
        await self.tell()

    async def set_rights(self, *, reply: bool, delete: bool = False) -> None:
        self.connection.can_reply, self.connection.can_delete = reply, delete
        await self.tell()

    async def disconnect(self) -> None:
        self.connection.is_enabled = False
        await self.tell()

    async def enable(self) -> None:
        self.connection.is_enabled = True
        await self.tell()

    def pause(self, other: User) -> None:
        """Stop the bot in one chat; nothing tells it so."""
        self.connection.paused.add(other.id)

    def resume(self, other: User) -> None:
        self.connection.paused.discard(other.id)

    async def tell(self) -> None:
        """Tell the bot how the connection is now."""
        owner = self.connection.owner
        call = self._stage.backend.line.append(lambda qts: connection_update(self.connection, qts), [owner])
        await self._stage.pushes.tell_in_line(call)

    # ------------------------------------------------------------------ what happens in the chats

    async def receive_voice(self, other: User, data: bytes, duration: float = 3, **how: Unpack[How]) -> Message:
        """Somebody sends the owner a voice note."""
        return await self._post(other, other.person, voice(data, duration), how)

    async def send_voice(self, other: User, data: bytes, duration: float = 3, **how: Unpack[How]) -> Message:
        """The owner sends one."""
        return await self._post(other, self.connection.owner, voice(data, duration), how)

    async def receive_text(self, other: User, text: str, **how: Unpack[How]) -> Message:
        return await self._post(other, other.person, None, how, text)

    async def edit(self, message: Message, *, text: str | None = None, document: Document | None = None) -> None:
        """Change the words, or the file, of a message."""
        world = self._stage.world
        if document is not None:
            document.dc = self._stage.backend.home_dc
            message.document = document
            world.documents[document.id] = document
        change = world.edit(message, message.text if text is None else text, (), ())
        await self._announce(change, is_edit=True)

    async def delete(self, *messages: Message, deliver: bool = True) -> None:
        """Delete messages of one chat."""
        world, chat = self._stage.world, messages[0].chat
        world.delete(messages)
        if not self.connection.reaches(chat.id):
            return
        call = self._stage.backend.line.append(
            lambda qts: types.UpdateBotDeleteBusinessMessage(
                connection_id=self.connection_id,
                peer=wire.peer(chat),
                messages=[message.id for message in messages],
                qts=qts,
            ),
            [world.people[chat.id]],
        )
        if deliver:
            await self._stage.pushes.tell_in_line(call)

    async def _post(self, other: User, sender: Person, document: Document | None, how: How, text: str = "") -> Message:
        world = self._stage.world
        if document is not None:
            document.dc = how.get("dc", self._stage.backend.home_dc)
        content = Content(text=how.get("caption", text), document=document, age_seconds=how.get("age_seconds", 0.0))
        change = world.post(self.chat_with(other), sender, content)
        await self._announce(change, is_edit=False, deliver=how.get("deliver", True))
        return change.messages[0]

    async def _announce(self, change: Change, *, is_edit: bool, deliver: bool = True) -> None:
        world, message = self._stage.world, change.messages[0]
        if not self.connection.reaches(change.chat.id):
            return
        make = message_update(world, self.connection, message, is_edit=is_edit)
        call = self._stage.backend.line.append(make, [self.connection.owner, world.people[change.chat.id]])
        if deliver:
            await self._stage.pushes.tell_in_line(call)


async def connect(
    stage: Stage, owner: User, *others: User, reply: bool, delete: bool, dc: int | None, deliver: bool
) -> ConnectedAccount:
    """Connect the bot to an account, for the chats with these people."""
    world, backend = stage.world, stage.backend
    world.private_chat(owner.id)  # whoever connects a bot lets it write
    connection = Connection(
        connection_id=f"Bz{secrets.token_urlsafe(12)}",
        owner=owner.person,
        dc=backend.home_dc if dc is None else dc,
        can_reply=reply,
        can_delete=delete,
        date=int(world.clock()),
        chosen={other.id for other in others},
    )
    backend.accounts.connections[connection.connection_id] = connection
    account = ConnectedAccount(stage, connection)
    if deliver:
        await account.tell()
    return account


def voice(data: bytes, duration: float) -> Document:
    """A voice note to put into a message."""
    return Document(MediaKind.VOICE, data, "audio/ogg", duration=duration)
