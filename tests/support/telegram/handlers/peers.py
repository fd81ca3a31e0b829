"""Who a query means. As on the real Telegram, an id alone is not enough: its access hash must be right."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pyrogram.raw import types
from pyrogram.raw.core import TLObject

from ..faults import RpcError
from ..world import Chat, ChatKind, Person, World


def boxed(item: TLObject[Any] | int, size: int) -> TLObject[Any]:
    """An item of a vector: the library reads items of 4 or 8 bytes as plain numbers, and this turns them back."""
    if not isinstance(item, int):
        return item
    read: TLObject[Any] = TLObject.read(BytesIO(item.to_bytes(size, "little", signed=True)))
    return read


def chat_of(world: World, peer: TLObject[Any]) -> Chat:
    """The chat an InputPeer names, if the bot may speak of it."""
    match peer:
        case types.InputPeerUser():
            return _private_chat(world, peer.user_id, peer.access_hash)
        case types.InputPeerChat():
            return _group(world, peer.chat_id)
        case types.InputPeerChannel() | types.InputChannel():
            return _supergroup(world, peer.channel_id, peer.access_hash)
    raise RpcError(400, "PEER_ID_INVALID")


def writable_chat_of(world: World, peer: TLObject[Any]) -> Chat:
    """The same, if the bot may also write there."""
    chat = chat_of(world, peer)
    if chat.kind is ChatKind.PRIVATE and world.people[chat.id].blocked_bot:
        raise RpcError(400, "USER_IS_BLOCKED")
    if chat.migrated_to is not None:
        raise RpcError(*(chat.refusal or (400, "PEER_ID_INVALID")))
    if not chat.bot_may_write:
        raise RpcError(403, "CHAT_WRITE_FORBIDDEN")
    if chat.refusal is not None:
        raise RpcError(*chat.refusal)
    return chat


def person_of(world: World, user: TLObject[Any]) -> Person:
    """The person an InputUser names; for somebody the bot has met, a bot may leave the access hash out."""
    if isinstance(user, types.InputUserSelf | types.InputPeerSelf):
        return world.bot
    if not isinstance(user, types.InputUser | types.InputPeerUser):
        raise RpcError(400, "USER_ID_INVALID")
    person = world.people.get(user.user_id)
    if person is None:
        raise RpcError(400, "USER_ID_INVALID")
    if user.access_hash != person.access_hash and not (user.access_hash == 0 and _has_met(world, person)):
        raise RpcError(400, "USER_ID_INVALID")
    return person


def _has_met(world: World, person: Person) -> bool:
    return any(person.id in chat.members for chat in world.chats.values())


def _private_chat(world: World, user_id: int, access_hash: int) -> Chat:
    person = world.people.get(user_id)
    # A bot cannot begin a conversation: the chat must be there already.
    if person is None or person.access_hash != access_hash or user_id not in world.chats:
        raise RpcError(400, "PEER_ID_INVALID")
    return world.chats[user_id]


def _group(world: World, chat_id: int) -> Chat:
    chat = world.chat_by_bare_id(ChatKind.GROUP, chat_id)
    if chat is None or world.bot.id not in chat.members:
        raise RpcError(400, "CHAT_ID_INVALID")
    return chat


def _supergroup(world: World, channel_id: int, access_hash: int) -> Chat:
    chat = world.chat_by_bare_id(ChatKind.SUPERGROUP, channel_id)
    if chat is None or chat.access_hash != access_hash:
        raise RpcError(400, "CHANNEL_INVALID")
    if world.bot.id not in chat.members:
        raise RpcError(400, "CHANNEL_PRIVATE")
    return chat
