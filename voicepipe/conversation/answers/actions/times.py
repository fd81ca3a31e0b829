"""The times beside the text, in its place; and the text again."""

from __future__ import annotations

from dataclasses import replace

from voicepipe.conversation.answers.form import answer, timed
from voicepipe.conversation.answers.registry import Action, Offer, Tapped, View
from voicepipe.conversation.replies import Reaction, Reply

MOST_UNITS = 3500
"""A longer text, with its times, may not fit the one message that it is in the place of; in units of UTF-16."""


def _may_change(offer: Offer) -> bool:
    is_whole = not offer.form.file_instead and len(offer.transcript.text.encode("utf-16-le")) <= 2 * MOST_UNITS
    return is_whole and bool(offer.transcript.segments) and not offer.question


async def _show_times(tapped: Tapped) -> Reaction:
    return _showing(tapped, timed(tapped.kept.transcript, tapped.form), View.TIMES)


async def _show_text(tapped: Tapped) -> Reaction:
    return _showing(tapped, answer(tapped.kept.transcript, tapped.form)[0], View.TEXT)


def _showing(tapped: Tapped, reply: Reply, view: View) -> Reaction:
    return Reaction(replacement=replace(reply, buttons=tapped.buttons(view)))


ACTIONS = (
    Action(
        name="times",
        row=2,
        is_offered=lambda offer: offer.view is View.TEXT and _may_change(offer),
        act=_show_times,
    ),
    Action(
        name="text",
        row=2,
        is_offered=lambda offer: offer.view is View.TIMES and _may_change(offer),
        act=_show_text,
    ),
)
