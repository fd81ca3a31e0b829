"""Which documents are recordings, and what their metadata claims."""

from __future__ import annotations

import math
import mimetypes

from pyrogram import raw

from voicepipe.domain.jobs import RecordingKind

MOST_SECONDS = 2**31
"""Above this no duration is believed."""


def read_document(message: object) -> raw.types.Document | None:
    """The document that a raw message carries, if it does."""
    media = getattr(message, "media", None)
    document = media.document if isinstance(media, raw.types.MessageMediaDocument) else None
    return document if isinstance(document, raw.types.Document) else None


def recording_kind(document: raw.types.Document) -> RecordingKind | None:
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


def declared_seconds(document: raw.types.Document) -> int | None:
    """The duration that the metadata claims, in seconds; None where it claims nothing, or what can't be."""
    durations = (getattr(attribute, "duration", None) or 0 for attribute in document.attributes)
    return next((max(1, round(duration)) for duration in durations if _can_be(duration)), None)


def _can_be(seconds: float) -> bool:
    # Of a video it is whatever number its sender's program has written.
    return math.isfinite(seconds) and 0 < seconds < MOST_SECONDS
