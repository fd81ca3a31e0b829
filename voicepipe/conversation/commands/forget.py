"""/forget: deletes everything about the sender, once that is confirmed by `/forget yes` in the private chat."""

from __future__ import annotations

from functools import cache

from voicepipe.conversation.registry import Asked, Command, command_of
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import LANGUAGES, Texts
from voicepipe.domain.messages import Remark


@cache
def _yes() -> frozenset[str]:
    """What must follow the command for it to be done: "yes" in any of the bot's languages."""
    texts = Texts(lambda: LANGUAGES[0])
    return frozenset(texts.get(language, "forget-yes") for language in LANGUAGES)


async def _respond(asked: Asked) -> Reply | None:
    if not asked.remark.is_private:
        return Reply(asked.text("forget-private"))
    if not is_confirmed(asked.remark.text):
        return Reply(await _warning(asked))
    done = Reply(asked.text("forget-done"))
    forgotten = await asked.services.forgetting.forget_asker(asked.remark, lambda: asked.say(done))
    return Reply(asked.text("forget-busy")) if forgotten.unfinished else None


async def _warning(asked: Asked) -> str:
    """What comes of it; who has paid is told what the accounts keep."""
    warning = asked.text("forget-ask")
    paid = await asked.services.cashier.history(asked.person.user_id)
    return f"{asked.text('forget-payments')}\n\n{warning}" if paid else warning


def is_confirmed(text: str) -> bool:
    """Whether it says `/forget yes`, in any of the bot's languages."""
    words = text.split()
    return command_of(text) == "forget" and len(words) == 2 and words[1].strip(".!").casefold() in _yes()


def _remembers(request: Remark) -> bool:
    """Whoever is being forgotten is not to be remembered for asking it."""
    return not (request.is_private and is_confirmed(request.text))


COMMAND = Command(name="forget", respond=_respond, menu_order=100, remembers_sender=_remembers)
