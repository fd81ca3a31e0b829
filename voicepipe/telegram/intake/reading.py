"""Reads raw updates and messages: what of them is the bot's business, of what kind it is, and from whom.

There is one reader for each kind of update and one for each kind of message: to take in another kind is to add one
here. A kind that voicepipe knows, but does not act upon yet, is read as `Unread`, so that it is told of and not lost
without a word. A kind that is in neither table is none of the bot's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyrogram import raw, utils

from voicepipe.accounts.wishes import read_wishes
from voicepipe.domain.asking import Asking, Manner
from voicepipe.domain.jobs import GUEST, JobKey, Recording, RecordingKind
from voicepipe.domain.messages import Deletion, DraftStop, InlineQuery, Press, Remark, ServiceMessage
from voicepipe.domain.payments import Checkout, RenewalChange
from voicepipe.domain.people import Person
from voicepipe.telegram.intake.documents import declared_seconds, has_expired, read_document, recording_kind
from voicepipe.telegram.intake.relations import (
    brought_along,
    forwarded_post,
    is_of_bot,
    mentioned,
    replied_to,
    topic_id,
)
from voicepipe.telegram.intake.sales import PAYMENTS, read_checkout, read_payment, read_renewal

NO_MEDIA = (type(None), raw.types.MessageMediaEmpty, raw.types.MessageMediaWebPage)
"""What a message of nothing but text carries; a web page is the preview of a link in it."""
ACTION_PREFIX = "MessageAction"


@dataclass(frozen=True, slots=True)
class Unread:
    """An update that voicepipe knows but does not act upon yet."""

    kind: str
    """Telegram's name for it, as `UpdateBotPrecheckoutQuery`."""


Told = Press | Deletion | DraftStop | InlineQuery | Checkout | RenewalChange | Unread
"""What updates say that bring no message."""
Message = Recording | Remark | ServiceMessage
"""What has a place in a chat, and so a key."""
Users = Mapping[int, raw.types.User]
"""The people whom an update mentions, by id."""


# --- updates --------------------------------------------------------------------------------------------------------
def message_of(update: Any) -> Any | None:
    """The raw message that an update brings; None for an update that brings none."""
    reader = NEW_MESSAGES.get(type(update))
    return None if reader is None else reader(update)


def read_update(update: Any, users: Users) -> Told | None:
    """What an update says that brings no message; None for what is none of the bot's business."""
    reader = UPDATES.get(type(update))
    return None if reader is None else reader(update, users)


def _message_in(update: Any) -> Any:
    return update.message


def _itself(update: Any) -> Any:
    return update


def _short_private_message(update: raw.types.UpdateShortMessage) -> raw.types.Message:
    return _completed(update, raw.types.PeerUser(user_id=update.user_id), None)


def _short_group_message(update: raw.types.UpdateShortChatMessage) -> raw.types.Message:
    sender = raw.types.PeerUser(user_id=update.from_id)
    return _completed(update, raw.types.PeerChat(chat_id=update.chat_id), sender)


def _completed(
    update: raw.types.UpdateShortMessage | raw.types.UpdateShortChatMessage,
    chat: raw.base.Peer,
    sender: raw.base.Peer | None,
) -> raw.types.Message:
    """The text message that Telegram has abbreviated: it leaves out what follows from its being no more than that."""
    return raw.types.Message(
        id=update.id,
        peer_id=chat,
        from_id=sender,
        date=update.date,
        message=update.message,
        out=update.out,
        entities=update.entities,
    )


def _read_press(update: raw.types.UpdateBotCallbackQuery, users: Users) -> Press | Unread:
    if update.data is None:  # a game's button, which this bot never shows
        return _read_unread(update, users)
    return Press(
        query_id=update.query_id,
        key=JobKey(chat_id(update.peer), update.msg_id),
        person=person_of(update.user_id, users),
        is_private=isinstance(update.peer, raw.types.PeerUser),
        data=update.data.decode(),
        pressed_at=datetime.now(UTC),  # Telegram does not say
    )


def _read_press_elsewhere(update: raw.types.UpdateInlineBotCallbackQuery, users: Users) -> Press | Unread:
    """The press of a button in a chat that the bot is no member of, nor told of."""
    if update.data is None:
        return _read_unread(update, users)
    return Press(
        query_id=update.query_id,
        key=JobKey(update.user_id, 0, GUEST),
        person=person_of(update.user_id, users),
        is_private=True,
        data=update.data.decode(),
        pressed_at=datetime.now(UTC),
        place=update.msg_id.write(),
    )


def _read_inline_query(update: raw.types.UpdateBotInlineQuery, users: Users) -> InlineQuery:
    person = person_of(update.user_id, users)
    return InlineQuery(query_id=update.query_id, person=person, text=update.query, offset=update.offset)


def _read_checkout(update: raw.types.UpdateBotPrecheckoutQuery, _: Users) -> Checkout:
    return read_checkout(update)


def _read_renewal(update: raw.types.UpdateBotStarsSubscription, users: Users) -> RenewalChange | Unread:
    return read_renewal(update) or _read_unread(update, users)


def _read_deletion(update: raw.types.UpdateDeleteMessages, _: Users) -> Deletion:
    return Deletion(chat_id=None, message_ids=frozenset(update.messages))


def _read_channel_deletion(update: raw.types.UpdateDeleteChannelMessages, _: Users) -> Deletion:
    return Deletion(chat_id=int(utils.get_channel_id(update.channel_id)), message_ids=frozenset(update.messages))


def _read_draft_stop(update: raw.types.UpdateUserTyping, _: Users) -> DraftStop | None:
    if not isinstance(update.action, raw.types.SendMessageStopDraftAction):
        return None
    return DraftStop(user_id=update.user_id, draft_id=update.action.random_id)


def _read_unread(update: Any, _: Users) -> Unread:
    return Unread(type(update).__name__)


NEW_MESSAGES: dict[type, Callable[[Any], Any]] = {
    raw.types.UpdateNewMessage: _message_in,
    raw.types.UpdateNewChannelMessage: _message_in,
    raw.types.UpdateShortMessage: _short_private_message,
    raw.types.UpdateShortChatMessage: _short_group_message,
    raw.types.UpdateBotGuestChatQuery: _itself,
    raw.types.UpdateNewEphemeralMessage: _itself,
    raw.types.UpdateBotNewBusinessMessage: _itself,
    raw.types.UpdateBotEditBusinessMessage: _itself,
}
"""The kinds of updates that bring a message, each with what gets it out."""

UPDATES: dict[type, Callable[[Any, Users], Told | None]] = {
    raw.types.UpdateBotCallbackQuery: _read_press,
    raw.types.UpdateUserTyping: _read_draft_stop,
    raw.types.UpdateDeleteMessages: _read_deletion,
    raw.types.UpdateDeleteChannelMessages: _read_channel_deletion,
    raw.types.UpdateInlineBotCallbackQuery: _read_press_elsewhere,
    raw.types.UpdateBusinessBotCallbackQuery: _read_unread,
    raw.types.UpdateBotInlineQuery: _read_inline_query,
    raw.types.UpdateBotPrecheckoutQuery: _read_checkout,
    raw.types.UpdateBotShippingQuery: _read_unread,
    raw.types.UpdateBotPurchasedPaidMedia: _read_unread,
    raw.types.UpdateBotStarsSubscription: _read_renewal,
}
"""The kinds of updates that say something by themselves, each with its reader."""


# --- messages -------------------------------------------------------------------------------------------------------
def read_message(message: Any, users: Users) -> Message | None:
    """What a person sent, or a channel; None for what nobody expects an answer to (own, bots', most of Telegram's)."""
    reader = MESSAGES.get(type(message))
    return None if reader is None else reader(message, users)


def _read_sent(message: raw.types.Message, users: Users) -> Recording | Remark | None:
    if message.out or is_of_bot(message, users):
        return None
    document = read_document(message)
    kind = None if document is None else recording_kind(document, is_private=_is_private(message))
    if document is None or kind is None:
        return Remark(
            key=_key(message),
            person=_sender(message, users),
            is_private=_is_private(message),
            text=message.message or "",
            has_media=not isinstance(message.media, NO_MEDIA),
            sent_at=sent_at(message),
            topic_id=topic_id(message),
            has_expired=has_expired(message),
            replies_to=replied_to(message),
            brings_recording=brought_along(message) is not None,
            mentions=mentioned(message),
            is_post=bool(message.post),
        )
    return recording_in(message, document, kind, users, is_protected=bool(message.noforwards))


def recording_in(
    message: raw.types.Message, document: raw.types.Document, kind: RecordingKind, users: Users, *, is_protected: bool
) -> Recording:
    """The recording that a message has, or brings along from another chat."""
    return Recording(
        key=_key(message),
        person=_sender(message, users),
        kind=kind,
        is_private=_is_private(message),
        declared_seconds=declared_seconds(document),
        file_bytes=document.size,
        sent_at=sent_at(message),
        source=document,
        file_id=document.id,
        topic_id=topic_id(message),
        caption=message.message or "",
        is_post=bool(message.post),
        forwarded_post=forwarded_post(message),
        is_protected=is_protected,
    )


def _read_whisper(update: raw.types.UpdateNewEphemeralMessage, users: Users) -> Remark | None:
    """A message in a group that its sender meant for the bot alone."""
    message = update.message
    if message.out or message.peer_id is None or not isinstance(message.from_id, raw.types.PeerUser):
        return None
    user_id = message.from_id.user_id
    asking = Asking(manner=Manner.WHISPERED, user_id=user_id, message_id=message.id)
    return Remark(
        key=JobKey(chat_id(message.peer_id), message.id, asking.door),
        person=person_of(user_id, users),
        is_private=False,
        text=message.message,
        has_media=message.media is not None,
        sent_at=sent_at(message),
        topic_id=topic_id(message),
        replies_to=replied_to(message),
        is_whispered=True,
    )


def _read_guest_query(query: raw.types.UpdateBotGuestChatQuery, users: Users) -> Recording | Remark:
    """What somebody asks for in a chat that the bot is no member of: the recording that they point at."""
    asked, document = query.message, guest_recording(query)
    person = _sender(asked, users)
    key = JobKey(person.user_id, query.query_id, GUEST)
    kind = None if document is None else recording_kind(document, is_private=True)
    if document is None or kind is None:
        has_gone = any(map(has_expired, _shown_by(query)))
        return Remark(
            key=key,
            person=person,
            is_private=True,
            text=asked.message or "",
            has_media=False,
            sent_at=sent_at(asked),
            has_expired=has_gone,
        )
    return Recording(
        key=key,
        person=person,
        kind=kind,
        is_private=True,
        declared_seconds=declared_seconds(document),
        file_bytes=document.size,
        sent_at=sent_at(asked),
        source=document,
        file_id=document.id,
        asked_language=read_wishes(asked.message or "").language,
    )


def guest_recording(query: raw.types.UpdateBotGuestChatQuery) -> raw.types.Document | None:
    """The recording that a guest's query points at: in the message that is replied to, or in the query's own."""
    for message in _shown_by(query):
        document = read_document(message)
        if document is not None and recording_kind(document, is_private=True) is not None:
            return document
    return None


def _shown_by(query: raw.types.UpdateBotGuestChatQuery) -> list[raw.types.Message]:
    """The messages that a query shows, the one that is pointed at first."""
    target = getattr(query.message.reply_to, "reply_to_msg_id", None)
    shown = [each for each in query.reference_messages or [] if isinstance(each, raw.types.Message)]
    return [*sorted(shown, key=lambda each: each.id != target), query.message]


def _read_service(message: raw.types.MessageService, users: Users) -> ServiceMessage | None:
    # What is paid back may count as sent by the bot.
    is_own = message.out and not isinstance(message.action, PAYMENTS)
    if is_own or not isinstance(message.action, SERVICE_ACTIONS):
        return None
    is_private = _is_private(message)
    return ServiceMessage(
        key=_key(message),
        person=_sender(message, users),
        kind=type(message.action).__name__.removeprefix(ACTION_PREFIX),
        sent_at=sent_at(message),
        newcomers=frozenset(getattr(message.action, "users", ())),
        moved=_move(message),
        paid=read_payment(message.action, chat_id(message.peer_id), sent_at(message)) if is_private else None,
        is_private=is_private,
    )


def _move(message: raw.types.MessageService) -> tuple[int, int] | None:
    here, action = chat_id(message.peer_id), message.action
    if isinstance(action, raw.types.MessageActionChannelMigrateFrom):
        return -action.chat_id, here
    if isinstance(action, raw.types.MessageActionChatMigrateTo):
        return here, int(utils.get_channel_id(action.channel_id))
    return None


SERVICE_ACTIONS = (
    *PAYMENTS,
    raw.types.MessageActionChatAddUser,
    raw.types.MessageActionChatCreate,
    raw.types.MessageActionChatMigrateTo,
    raw.types.MessageActionChannelMigrateFrom,
)
"""What service messages tell that may be the bot's business; titles and pins are not."""

MESSAGES: dict[type, Callable[[Any, Users], Message | None]] = {
    raw.types.Message: _read_sent,
    raw.types.MessageService: _read_service,
    raw.types.UpdateBotGuestChatQuery: _read_guest_query,
    raw.types.UpdateNewEphemeralMessage: _read_whisper,
}
"""The kinds of messages, each with its reader."""


# --- what all kinds have --------------------------------------------------------------------------------------------
def chat_id(peer: raw.base.Peer) -> int:
    """The bot-API style id of a chat: users positive, groups negative, supergroups and channels -100…"""
    return int(utils.get_peer_id(peer))


def _key(message: Any) -> JobKey:
    return JobKey(chat_id(message.peer_id), message.id)


def _is_private(message: Any) -> bool:
    return isinstance(message.peer_id, raw.types.PeerUser)


def _sender(message: Any, users: Users) -> Person:
    return person_of(chat_id(message.from_id or message.peer_id), users)


def sent_at(message: Any) -> datetime:
    """When a message was sent, by Telegram's clock."""
    # Telegram's dates are Unix time; the client's own Message objects would make them naive local time.
    return datetime.fromtimestamp(message.date, UTC)


def tells_all(user: object) -> bool:
    """Whether Telegram tells what somebody is called now.

    It leaves out people of whom it has told before, or shows them as `min`: with no username, language, or usable
    access hash. That says nothing of what they are: core.telegram.org/api/min
    """
    return isinstance(user, raw.types.User) and not user.min


def person_of(user_id: int, users: Users) -> Person:
    """Somebody, as far as an update tells who they are."""
    user = users.get(user_id)
    if not isinstance(user, raw.types.User):
        return Person(user_id, None, None)
    username = user.username or next((name.username for name in user.usernames or [] if name.active), None)
    return Person(user_id, username, user.lang_code)
