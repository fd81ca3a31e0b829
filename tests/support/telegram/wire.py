"""Between the world's plain data and Telegram's schema, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyrogram.raw import base, types
from pyrogram.raw.core import Bool, TLObject, Vector

from .guest_queries import GuestQuery
from .line import Call
from .session import Raw
from .world import (
    Button,
    Change,
    ChangeKind,
    Chat,
    ChatKind,
    Document,
    Entity,
    Ephemeral,
    Forward,
    Keyboard,
    MediaKind,
    Message,
    Person,
    World,
)

ENTITY_PREFIX = "types.MessageEntity"
SILENT_WAVEFORM = bytes(63)
VIEW_ONCE_SECONDS = 2**31 - 1
"""The lifetime by which the schema says that a file can be opened once."""


def true() -> Raw:
    return Raw(bytes(Bool(True)))


def vector(items: Sequence[TLObject[Any]]) -> Raw:
    return Raw(bytes(Vector(list(items))))


# ---------------------------------------------------------------------- people and chats


def user(person: Person, *, is_self: bool = False, is_asked_for: bool = False) -> types.User:
    """A user as the bot sees them; ``is_asked_for``: in the answer to a question about them, never ``min``."""
    if person.is_min and not is_asked_for:
        return _min_user(person)
    return types.User(
        id=person.id,
        is_self=is_self or None,
        bot=person.is_bot or None,
        bot_chat_history=(person.is_bot and person.sees_all) or None,
        bot_info_version=1 if person.is_bot else None,
        access_hash=person.access_hash,
        first_name=person.first_name,
        last_name=person.last_name or None,
        username=person.username or None,
        lang_code=person.language_code or None,
    )


def _min_user(person: Person) -> types.User:
    """What remains; the access hash is good for the profile picture only."""
    return types.User(
        id=person.id,
        min=True,
        bot=person.is_bot or None,
        access_hash=person.access_hash ^ 1,
        first_name=person.first_name,
        last_name=person.last_name or None,
    )


def chat(place: Chat) -> types.Chat | types.Channel:
    """A basic group or a supergroup (private chats are their users)."""
    if place.kind is ChatKind.GROUP:
        return types.Chat(
            id=place.bare_id,
            title=place.title,
            photo=types.ChatPhotoEmpty(),
            participants_count=len(place.members),
            date=place.date,
            version=1,
            noforwards=place.is_protected or None,
            deactivated=place.migrated_to is not None or None,
            migrated_to=None if place.migrated_to is None else _input_channel(place.migrated_to),
        )
    return types.Channel(
        id=place.bare_id,
        title=place.title,
        photo=types.ChatPhotoEmpty(),
        date=place.date,
        megagroup=not place.is_broadcast or None,
        noforwards=place.is_protected or None,
        forum=bool(place.topics) or None,
        broadcast=place.is_broadcast or None,
        access_hash=place.access_hash,
        username=place.username or None,
        participants_count=len(place.members),
    )


def _input_channel(place: Chat) -> types.InputChannel:
    return types.InputChannel(channel_id=place.bare_id, access_hash=place.access_hash)


def peer(place: Chat) -> base.Peer:
    match place.kind:
        case ChatKind.PRIVATE:
            return types.PeerUser(user_id=place.bare_id)
        case ChatKind.GROUP:
            return types.PeerChat(chat_id=place.bare_id)
        case ChatKind.SUPERGROUP:
            return types.PeerChannel(channel_id=place.bare_id)


# ---------------------------------------------------------------------- messages


def message(world: World, what: Message) -> types.Message | types.MessageService | types.MessageEmpty:
    """A message as the bot's account sees it; a deleted one is empty."""
    if what.is_deleted:
        return types.MessageEmpty(id=what.id, peer_id=peer(what.chat))
    if what.action is not None:
        return types.MessageService(
            id=what.id, peer_id=peer(what.chat), from_id=_sender(what), date=what.date, action=what.action
        )
    return types.Message(
        id=what.id,
        peer_id=peer(what.chat),
        from_id=_sender(what),
        post=what.chat.is_broadcast or None,
        date=what.date,
        message=what.text if what.rich is None else "",
        rich_message=what.rich,
        out=what.sender is world.bot or None,
        entities=entities(what.entities) or None,
        media=_media_of(what),
        reply_to=_reply_header(what),
        reply_markup=keyboard(what.keyboard) if what.keyboard else None,
        fwd_from=None if what.forward is None else forward(what.forward),
        edit_date=what.edit_date,
        grouped_id=what.album,
        via_bot_id=None if what.via_bot is None else what.via_bot.id,
        # What the chat forbids is not said again of each of its messages.
        noforwards=(what.is_protected and not what.chat.is_protected) or None,
        silent=what.is_silent or None,
    )


def _media_of(what: Message) -> base.MessageMedia | None:
    if (invoice := what.invoice) is not None:
        return types.MessageMediaInvoice(
            title=invoice.title,
            description=invoice.description,
            currency=invoice.invoice.currency,
            total_amount=sum(price.amount for price in invoice.invoice.prices),
            start_param=invoice.start_param or "",
        )
    return None if what.document is None else media(what.document)


def _reply_header(what: Message) -> types.MessageReplyHeader | None:
    """What it replies to; in a topic every message says which, those without a target as a reply to the topic."""
    if what.elsewhere is not None:
        return _header_of_elsewhere(what.elsewhere)
    if what.topic is None:
        return None if what.reply_to is None else _header_of_reply(what)
    if what.reply_to is None:
        return types.MessageReplyHeader(reply_to_msg_id=what.topic.id, forum_topic=True)
    return types.MessageReplyHeader(reply_to_msg_id=what.reply_to, reply_to_top_id=what.topic.id, forum_topic=True)


def _header_of_reply(what: Message) -> types.MessageReplyHeader:
    if not what.quote:
        return types.MessageReplyHeader(reply_to_msg_id=what.reply_to)
    return types.MessageReplyHeader(reply_to_msg_id=what.reply_to, quote=True, quote_text=what.quote, quote_offset=0)


def _header_of_elsewhere(target: Message) -> types.MessageReplyHeader:
    """A reply to a message of another chat brings that message's media along."""
    return types.MessageReplyHeader(
        reply_to_msg_id=target.id,
        reply_to_peer_id=peer(target.chat),
        reply_from=types.MessageFwdHeader(date=target.date, from_id=types.PeerUser(user_id=target.sender.id)),
        reply_media=None if target.document is None else media(target.document),
    )


def _sender(what: Message) -> base.Peer | None:
    """In private chats and channels the chat itself tells who wrote; the schema leaves the sender out."""
    if what.chat.kind is ChatKind.PRIVATE or what.chat.is_broadcast:
        return None
    name = what.chat if what.is_anonymous else what.speaks_as
    return types.PeerUser(user_id=what.sender.id) if name is None else peer(name)


def forward(origin: Forward) -> types.MessageFwdHeader:
    sender = None if origin.sender is None else types.PeerUser(user_id=origin.sender.id)
    if origin.post is not None:
        channel = peer(origin.post.chat)
        return types.MessageFwdHeader(
            date=origin.date,
            from_id=channel,
            channel_post=origin.post.id,
            saved_from_peer=channel,
            saved_from_msg_id=origin.post.id,
        )
    return types.MessageFwdHeader(date=origin.date, from_id=sender, from_name=origin.name or None)


def entities(items: Iterable[Entity]) -> list[base.MessageEntity]:
    return [
        getattr(types, f"MessageEntity{item.kind}")(offset=item.offset, length=item.length, **item.extra)
        for item in items
    ]


def read_entities(items: Iterable[TLObject[Any]] | None) -> tuple[Entity, ...]:
    """What the bot put on its text."""
    return tuple(_read_entity(item) for item in items or ())


def _read_entity(item: TLObject[Any]) -> Entity:
    if isinstance(item, types.InputMessageEntityMentionName):
        return Entity("MentionName", item.offset, item.length, {"user_id": getattr(item.user_id, "user_id", 0)})
    values = {name: getattr(item, name) for name in item.__slots__}
    kind = item.QUALNAME.removeprefix(ENTITY_PREFIX)
    return Entity(kind, values.pop("offset"), values.pop("length"), values)


def keyboard(rows: Keyboard) -> types.ReplyInlineMarkup:
    return types.ReplyInlineMarkup(
        rows=[types.KeyboardInlineButtonRow(buttons=[_button(item) for item in row]) for row in rows]
    )


def _button(item: Button) -> types.KeyboardInlineButton:
    action: base.InlineButtonType = (
        types.InlineButtonTypeUrl(url=item.url or "")
        if item.data is None
        else types.InlineButtonTypeCallback(data=item.data)
    )
    return types.KeyboardInlineButton(text=item.text, type=action)


def read_keyboard(markup: TLObject[Any] | None) -> Keyboard:
    """The inline keyboard of a message; other kinds of markup show no buttons in the chat."""
    if not isinstance(markup, types.ReplyInlineMarkup):
        return ()
    return tuple(tuple(_read_button(item) for item in row.buttons) for row in markup.rows)


def _read_button(item: types.KeyboardInlineButton) -> Button:
    action = item.type
    return Button(item.text, data=getattr(action, "data", None), url=getattr(action, "url", None))


# ---------------------------------------------------------------------- media


def media(document: Document) -> base.MessageMedia:
    if document.kind is MediaKind.PHOTO:
        return types.MessageMediaPhoto(photo=_photo(document))
    return types.MessageMediaDocument(
        document=None
        if document.has_expired
        else types.Document(
            id=document.id,
            access_hash=document.access_hash,
            file_reference=document.fresh_reference(),
            date=document.date,
            mime_type=document.mime_type,
            size=document.size,
            dc_id=document.dc,
            attributes=_attributes(document),
        ),
        voice=document.kind is MediaKind.VOICE or None,
        round=document.kind is MediaKind.VIDEO_NOTE or None,
        video=document.kind is MediaKind.VIDEO or None,
        ttl_seconds=VIEW_ONCE_SECONDS if document.view_once else None,
    )


def _photo(document: Document) -> types.Photo:
    size = types.PhotoSize(type="x", w=document.width, h=document.height, size=document.size)
    return types.Photo(
        id=document.id,
        access_hash=document.access_hash,
        file_reference=document.fresh_reference(),
        date=document.date,
        sizes=[size],
        dc_id=document.dc,
    )


def _attributes(document: Document) -> list[base.DocumentAttribute]:
    found: list[base.DocumentAttribute] = []
    match document.kind:
        case MediaKind.VOICE | MediaKind.AUDIO:
            found.append(_audio_attribute(document))
        case MediaKind.VIDEO | MediaKind.VIDEO_NOTE:
            found.append(_video_attribute(document))
        case MediaKind.STICKER:
            found.append(types.DocumentAttributeSticker(alt="🙂", stickerset=types.InputStickerSetEmpty()))
    if document.file_name:
        found.append(types.DocumentAttributeFilename(file_name=document.file_name))
    return found


def _audio_attribute(document: Document) -> types.DocumentAttributeAudio:
    is_voice = document.kind is MediaKind.VOICE
    return types.DocumentAttributeAudio(
        duration=round(document.duration),
        voice=is_voice or None,
        waveform=SILENT_WAVEFORM if is_voice else None,
        title=document.title or None,
        performer=document.performer or None,
    )


def _video_attribute(document: Document) -> types.DocumentAttributeVideo:
    return types.DocumentAttributeVideo(
        duration=document.duration,
        w=document.width,
        h=document.height,
        round_message=document.kind is MediaKind.VIDEO_NOTE or None,
    )


def read_document(data: bytes, dc: int, uploaded: types.InputMediaUploadedDocument) -> Document:
    """The document a bot sends after uploading its bytes."""
    document = Document(MediaKind.DOCUMENT, data, uploaded.mime_type, dc, file_name=getattr(uploaded.file, "name", ""))
    for attribute in uploaded.attributes:
        match attribute:
            case types.DocumentAttributeFilename():
                document.file_name = attribute.file_name
            case types.DocumentAttributeAudio():
                document.kind = MediaKind.VOICE if attribute.voice else MediaKind.AUDIO
                document.duration = attribute.duration
            case types.DocumentAttributeVideo():
                document.kind, document.duration = MediaKind.VIDEO, attribute.duration
    return document


# ---------------------------------------------------------------------- changes


def update(world: World, change: Change) -> base.Update:
    """One change as the update that tells a client about it."""
    in_channel = change.chat.kind is ChatKind.SUPERGROUP
    at: dict[str, Any] = {"pts": change.pts, "pts_count": change.count}
    if change.kind is ChangeKind.DELETED:
        ids = [item.id for item in change.messages]
        if in_channel:
            return types.UpdateDeleteChannelMessages(channel_id=change.chat.bare_id, messages=ids, **at)
        return types.UpdateDeleteMessages(messages=ids, **at)
    shown = message(world, change.messages[0])
    if change.kind is ChangeKind.NEW:
        return (types.UpdateNewChannelMessage if in_channel else types.UpdateNewMessage)(message=shown, **at)
    return (types.UpdateEditChannelMessage if in_channel else types.UpdateEditMessage)(message=shown, **at)


def short_update(change: Change) -> types.UpdateShortMessage | types.UpdateShortChatMessage:
    """A new text in a private chat or a basic group, in the form that leaves out everything about the people."""
    shown = change.messages[0]
    about: dict[str, Any] = {
        "id": shown.id,
        "message": shown.text,
        "pts": change.pts,
        "pts_count": change.count,
        "date": shown.date,
        "entities": entities(shown.entities) or None,
    }
    if change.chat.kind is ChatKind.PRIVATE:
        return types.UpdateShortMessage(user_id=shown.sender.id, **about)
    return types.UpdateShortChatMessage(chat_id=change.chat.bare_id, from_id=shown.sender.id, **about)


def context(world: World, messages: Iterable[Message]) -> dict[str, Any]:
    """The users and chats that go along with messages: all that a client needs to show them."""
    people: dict[int, Person] = {}
    places: dict[int, Chat] = {}
    for item in messages:
        if item.speaks_as is None:
            people[item.sender.id] = item.sender
        else:
            places[item.speaks_as.id] = item.speaks_as
        if item.chat.kind is ChatKind.PRIVATE:
            people[item.chat.id] = world.people[item.chat.id]
        else:
            places[item.chat.id] = item.chat
        if item.forward is not None and item.forward.sender is not None:
            people[item.forward.sender.id] = item.forward.sender
        if item.forward is not None and item.forward.post is not None:
            places[item.forward.post.chat.id] = item.forward.post.chat
        if item.via_bot is not None:
            people[item.via_bot.id] = item.via_bot
    return {
        "users": [user(person, is_self=person is world.bot) for person in people.values()],
        "chats": [chat(place) for place in places.values()],
    }


def place(asked: GuestQuery) -> types.InputBotInlineMessageID64:
    """How the bot names what it has posted as a guest."""
    assert asked.answer is not None
    return types.InputBotInlineMessageID64(
        dc_id=asked.dc, owner_id=asked.answer.chat.id, id=asked.answer.id, access_hash=asked.access_hash
    )


def in_line(call: Call, *, date: int) -> types.Updates:
    """An update that is numbered by ``qts``."""
    users: list[base.User] = [user(person) for person in call.people]
    places: list[base.Chat] = [chat(place) for place in call.chats if place.kind is not ChatKind.PRIVATE]
    return types.Updates(updates=[call.update], users=users, chats=places, date=date, seq=0)


def ephemeral(world: World, what: Ephemeral) -> types.EphemeralMessage:
    reply_to: base.MessageReplyHeader | None = None
    if what.reply_to is not None:
        reply_to = types.MessageReplyHeader(reply_to_msg_id=what.reply_to)
    elif what.reply_to_ephemeral is not None:
        reply_to = types.MessageReplyHeader(reply_to_msg_id=what.reply_to_ephemeral, reply_to_ephemeral=True)
    return types.EphemeralMessage(
        id=what.id,
        out=what.sender is world.bot or None,
        from_id=types.PeerUser(user_id=what.sender.id),
        receiver_id=what.receiver.id,
        peer_id=peer(what.chat),
        date=int(world.clock()),
        message=what.text,
        reply_to=reply_to,
        top_msg_id=None if what.topic is None else what.topic.id,
        noforwards=what.is_protected or None,
    )


def whispered(world: World, kind: Any, what: Ephemeral) -> types.Updates:
    """What tells of such a message; it has no place in any order of changes."""
    return types.Updates(
        updates=[kind(message=ephemeral(world, what))],
        users=[user(person, is_self=person is world.bot) for person in (what.sender, what.receiver)],
        chats=[chat(what.chat)],
        date=int(world.clock()),
        seq=0,
    )


def updates(world: World, changes: Sequence[Change], extra: Sequence[base.Update] = ()) -> types.Updates:
    """Changes packed for a client, with everybody they mention."""
    return types.Updates(
        updates=[*extra, *(update(world, change) for change in changes)],
        **context(world, [item for change in changes for item in change.messages]),
        date=int(world.clock()),
        seq=0,
    )
