"""The same recording in another language: recognised again, as a job of whoever asks, and answered below this text."""

from __future__ import annotations

from functools import partial

from voicepipe.accounts.languages import own_name
from voicepipe.accounts.speech import COMMON
from voicepipe.conversation.answers.registry import Action, Offer, Tapped
from voicepipe.conversation.replies import Reaction

NAME = "again"
IN_A_ROW = 3


async def _ask(tapped: Tapped) -> Reaction:
    return Reaction(buttons=tapped.buttons(tapped.view, question=NAME))


async def _hear_again(code: str, tapped: Tapped) -> Reaction:
    is_taken = await tapped.requests.ask_language(tapped.press, tapped.person, tapped.kept.key, code)
    notice = tapped.text("answer-again-taken" if is_taken else "transcribe-gone")
    return Reaction(notice=notice, buttons=tapped.buttons(tapped.view))


async def _back(tapped: Tapped) -> Reaction:
    return Reaction(buttons=tapped.buttons(tapped.view))


def _is_another(code: str, offer: Offer) -> bool:
    return offer.question == NAME and code != offer.transcript.language


ACTIONS = (
    Action(
        name=NAME,
        row=2,
        column=5,
        is_offered=lambda offer: offer.can_be_heard_again and not offer.question,
        act=_ask,
    ),
    *(
        Action(
            name=f"{NAME}-{code}",
            row=4 + number // IN_A_ROW,
            column=number % IN_A_ROW,
            label=own_name(code),
            is_offered=partial(_is_another, code),
            act=partial(_hear_again, code),
        )
        for number, code in enumerate(COMMON)
    ),
    Action(name=f"{NAME}-back", row=9, is_offered=lambda offer: offer.question == NAME, act=_back),
)
