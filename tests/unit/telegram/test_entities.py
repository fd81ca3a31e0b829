"""Markup on its way to Telegram: cut with its text, and counted in UTF-16 units."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrogram import raw

from tests.support.words import utf16_units
from voicepipe.conversation.replies import Reply
from voicepipe.domain.markup import Entity, Look
from voicepipe.telegram.chat.entities import MOST_ENTITIES, raw_entities
from voicepipe.telegram.chat.splitting import split_marked

SIGNS = "ab я🎤👍🏽<b>*_[](`&шалом שלום\n. "
ANNA = 7
PEOPLE = {ANNA: raw.types.InputUser(user_id=ANNA, access_hash=1)}
texts = st.text(SIGNS, min_size=1, max_size=120)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, tuple[Entity, ...]]:
    """A text, and markup of it."""
    text = draw(texts)
    entities = []
    for _ in range(draw(st.integers(0, 6))):
        offset = draw(st.integers(0, len(text) - 1))
        length = draw(st.integers(1, len(text) - offset))
        look = draw(st.sampled_from(list(Look)))
        entities.append(Entity(look, offset, length, "https://example.org", user_id=ANNA if look is Look.PERSON else 0))
    return text, tuple(entities)


def test_whom_the_bot_may_not_name_is_only_called_by_name() -> None:
    named = (Entity(Look.PERSON, 0, 4, user_id=ANNA), Entity(Look.PERSON, 5, 3, user_id=ANNA + 1))
    assert raw_entities("Anna Ben", named, PEOPLE) == [
        raw.types.InputMessageEntityMentionName(offset=0, length=4, user_id=PEOPLE[ANNA])
    ]
    assert raw_entities("Anna Ben", named) is None


def stretch(text: str, entity: Any) -> str:
    """What Telegram would mark."""
    units = text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


@given(marked())
def test_telegram_marks_the_same_stretches(case: tuple[str, tuple[Entity, ...]]) -> None:
    text, entities = case
    expected = sorted(text[entity.offset : entity.end] for entity in entities)
    assert sorted(stretch(text, entity) for entity in raw_entities(text, entities, PEOPLE) or ()) == expected


@given(marked(), st.integers(10, 40))
def test_what_is_cut_keeps_its_markup(case: tuple[str, tuple[Entity, ...]], limit: int) -> None:
    """Each sign that was marked and is not white space is marked in its part, and no other."""
    text, entities = case
    parts = split_marked(text, entities, limit)
    assert all(utf16_units(part) <= limit for part, _ in parts)
    assert [sign for part, _ in parts for sign in part if not sign.isspace()] == list("".join(text.split()))
    for look in Look:
        assert _looks(parts, look) == _looks([(text, entities)], look)


def _looks(parts: list[tuple[str, tuple[Entity, ...]]], look: Look) -> list[bool]:
    """Of each sign that is not white space, whether it looks so."""
    return [
        any(entity.look is look and entity.offset <= at < entity.end for entity in entities)
        for text, entities in parts
        for at, sign in enumerate(text)
        if not sign.isspace()
    ]


def test_a_quotation_is_open_or_folded() -> None:
    quotes: Any = raw_entities("ab", [Entity(Look.QUOTE, 0, 1), Entity(Look.FOLDED, 1, 1)])
    assert [bool(quote.collapsed) for quote in quotes] == [False, True]


def test_where_there_is_too_much_markup_the_quotation_stays() -> None:
    entities = [Entity(Look.UNDERLINE, at, 1) for at in range(0, 300, 2)]
    found: Any = raw_entities("x" * 300, [*entities, Entity(Look.FOLDED, 0, 300)])
    assert len(found) == MOST_ENTITIES
    assert [type(each) for each in found[:2]] == [raw.types.MessageEntityBlockquote, raw.types.MessageEntityUnderline]


def test_a_plain_text_has_none() -> None:
    assert raw_entities("plain", ()) is None


@pytest.mark.parametrize(("offset", "length"), [(-1, 1), (0, 0), (0, 4), (3, 1)])
def test_markup_beyond_the_text_is_a_mistake_of_ours(offset: int, length: int) -> None:
    with pytest.raises(ValueError, match="beyond a text of 3"):
        Reply("abc", entities=(Entity(Look.BOLD, offset, length),))
