"""Connected accounts as plain data: the private chats of people with each other, and who lets the bot see which.

The chats are the owner's: the bot is in none of them, and messages have the owner's numbers. As
core.telegram.org/api/bots/connected-business-bots tells it, all of it comes to the bot in the line of ``qts``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from pyrogram.raw import base, types

from . import wire
from .world import ChangeLog, Chat, ChatKind, Message, Person, World

FIRST_OWN_ID = 40_000


@dataclass(slots=True, eq=False)
class Connection:
    """What an owner has allowed. ``chosen``: whose chats the bot sees; ``paused``: those it does not just now."""

    connection_id: str
    owner: Person
    dc: int
    can_reply: bool
    can_delete: bool
    date: int
    is_enabled: bool = True
    chosen: set[int] = field(default_factory=set)
    paused: set[int] = field(default_factory=set)

    def reaches(self, person_id: int) -> bool:
        """Whether the bot sees, and may write in, the owner's chat with somebody."""
        return self.is_enabled and person_id in self.chosen and person_id not in self.paused


class Accounts:
    """The private chats of people with each other, and the connections to them."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}
        self._chats: dict[tuple[int, int], Chat] = {}
        self._numbers: dict[int, itertools.count[int]] = {}

    def chat(self, owner: Person, other: Person) -> Chat:
        """A private chat as its owner sees it; all of one owner share a numbering."""
        key = owner.id, other.id
        if key not in self._chats:
            numbers = self._numbers.setdefault(owner.id, itertools.count(FIRST_OWN_ID))
            self._chats[key] = Chat(other.id, ChatKind.PRIVATE, other.first_name, ChangeLog(), numbers)
            self._chats[key].members = {owner.id, other.id}
        return self._chats[key]

    def owner_message(self, owner: Person, message_id: int) -> Message | None:
        """A message of any chat of the owner's."""
        chats = (chat for (owner_id, _), chat in self._chats.items() if owner_id == owner.id)
        return next((chat.messages[message_id] for chat in chats if message_id in chat.messages), None)


def connection_update(connection: Connection, qts: int) -> types.UpdateBotBusinessConnect:
    """What tells the bot of a connection as it is now."""
    rights = types.BusinessBotRights(
        reply=connection.can_reply or None, delete_sent_messages=connection.can_delete or None
    )
    return types.UpdateBotBusinessConnect(
        connection=types.BotBusinessConnection(
            connection_id=connection.connection_id,
            user_id=connection.owner.id,
            dc_id=connection.dc,
            date=connection.date,
            disabled=not connection.is_enabled or None,
            rights=rights if connection.is_enabled else None,
        ),
        qts=qts,
    )


def shown(world: World, connection: Connection, message: Message) -> types.Message:
    """A message as the owner's account has it; what the bot wrote there is the owner's, and says by which bot."""
    found = wire.message(world, message)
    assert isinstance(found, types.Message)
    is_bots = message.sender is world.bot
    found.out = message.sender is connection.owner or is_bots or None
    found.via_business_bot_id = world.bot.id if is_bots else None
    return found


def message_update(
    world: World, connection: Connection, message: Message, *, is_edit: bool
) -> Callable[[int], base.Update]:
    """Makes the update about a new or an edited message, given its number."""
    kind = types.UpdateBotEditBusinessMessage if is_edit else types.UpdateBotNewBusinessMessage
    raw = shown(world, connection, message)
    return lambda qts: kind(connection_id=connection.connection_id, message=raw, qts=qts)
