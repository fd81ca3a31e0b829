"""Looking up people, groups and supergroups."""

from __future__ import annotations

from typing import Any

from pyrogram.raw import base, functions, types
from pyrogram.raw.core import TLObject

from .. import wire
from ..faults import RpcError
from ..world import Chat, ChatKind, Person, World
from .peers import boxed, chat_of, person_of
from .registry import Request, rpc


@rpc(functions.users.GetUsers)
def get_users(request: Request, query: functions.users.GetUsers) -> TLObject[Any]:
    return wire.vector([_user(request.world, person_of(request.world, boxed(user, 4))) for user in query.id])


@rpc(functions.users.GetFullUser)
def get_full_user(request: Request, query: functions.users.GetFullUser) -> TLObject[Any]:
    person = person_of(request.world, query.id)
    full = types.UserFull(
        id=person.id,
        settings=types.PeerSettings(),
        notify_settings=types.PeerNotifySettings(),
        common_chats_count=0,
    )
    return types.users.UserFull(full_user=full, chats=[], users=[_user(request.world, person)])


@rpc(functions.messages.GetChats)
def get_chats(request: Request, query: functions.messages.GetChats) -> TLObject[Any]:
    return types.messages.Chats(chats=[wire.chat(_group(request.world, chat_id)) for chat_id in query.id])


@rpc(functions.channels.GetChannels)
def get_channels(request: Request, query: functions.channels.GetChannels) -> TLObject[Any]:
    found: list[base.Chat] = []
    for channel in query.id:
        chat = request.world.chat_by_bare_id(ChatKind.SUPERGROUP, getattr(channel, "channel_id", 0))
        # A bot may leave the access hash of a supergroup it is in out, to learn it here.
        if chat is None or getattr(channel, "access_hash", 0) not in (0, chat.access_hash):
            raise RpcError(400, "CHANNEL_INVALID")
        found.append(wire.chat(chat))
    return types.messages.Chats(chats=found)


@rpc(functions.messages.GetFullChat)
def get_full_chat(request: Request, query: functions.messages.GetFullChat) -> TLObject[Any]:
    chat = _group(request.world, query.chat_id)
    members = [request.world.people[member] for member in sorted(chat.members)]
    full = types.ChatFull(
        id=chat.bare_id,
        about="",
        participants=types.ChatParticipants(
            chat_id=chat.bare_id,
            version=1,
            participants=[_group_participant(chat, member) for member in members],
        ),
        notify_settings=types.PeerNotifySettings(),
        available_reactions=_available_reactions(chat),
    )
    users: list[base.User] = [_user(request.world, member) for member in members]
    return types.messages.ChatFull(full_chat=full, chats=[wire.chat(chat)], users=users)


@rpc(functions.channels.GetFullChannel)
def get_full_channel(request: Request, query: functions.channels.GetFullChannel) -> TLObject[Any]:
    chat = chat_of(request.world, query.channel)
    full = types.ChannelFull(
        id=chat.bare_id,
        about="",
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        chat_photo=types.PhotoEmpty(id=0),
        notify_settings=types.PeerNotifySettings(),
        bot_info=[],
        pts=chat.log.pts,
        participants_count=len(chat.members),
        available_reactions=_available_reactions(chat),
    )
    return types.messages.ChatFull(full_chat=full, chats=[wire.chat(chat)], users=[])


def _available_reactions(chat: Chat) -> base.ChatReactions:
    match chat.allowed_reactions:
        case None:
            return types.ChatReactionsAll()
        case ():
            return types.ChatReactionsNone()
        case emoji:
            return types.ChatReactionsSome(reactions=[types.ReactionEmoji(emoticon=each) for each in emoji])


@rpc(functions.channels.GetParticipant)
def get_participant(request: Request, query: functions.channels.GetParticipant) -> TLObject[Any]:
    chat = chat_of(request.world, query.channel)
    person = person_of(request.world, query.participant)
    if person.id not in chat.members:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    return types.channels.ChannelParticipant(
        participant=_participant(chat, person),
        chats=[wire.chat(chat)],
        users=[_user(request.world, person)],
    )


def _group_participant(chat: Chat, member: Person) -> base.ChatParticipant:
    if member.id == chat.creator_id:
        return types.ChatParticipantCreator(user_id=member.id)
    kind = types.ChatParticipantAdmin if member.id in chat.administrators else types.ChatParticipant
    return kind(user_id=member.id, inviter_id=member.id, date=chat.date)


def _participant(chat: Chat, person: Person) -> base.ChannelParticipant:
    rights = types.ChatAdminRights(change_info=True, other=True)
    if person.id == chat.creator_id:
        return types.ChannelParticipantCreator(user_id=person.id, admin_rights=rights)
    if person.id in chat.administrators:
        return types.ChannelParticipantAdmin(
            user_id=person.id, promoted_by=person.id, date=chat.date, admin_rights=rights
        )
    return types.ChannelParticipant(user_id=person.id, date=chat.date)


@rpc(functions.contacts.ResolveUsername)
def resolve_username(request: Request, query: functions.contacts.ResolveUsername) -> TLObject[Any]:
    wanted = query.username.lower()
    for person in request.world.people.values():
        if person.username.lower() == wanted:
            peer = types.PeerUser(user_id=person.id)
            return types.contacts.ResolvedPeer(peer=peer, chats=[], users=[_user(request.world, person)])
    for chat in request.world.chats.values():
        if chat.username.lower() == wanted:
            return types.contacts.ResolvedPeer(peer=wire.peer(chat), chats=[wire.chat(chat)], users=[])
    raise RpcError(400, "USERNAME_NOT_OCCUPIED")


def _user(world: World, person: Person) -> types.User:
    return wire.user(person, is_self=person is world.bot, is_asked_for=True)


def _group(world: World, chat_id: int) -> Chat:
    return chat_of(world, types.InputPeerChat(chat_id=chat_id))
