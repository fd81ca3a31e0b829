"""The answer goes from the chat, all of its messages; asked first, for its text was paid for and does not come back."""

from __future__ import annotations

from voicepipe.conversation.answers.registry import Action, Tapped
from voicepipe.conversation.replies import Reaction


async def _ask(tapped: Tapped) -> Reaction:
    return Reaction(notice=tapped.text("answer-hide-ask"), buttons=tapped.buttons(tapped.view, question="hide"))


async def _hide(tapped: Tapped) -> Reaction:
    return Reaction(removals=tapped.kept.messages)


async def _keep(tapped: Tapped) -> Reaction:
    return Reaction(buttons=tapped.buttons(tapped.view))


ACTIONS = (
    Action(name="hide", row=2, column=9, is_offered=lambda offer: not offer.question, act=_ask),
    Action(name="hide-yes", row=3, is_offered=lambda offer: offer.question == "hide", act=_hide),
    Action(name="hide-no", row=3, column=1, is_offered=lambda offer: offer.question == "hide", act=_keep),
)
