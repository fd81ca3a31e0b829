"""What a raw message says of others: what it replies to and brings along, whom it mentions, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyrogram import raw, utils


def topic_id(message: raw.types.Message) -> int | None:
    """The topic of a forum that it is in. Telegram tells it as a thread; one without the mark is a discussion."""
    header = _header(message)
    if header is None or not header.forum_topic:
        return None
    number: int | None = header.reply_to_top_id or header.reply_to_msg_id
    return number


def replied_to(message: raw.types.Message) -> int | None:
    """The message of the same chat that it replies to, quoting it or not; in a forum every message names its topic."""
    header = _header(message)
    if header is None or header.reply_to_peer_id is not None or header.reply_to_ephemeral:
        return None
    if header.forum_topic and header.reply_to_top_id is None:
        return None
    number: int | None = header.reply_to_msg_id
    return number


def brought_along(message: raw.types.Message) -> raw.base.MessageMedia | None:
    """The media of a message of another chat that it replies to: Telegram shows it, and not the message."""
    header = _header(message)
    return None if header is None else header.reply_media


def mentioned(message: raw.types.Message) -> frozenset[str]:
    """The usernames that it mentions, in small letters and without @."""
    # Entities are counted in UTF-16 units.
    units = (message.message or "").encode("utf-16-le")
    return frozenset(
        units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le").removeprefix("@").lower()
        for entity in message.entities or []
        if isinstance(entity, raw.types.MessageEntityMention)
    )


def is_of_bot(message: Any, users: Mapping[int, raw.types.User]) -> bool:
    """Whether a bot sent it, or a person through a bot into a group. No bot answers another, or they would for ever."""
    sender = message.from_id or message.peer_id
    user = users.get(sender.user_id) if isinstance(sender, raw.types.PeerUser) else None
    is_private = isinstance(message.peer_id, raw.types.PeerUser)
    return bool(getattr(user, "bot", False)) or (bool(getattr(message, "via_bot_id", None)) and not is_private)


def forwarded_post(message: raw.types.Message) -> int | None:
    """The channel whose post Telegram itself has forwarded here, to the channel's discussion group."""
    header = message.fwd_from
    if header is None or header.saved_from_peer is None or header.saved_from_peer != message.from_id:
        return None
    return int(utils.get_peer_id(header.saved_from_peer))


def _header(message: raw.types.Message) -> raw.types.MessageReplyHeader | None:
    header = message.reply_to
    return header if isinstance(header, raw.types.MessageReplyHeader) else None
