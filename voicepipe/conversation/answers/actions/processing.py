"""What can be made of the text: short, by its points, its tasks, translated. Each comes as a message of its own."""

from __future__ import annotations

from functools import partial

from voicepipe.conversation.answers.registry import Action, Offer, Tapped
from voicepipe.conversation.makings import OFFERED, Verdict, Wish
from voicepipe.conversation.replies import Reaction
from voicepipe.processing.kinds import Kind

NOTICES = {Verdict.TAKEN: "made-taken", Verdict.IN_WORK: "made-in-work", Verdict.OVER: "made-over"}
"""The keys of what is said of a wish; of all others, that the button is gone."""


def _is_offered(kind: Kind, offer: Offer) -> bool:
    return kind in offer.kinds and not offer.question


async def _make(kind: Kind, tapped: Tapped) -> Reaction:
    if tapped.makings is None:
        return Reaction(notice=tapped.text("button-gone"))
    kept, press = tapped.kept, tapped.press
    wish = Wish(
        kind=kind,
        key=kept.key,
        owner_id=kept.user_id,
        transcript=kept.transcript,
        person=tapped.person,
        said=press.key,
        purpose=f"press {press.query_id}",
    )
    verdict = await tapped.makings.ask(wish)
    if verdict is Verdict.CONSENT:
        return Reaction(reply=tapped.makings.consent(tapped.person.language, kind, press.key.message_id))
    limit = tapped.makings.most_uses(tapped.person.user_id)
    return Reaction(notice=tapped.text(NOTICES.get(verdict, "button-gone"), limit=limit))


ACTIONS = tuple(
    Action(name=kind.value, row=0, column=column, is_offered=partial(_is_offered, kind), act=partial(_make, kind))
    for column, kind in enumerate(OFFERED)
)
