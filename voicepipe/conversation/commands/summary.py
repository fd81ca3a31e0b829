"""/summary: in reply to a text of the bot's, or to the recording that it is of, what it says in short.

What follows the command says what else is wanted: tasks, key points, a translation and into which language.

Where texts go to a language model on another machine, somebody is asked first: in private who asks, in a group its
administrators.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from dataclasses import replace

from voicepipe.accounts.preferences import ChangedBy
from voicepipe.conversation.kinds_said import Said, read_kind
from voicepipe.conversation.makings import AGREE, SEND_TEXTS, Verdict, Wish
from voicepipe.conversation.makings import COMMAND as NAME
from voicepipe.conversation.registry import Asked, Command, Pressed, Turn
from voicepipe.conversation.replies import Reaction, Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.processing.kinds import Kind
from voicepipe.store import Kept

PATIENCE_SECONDS, POLL_SECONDS = 10.0, 0.25
"""How long a text is waited for while something of who asks is in work in the chat."""
WHY_NOT = {Verdict.OVER: "made-over", Verdict.IN_WORK: "made-in-work"}
"""The keys of what is said where nothing comes of it."""


async def _respond(asked: Asked) -> Reply | None:
    remark = asked.remark
    if remark.replies_to is None:
        return Reply(asked.text("summary-nothing"))
    said = read_kind(asked.argument)
    if said is None or said.kind not in _kinds(asked):
        return Reply(asked.text("summary-what", words=_words(asked)))
    kept = await _find_soon(asked, replace(remark.key, message_id=remark.replies_to))
    if kept is None:
        return Reply(asked.text("summary-gone"))
    if said.language == kept.transcript.language:
        return Reply(asked.text("summary-same"))
    wish = replace(_wish(asked, kept, said, remark.key, "reply"), topic_id=remark.topic_id)
    verdict = await _ask(asked, wish)
    if verdict is Verdict.CONSENT:
        assert asked.services.makings is not None
        return asked.services.makings.consent(wish.person.language, said.kind, remark.replies_to, said.language)
    return None if verdict is Verdict.TAKEN else _refusal(asked, verdict)


def _kinds(turn: Turn) -> Collection[Kind]:
    """What can be made here."""
    return () if turn.services.makings is None else turn.services.makings.kinds


def _words(turn: Turn) -> str:
    """One for each of these, in the language of who asks."""
    return ", ".join(turn.text(f"summary-{kind}").partition(",")[0] for kind in _kinds(turn))


async def _react(pressed: Pressed) -> Reaction:
    """Somebody consents; what they wanted then is made at once."""
    word, _, rest = pressed.argument.partition(":")
    kind, _, rest = rest.partition(":")
    number, _, language = rest.partition(":")
    kept = await _find(pressed, replace(pressed.press.key, message_id=int(number))) if number.isdecimal() else None
    if word != AGREE or kind not in list(Kind) or kept is None:
        return Reaction(notice=pressed.text("button-gone"))
    if not await _consent(pressed):
        return Reaction(notice=pressed.text("settings-administrators-only"))
    wish = _wish(
        pressed, kept, Said(Kind(kind), language or None), pressed.press.key, f"press {pressed.press.query_id}"
    )
    verdict = await _ask(pressed, wish)
    agreed = Reply(pressed.text("made-agreed"))
    notice = "made-taken" if verdict is Verdict.TAKEN else WHY_NOT.get(verdict, "button-gone")
    return Reaction(notice=pressed.text(notice, limit=_limit(pressed)), replacement=agreed)


async def _consent(pressed: Pressed) -> bool:
    """Whether who pressed may, and so has."""
    chat_id, user_id = pressed.chat_id, pressed.person.user_id
    if not await pressed.is_administrator():
        return False
    by = ChangedBy.ADMINISTRATORS if chat_id < 0 else ChangedBy.USER
    subject_id, preferences = chat_id if chat_id < 0 else user_id, pressed.services.preferences
    if not preferences.may_change(subject_id, SEND_TEXTS, by):
        return False
    await preferences.choose(subject_id, SEND_TEXTS, True, by=by, request_id=pressed.request_id)
    return True


async def _find_soon(asked: Asked, message: JobKey) -> Kept | None:
    """The same; an answer is in the chat a moment before its text is kept, after a crash for longer."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (kept := await _find(asked, message)) is None and time.monotonic() < until:
        if not asked.services.in_work.in_work(asked.person.user_id, asked.chat_id):
            return await _find(asked, message)
        await asyncio.sleep(POLL_SECONDS)
    return kept


async def _find(turn: Turn, message: JobKey) -> Kept | None:
    """What is kept of the text that a message holds, or of the recording that it is."""
    transcripts = turn.services.answers.transcripts
    return await transcripts.behind(message) or await transcripts.text_of(message)


def _wish(turn: Turn, kept: Kept, what: Said, said: JobKey, purpose: str) -> Wish:
    language = turn.services.language_in(turn.person, turn.chat_id)
    return Wish(
        kind=what.kind,
        into=what.language,
        key=kept.key,
        owner_id=kept.user_id,
        transcript=kept.transcript,
        person=replace(turn.person, language=language),
        said=said,
        purpose=purpose,
    )


async def _ask(turn: Turn, wish: Wish) -> Verdict:
    makings = turn.services.makings
    return Verdict.UNKNOWN if makings is None else await makings.ask(wish)


def _refusal(turn: Turn, verdict: Verdict) -> Reply:
    return Reply(turn.text(WHY_NOT.get(verdict, "made-failed"), limit=_limit(turn)))


def _limit(turn: Turn) -> int:
    makings = turn.services.makings
    return 0 if makings is None else makings.most_uses(turn.person.user_id)


COMMAND = Command(
    name=NAME,
    respond=_respond,
    react=_react,
    menu_order=17,
    is_offered=lambda config: config.processing.enabled,
)
