"""Reads raw Telegram messages: which of them are recordings, which are commands or texts, and from whom."""

from __future__ import annotations

import math
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pyrogram import raw, utils

from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.domain.people import Person

NO_MEDIA = (type(None), raw.types.MessageMediaEmpty, raw.types.MessageMediaWebPage)
"""What a message of nothing but text carries; a web page is the preview of a link in it."""

MOST_SECONDS = 2**31
"""Above this no duration is believed."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A message that is no recording: a command, a text, a sticker, a photo…"""

    key: JobKey
    person: Person
    is_private: bool
    text: str
    """Empty for media without a caption."""
    has_media: bool
    sent_at: datetime


def read_message(message: object, users: Mapping[int, raw.types.User]) -> Recording | Remark | None:
    """What a person sent; None for what nobody expects an answer to (own, service and channel messages)."""
    if not isinstance(message, raw.types.Message) or message.out or message.post:
        return None
    key = JobKey(chat_id(message.peer_id), message.id)
    is_private = isinstance(message.peer_id, raw.types.PeerUser)
    person = _person(chat_id(message.from_id or message.peer_id), users)
    # Telegram's dates are Unix time; the client's own Message objects would make them naive local time.
    sent_at = datetime.fromtimestamp(message.date, UTC)
    document = read_document(message)
    kind = _kind(document) if document is not None else None
    if document is None or kind is None:
        has_media = not isinstance(message.media, NO_MEDIA)
        return Remark(key, person, is_private, message.message or "", has_media, sent_at)
    return Recording(key, person, kind, is_private, _declared_seconds(document), document.size, sent_at, document)


def read_document(message: object) -> raw.types.Document | None:
    """The document that a raw message carries, if it does."""
    media = getattr(message, "media", None)
    document = media.document if isinstance(media, raw.types.MessageMediaDocument) else None
    return document if isinstance(document, raw.types.Document) else None


def chat_id(peer: raw.base.Peer) -> int:
    """The bot-API style id of a chat: users positive, groups negative, supergroups and channels -100…"""
    return int(utils.get_peer_id(peer))


def _person(user_id: int, users: Mapping[int, raw.types.User]) -> Person:
    user = users.get(user_id)
    if not isinstance(user, raw.types.User):
        return Person(user_id, None, None)
    username = user.username or next((name.username for name in user.usernames or [] if name.active), None)
    return Person(user_id, username, user.lang_code)


def _kind(document: raw.types.Document) -> RecordingKind | None:
    """What sort of recording the document is; None for stickers, animations and files of neither sound nor video."""
    attributes = {type(attribute): attribute for attribute in document.attributes}
    if raw.types.DocumentAttributeSticker in attributes or raw.types.DocumentAttributeAnimated in attributes:
        return None
    if audio := attributes.get(raw.types.DocumentAttributeAudio):
        return RecordingKind.VOICE if audio.voice else RecordingKind.AUDIO
    if video := attributes.get(raw.types.DocumentAttributeVideo):
        return RecordingKind.VIDEO_NOTE if video.round_message else RecordingKind.VIDEO
    name = attributes.get(raw.types.DocumentAttributeFilename)
    # Many clients call a file they do not know a stream of octets; its name tells more then.
    types = (document.mime_type, mimetypes.guess_type(name.file_name)[0] if name else None)
    is_media = any(each and each.startswith(("audio/", "video/", "application/ogg")) for each in types)
    return RecordingKind.DOCUMENT if is_media else None


def _declared_seconds(document: raw.types.Document) -> int | None:
    """The duration that the metadata claims, in seconds; None where it claims nothing, or what can't be."""
    durations = (getattr(attribute, "duration", None) or 0 for attribute in document.attributes)
    return next((max(1, round(duration)) for duration in durations if _can_be(duration)), None)


def _can_be(seconds: float) -> bool:
    # Of a video it is whatever number its sender's program has written.
    return math.isfinite(seconds) and 0 < seconds < MOST_SECONDS
