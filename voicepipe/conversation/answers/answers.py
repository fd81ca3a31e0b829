"""Answers, put together: what a transcript is answered by, and what comes of the presses of the buttons under it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from voicepipe.accounts.languages import language_name
from voicepipe.accounts.preferences import PREFERENCES, Preference, Preferences, chosen_of
from voicepipe.accounts.speech import LANGUAGES
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.answers.actions import ACTIONS
from voicepipe.conversation.answers.form import Form, answer
from voicepipe.conversation.answers.registry import Action, Actions, Offer, Tapped, View
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.makings import Makings
from voicepipe.conversation.replies import Reaction, Reply
from voicepipe.conversation.requests import Requests
from voicepipe.conversation.texts import Texts
from voicepipe.domain.asking import Asking, is_in_bots_chat
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import Press
from voicepipe.domain.transcripts import Transcript
from voicepipe.store import Kept

FOLDED, PLAIN, FILE = "folded", "plain", "file"
OUTPUT_STYLE = PREFERENCES.register(
    Preference(name="output_style", values=(FOLDED, PLAIN, FILE), default=FOLDED),
)
"""What a long text looks like."""
DOUBT_MARKS = PREFERENCES.register(Preference(name="doubt_marks", values=(True, False), default=True))
"""Whether words that the engine is not sure of are underlined."""


class TranscriptsBook(Protocol):
    """Of the store: texts that are kept after their delivery."""

    async def behind(self, message: JobKey) -> Kept | None: ...

    async def text_of(self, key: JobKey) -> Kept | None: ...


class Chats(Protocol):
    """What is asked of the messenger about chats."""

    async def is_administrator(self, chat_id: int, user_id: int) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose answer it is, and where."""

    key: JobKey
    """The recording's."""
    user_id: int
    language: str | None
    """The user's Telegram language code."""
    at: datetime
    """When it was recognised or delivered; it names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Says what transcripts are answered by."""

    live: LiveConfig
    texts: Texts
    preferences: Preferences
    transcripts: TranscriptsBook
    chats: Chats
    actions: Actions = ACTIONS
    makings: Makings | None = None
    """None where nothing is made of texts."""

    def replies(self, subject: Subject, transcript: Transcript, *, has_buttons: bool) -> Sequence[Reply]:
        """What is said, with the buttons below the last message where it has any."""
        form = self._form(subject, transcript)
        *others, last = answer(transcript, form)
        if has_buttons:
            can_be_heard_again = is_in_bots_chat(subject.key)
            offer = Offer(
                transcript=transcript,
                form=form,
                view=View.TEXT,
                can_be_heard_again=can_be_heard_again,
                kinds=() if self.makings is None else self.makings.offered(transcript),
            )
            last = replace(last, buttons=self.actions.rows(offer, lambda key: self.texts.get(subject.language, key)))
        return [*others, last]

    async def react(self, press: Press, argument: str, requests: Requests) -> Reaction:
        """What comes of the press of a button; `argument` is what its data hold behind the prefix."""
        kept = await self.transcripts.behind(press.key)
        action, view = self._pressed(argument)
        if kept is None or action is None:
            return self._notice(press, "button-gone")
        if not await self._may(press, kept):
            return self._notice(press, "answer-not-yours")
        subject = Subject(key=kept.key, user_id=kept.user_id, language=kept.language, at=kept.delivered_at)
        return await action.act(
            Tapped(
                kept=kept,
                form=self._form(subject, kept.transcript),
                view=view,
                person=replace(press.person, language=self._language(press)),
                texts=self.texts,
                config=self.live,
                actions=self.actions,
                press=press,
                requests=requests,
                makings=self.makings,
                request_id=f"press-{press.query_id}",
            )
        )

    def _pressed(self, argument: str) -> tuple[Action | None, View]:
        name, _, view = argument.partition(":")
        return self.actions.find(name), next((each for each in View if each == view), View.TEXT)

    async def _may(self, press: Press, kept: Kept) -> bool:
        user_id = press.person.user_id
        return user_id == kept.user_id or await self.chats.is_administrator(press.key.chat_id, user_id)

    def _notice(self, press: Press, key: str) -> Reaction:
        return Reaction(notice=self.texts.get(self._language(press), key))

    def _language(self, press: Press) -> str | None:
        """That of whoever pressed."""
        return language_in(self.preferences, press.person, press.key.chat_id)

    def is_long(self, transcript: Transcript) -> bool:
        """Whether its answer may be folded, and have buttons."""
        return transcript.audio_seconds >= self.live.answers.long_from_seconds

    def _remark(self, subject: Subject, transcript: Transcript) -> str:
        """What whoever reads the text should know of it, a line each."""
        return "\n".join(filter(None, (self._partial(subject, transcript), self._surprise(subject, transcript))))

    def _partial(self, subject: Subject, transcript: Transcript) -> str:
        """How far it goes, where somebody has stopped it or wanted no more than a beginning."""
        if not transcript.is_partial:
            return ""
        minutes, seconds = divmod(round(transcript.audio_seconds), 60)
        return self.texts.get(subject.language, "answer-partial", time=f"{minutes}:{seconds:02}")

    def _surprise(self, subject: Subject, transcript: Transcript) -> str:
        """The language, where it is none of those expected: it may be mistaken."""
        language, asking = transcript.language, Asking.of(subject.key)
        is_asked_for = asking is not None and asking.language == language
        if is_asked_for or language in self._expected_languages(subject):
            return ""
        try:
            name = language_name(language, self.texts.language_for(subject.language))
        except KeyError:  # an engine of somebody's may have codes of its own, or none
            return ""
        return self.texts.get(subject.language, "answer-language", language=name)

    def _expected_languages(self, subject: Subject) -> Collection[str]:
        """What the user has chosen, or the operator; else the user's own, the operator's preferred one, and English."""
        recognition = self.live.recognition
        chosen = self.preferences.value_for(LANGUAGES, subject.user_id, subject.key.chat_id)
        if bounded := (*chosen_of(chosen), *recognition.languages):
            return bounded
        own = self.texts.language_for(subject.language)
        return {
            recognition.language,
            own,
            (subject.language or own).split("-")[0].lower(),
            recognition.preferred_language,
            "en",
        }

    def _form(self, subject: Subject, transcript: Transcript) -> Form:
        user_id, chat_id = subject.user_id, subject.key.chat_id
        style = self.preferences.value_for(OUTPUT_STYLE, user_id, chat_id)
        is_long = self.is_long(transcript)
        file_from = 0 if style == FILE and is_long else self.live.answers.file_from_signs or None
        return Form(
            folds=is_long and style != PLAIN,
            marks_doubts=self.preferences.value_for(DOUBT_MARKS, user_id, chat_id),
            file_from_signs=file_from,
            file_instead=style == FILE,
            remark=self._remark(subject, transcript),
            file_name=f"{subject.at.astimezone(self.live.quota.zone):voice-%Y-%m-%d-%H%M}",
        )
