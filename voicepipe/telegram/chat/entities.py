"""Markup as Telegram has it: offsets and lengths in UTF-16 code units, and not too much of it in one message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain

from pyrogram import raw

from voicepipe.domain.markup import Entity, Look

NOBODY: Mapping[int, raw.base.InputUser] = {}
MOST_ENTITIES = 100
"""In one message: core.telegram.org/api/errors (ENTITIES_TOO_LONG) refuses more."""
_PLAIN = {
    Look.BOLD: raw.types.MessageEntityBold,
    Look.ITALIC: raw.types.MessageEntityItalic,
    Look.UNDERLINE: raw.types.MessageEntityUnderline,
    Look.STRIKE: raw.types.MessageEntityStrike,
    Look.SPOILER: raw.types.MessageEntitySpoiler,
    Look.CODE: raw.types.MessageEntityCode,
}
_LARGE = (Look.QUOTE, Look.FOLDED, Look.LINK, Look.PERSON)
"""What a text would be another without; the rest goes first where there is too much."""


def raw_entities(
    text: str, entities: Sequence[Entity], people: Mapping[int, raw.base.InputUser] = NOBODY
) -> list[raw.base.MessageEntity] | None:
    """A text's markup in Telegram's own form; None where there is none.

    `people`: those whom the bot may name, as Telegram wants them named.
    """
    known = [entity for entity in entities if entity.look is not Look.PERSON or entity.user_id in people]
    if not known:
        return None
    units = [0, *accumulate(1 + (ord(sign) > 0xFFFF) for sign in text)]
    return [_raw(entity, units, people) for entity in _most_important(known)]


def _most_important(entities: Sequence[Entity]) -> Iterable[Entity]:
    large = [entity for entity in entities if entity.look in _LARGE]
    small = [entity for entity in entities if entity.look not in _LARGE]
    chosen = chain(large[:MOST_ENTITIES], small[: max(0, MOST_ENTITIES - len(large))])
    return sorted(chosen, key=lambda entity: (entity.offset, -entity.length))


def _raw(entity: Entity, units: Sequence[int], people: Mapping[int, raw.base.InputUser]) -> raw.base.MessageEntity:
    offset = units[entity.offset]
    length = units[entity.end] - offset
    match entity.look:
        case Look.QUOTE | Look.FOLDED:
            collapsed = entity.look is Look.FOLDED
            return raw.types.MessageEntityBlockquote(offset=offset, length=length, collapsed=collapsed)
        case Look.LINK:
            return raw.types.MessageEntityTextUrl(offset=offset, length=length, url=entity.url)
        case Look.PERSON:
            user = people[entity.user_id]
            return raw.types.InputMessageEntityMentionName(offset=offset, length=length, user_id=user)
        case look:
            return _PLAIN[look](offset=offset, length=length)
