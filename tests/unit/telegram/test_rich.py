"""A long text as one rich message: no sign is lost, and what is marked is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from pyrogram import raw

from tests.support.telegram.handlers.rich import plain_text
from tests.unit.telegram.test_entities import marked
from voicepipe.conversation.replies import Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.markup import Entity, Look
from voicepipe.telegram.chat.parts import messages_of
from voicepipe.telegram.chat.rich import MOST_BLOCKS, MOST_CHARACTERS, fits, rich_message

SHOWN = (Look.BOLD, Look.ITALIC, Look.UNDERLINE, Look.STRIKE, Look.CODE)


@given(marked())
def test_no_sign_is_lost_whatever_is_marked(case: tuple[str, tuple[Entity, ...]]) -> None:
    text, entities = case
    styles = [entity for entity in entities if entity.look in SHOWN]
    blocks = rich_message(text, [*styles, Entity(Look.FOLDED, len(text) // 2, 1)]).blocks
    assert "".join(plain_text(blocks).split()) == "".join(text.split())


def test_each_paragraph_is_a_block_and_what_is_folded_opens() -> None:
    first: Any
    first, second, quote = rich_message(
        "Раз два.\n\nТри.\nЧетыре.\n\nПять.",
        [
            Entity(Look.UNDERLINE, 4, 3),
            Entity(Look.FOLDED, 15, 14),
        ],
    ).blocks
    assert [type(block) for block in (first, second, quote)] == [
        raw.types.PageBlockParagraph,
        raw.types.PageBlockParagraph,
        raw.types.PageBlockBlockquote,
    ]
    assert [type(piece) for piece in first.text.texts] == [
        raw.types.TextPlain,
        raw.types.TextUnderline,
        raw.types.TextPlain,
    ]
    assert (quote.collapsed, quote.text.text) == (True, "Четыре.\n\nПять.")


@pytest.mark.parametrize(
    ("text", "is_rtl"), [("«שלום» Hello", True), ("مرحبا", True), ("Hello שלום", False), ("12", False)]
)
def test_the_direction_is_that_of_the_first_letter(text: str, is_rtl: bool) -> None:
    assert bool(rich_message(text, ()).rtl) == is_rtl


def test_what_is_too_long_for_a_rich_message_comes_in_plain_ones() -> None:
    assert not fits("x" * (MOST_CHARACTERS + 1))
    assert not fits("x\n" * MOST_BLOCKS)
    sizes = {5_000: 1, 30_000: 1, 40_000: 10, 4_000: 1}
    for signs, number in sizes.items():
        messages = messages_of(JobKey(7, 1), "answer", [Reply("слово. " * (signs // 7))], None, may_be_rich=True)
        assert len(messages) == number
        assert [message.is_rich for message in messages] == [number == 1 and signs > 4096] * number
