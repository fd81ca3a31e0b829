"""What a bot asks through a connected account, and what it is refused there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrogram.raw import base, functions, types
from pyrogram.raw.core import TLObject

from tests.support.words import utf16_units

from .. import wire
from ..accounts import Connection, connection_update, message_update
from ..faults import Repetition, RpcError, server_error
from ..world import Chat, Content, Message
from .messages import TEXT_LIMIT, entities_of, keyboard_of
from .registry import Request, rpc

RECENT_SECONDS = 24 * 3600
"""How lately somebody must have written for the bot to write to them."""


@rpc(functions.account.GetBotBusinessConnection)
def get_bot_business_connection(request: Request, query: functions.account.GetBotBusinessConnection) -> TLObject[Any]:
    connection = request.backend.accounts.connections.get(query.connection_id)
    if connection is None:
        raise RpcError(400, "CONNECTION_ID_INVALID")
    update = connection_update(connection, request.backend.line.qts)
    return _updates(request, [update], connection)


@rpc(functions.InvokeWithBusinessConnection)
def invoke_with_business_connection(request: Request, query: functions.InvokeWithBusinessConnection) -> TLObject[Any]:
    connection = request.backend.accounts.connections.get(query.connection_id)
    # At another data centre nobody knows the connection.
    if connection is None or not connection.is_enabled or request.dc != connection.dc:
        raise RpcError(400, "BUSINESS_CONNECTION_INVALID")
    handler = _wrapped.get(type(query.query))
    if handler is None:
        raise RpcError(403, "BUSINESS_CONNECTION_NOT_ALLOWED")
    return handler(request, connection, query.query)


def _send_message(request: Request, connection: Connection, query: functions.messages.SendMessage) -> TLObject[Any]:
    if not connection.can_reply:
        raise RpcError(403, "BOT_ACCESS_FORBIDDEN")
    chat = _chat(request, connection, query.peer)
    if not query.message.strip():
        raise RpcError(400, "MESSAGE_EMPTY")
    if utf16_units(query.message) > TEXT_LIMIT:
        raise RpcError(400, "MESSAGE_TOO_LONG")
    repeated = request.backend.sent.get(query.random_id)
    if repeated is not None:
        return _repeated(request, connection, repeated)
    content = Content(
        text=query.message,
        entities=entities_of(query.message, query.entities),
        reply_to=_target(chat, query.reply_to),
        keyboard=keyboard_of(query.reply_markup),
    )
    message = request.world.post(chat, request.world.bot, content).messages[0]
    request.backend.sent[query.random_id] = message
    return _announced(request, connection, message)


def _announced(request: Request, connection: Connection, message: Message) -> TLObject[Any]:
    """A message of the bot is news of the account like any other; the answer tells of it, and an update, too."""
    make = message_update(request.world, connection, message, is_edit=False)
    other = request.world.people[message.chat.id]
    call = request.backend.line.append(make, [connection.owner, other])
    request.backend.echo(call)
    return _updates(request, [call.update], connection)


def _repeated(request: Request, connection: Connection, message: Message) -> TLObject[Any]:
    match request.backend.faults.repetition:
        case Repetition.REFUSED:
            raise RpcError(request.backend.faults.random_id_duplicate_code, "RANDOM_ID_DUPLICATE")
        case Repetition.ANSWERED:
            make = message_update(request.world, connection, message, is_edit=False)
            return _updates(request, [make(request.backend.line.qts)], connection)
        case Repetition.FAILS:
            raise server_error()


def _delete_messages(
    request: Request, connection: Connection, query: functions.messages.DeleteMessages
) -> TLObject[Any]:
    found = [request.backend.accounts.owner_message(connection.owner, number) for number in query.id]
    messages = [message for message in found if message is not None and not message.is_deleted]
    if not connection.can_delete or any(message.sender is not request.world.bot for message in messages):
        raise RpcError(403, "MESSAGE_DELETE_FORBIDDEN")
    request.world.delete(messages)
    return types.messages.AffectedMessages(pts=0, pts_count=len(messages))


def _chat(request: Request, connection: Connection, peer: base.InputPeer) -> Chat:
    """The owner's chat with somebody, if the bot may write there now."""
    person = request.world.people.get(getattr(peer, "user_id", 0))
    if person is None or not isinstance(peer, types.InputPeerUser) or peer.access_hash != person.access_hash:
        raise RpcError(400, "PEER_ID_INVALID")
    if person is connection.owner or not connection.reaches(person.id):
        raise RpcError(400, "BUSINESS_PEER_INVALID")
    chat = request.backend.accounts.chat(connection.owner, person)
    received = [message.date for message in chat.messages.values() if message.sender is person]
    if not received or max(received) < request.world.clock() - RECENT_SECONDS:
        raise RpcError(400, "BUSINESS_PEER_USAGE_MISSING")
    return chat


def _target(chat: Chat, reply_to: base.InputReplyTo | None) -> int | None:
    if not isinstance(reply_to, types.InputReplyToMessage):
        return None
    target = chat.messages.get(reply_to.reply_to_msg_id)
    if target is None or target.is_deleted:
        raise RpcError(400, "REPLY_MESSAGE_ID_INVALID")
    return target.id


def _updates(request: Request, updates: list[base.Update], connection: Connection) -> types.Updates:
    now = int(request.world.clock())
    return types.Updates(updates=updates, users=[wire.user(connection.owner)], chats=[], date=now, seq=0)


_wrapped: dict[type[TLObject[Any]], Callable[[Request, Connection, Any], TLObject[Any]]] = {
    functions.messages.SendMessage: _send_message,
    functions.messages.DeleteMessages: _delete_messages,
}
