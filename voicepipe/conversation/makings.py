"""What can be made of a text in the chat: who may have it, what it costs, and how what was made is said."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from voicepipe.accounts.preferences import PREFERENCES, Preference, Preferences, Theme
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.answers.form import clock
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.replies import Button, Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.asking import is_aloud
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.markup import Look, Written
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance
from voicepipe.domain.transcripts import Transcript
from voicepipe.processing.kinds import BUILT_IN, BY_MODEL, Failing, Kind, Made
from voicepipe.store import Delivered, Making
from voicepipe.store.books.makings import Asked

OFFERED = (Kind.SUMMARY, Kind.POINTS, Kind.TASKS, Kind.TRANSLATION)
"""What there are buttons for, as far as it can be made."""
OFF = "off"
AUTO_SUMMARY = PREFERENCES.register(
    Preference(
        name="auto_summary",
        values=(OFF, Kind.SUMMARY, Kind.POINTS, Kind.TASKS),
        default=OFF,
        matters=lambda live: live.processing.enabled,
    )
)
"""What is made of a long text without anybody's asking."""
SEND_TEXTS = PREFERENCES.register(
    Preference(
        name="send_texts",
        values=(False, True),
        default=False,
        theme=Theme.BOT,
        matters=lambda live: live.processing.enabled and bool(live.processing.other_host),
    )
)
"""Whether texts may go to the language model where that is another machine."""
_HEADINGS = {
    Kind.SUMMARY: "made-summary",
    Kind.POINTS: "made-points",
    Kind.TASKS: "made-tasks",
    Kind.TRANSLATION: "made-translation",
}
COMMAND = "summary"
AGREE = "agree"
"""Begins the data of the button by which somebody consents; kind, the text's message, perhaps a language follow."""


class Book(Protocol):
    """Of the store: what is to be made."""

    async def ask_making(self, making: Making, most_uses: int) -> Asked: ...


class Accounts(Protocol):
    """Of the store: who has which plan."""

    def balance(self, user_id: int) -> Balance: ...


class Verdict(StrEnum):
    """What became of a wish."""

    TAKEN = "taken"
    IN_WORK = "in work"
    OVER = "over"
    CONSENT = "consent"
    """The text would go to another machine, and nobody has allowed that."""
    UNKNOWN = "unknown"
    """Nobody here makes such a thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wants something made of a text."""

    kind: Kind
    key: JobKey
    """The recording's."""
    owner_id: int
    """Whose recording it is."""
    transcript: Transcript
    person: Person
    """Who wants it, with the language that they are spoken to in."""
    said: JobKey
    """The message that it is said in reply to."""
    purpose: str
    topic_id: int | None = None
    into: str | None = None
    """The language that a translation is wanted in, ISO 639-1; None: that of who asks."""


class Makings:
    """Takes wishes in. What is made is said by `journey.makers`."""

    def __init__(
        self,
        *,
        live: LiveConfig,
        texts: Texts,
        preferences: Preferences,
        accounts: Accounts,
        book: Book,
        wake: Callable[[], None],
    ) -> None:
        """`wake`: something is to be made."""
        self._live = live
        self._texts = texts
        self._preferences = preferences
        self._accounts = accounts
        self._book = book
        self._wake = wake

    @property
    def kinds(self) -> Collection[Kind]:
        """What can be made here."""
        if not self._live.processing.enabled:
            return ()
        return [kind for kind in OFFERED if kind in (BUILT_IN | BY_MODEL if self._has_model else {Kind.SUMMARY})]

    def offered(self, transcript: Transcript) -> Collection[Kind]:
        """What there are buttons for under this text."""
        return self.kinds if len(transcript.text) >= self._live.processing.min_signs else ()

    @property
    def _has_model(self) -> bool:
        return self._live.processing.has_model

    async def ask(self, wish: Wish) -> Verdict:
        """Take a wish in, durably; again after a crash, it is the same."""
        if wish.kind not in self.kinds:
            return Verdict.UNKNOWN
        if not self._may_send(wish.owner_id, wish.key.chat_id):
            return Verdict.CONSENT
        asked = await self._book.ask_making(self._making(wish), self.most_uses(wish.person.user_id))
        if asked is Asked.TAKEN:
            self._wake()
        return {Asked.TAKEN: Verdict.TAKEN, Asked.IN_WORK: Verdict.IN_WORK, Asked.OVER: Verdict.OVER}[asked]

    def _may_send(self, user_id: int, chat_id: int) -> bool:
        """Whether the text stays on this machine, or may leave it: in a group, as the group has chosen."""
        return not self._live.processing.other_host or self._preferences.value_for(SEND_TEXTS, user_id, chat_id)

    def _making(self, wish: Wish) -> Making:
        return Making(
            key=wish.key,
            kind=wish.kind,
            language=self._language(wish),
            by_model=self._has_model,
            user_id=wish.person.user_id,
            said=wish.said,
            topic_id=wish.topic_id,
            purpose=wish.purpose,
            speaks=language_in(self._preferences, wish.person, wish.said.chat_id),
        )

    def _language(self, wish: Wish) -> str:
        """A translation is into the language of who asks; what is in that already, into English or Russian."""
        spoken, own = wish.transcript.language, self._texts.language_for(wish.person.language)
        if wish.kind is not Kind.TRANSLATION:
            return spoken
        return wish.into or (own if own != spoken else "en" if spoken != "en" else "ru")

    def most_uses(self, user_id: int) -> int:
        """How often a user may have something made in a day; 0: any number."""
        name = self._accounts.balance(user_id).plan
        plan = None if name is None else self._live.quota.plans.get(name)
        own = None if plan is None else plan.uses_per_day
        return self._live.processing.uses_per_day if own is None else own

    def with_automatic(self, delivered: Delivered, job: Job) -> Delivered:
        """What is noted of an answer, with what is to be made of its text without anybody's asking."""
        chosen = self._preferences.value_for(AUTO_SUMMARY, job.user_id, job.key.chat_id)
        transcript = job.outcome
        if not isinstance(transcript, Transcript) or chosen not in self.offered(transcript):
            return delivered
        if job.is_protected or not is_aloud(job.key) or not self._may_send(job.user_id, job.key.chat_id):
            return delivered
        wish = Wish(
            kind=Kind(chosen),
            key=job.key,
            owner_id=job.user_id,
            transcript=transcript,
            person=Person(job.user_id, None, job.language),
            said=job.key,
            purpose=f"auto {chosen}",
            topic_id=job.topic_id,
        )
        return replace(delivered, making=self._making(wish), most_uses=self.most_uses(job.user_id))

    def privacy(self, language: str | None) -> str:
        """Where texts go for this; empty where nothing is made of them."""
        config = self._live.processing
        if not config.enabled:
            return ""
        where = "away" if config.other_host else "here" if config.has_model else "nowhere"
        return self._texts.get(language, "privacy-made", where=where, host=config.other_host)

    def wake(self) -> None:
        """Something that nobody has asked for may be to be made."""
        self._wake()

    def consent(self, language: str | None, kind: Kind, message_id: int, into: str | None = None) -> Reply:
        """The question whether a text may leave this machine."""
        label = self._texts.get(language, "made-agree")
        button = Button(label, f"{COMMAND}:{AGREE}:{kind}:{message_id}" + (f":{into}" if into else ""))
        return Reply(self._texts.get(language, "made-consent", host=self._live.processing.other_host), ((button,),))


def said(texts: Texts, language: str | None, kind: Kind, made: Made, *, limit: int = 0) -> Reply:
    """What was made, as it is said: a heading, the points with their times, and who made it.

    `limit`: how many uses there are in a day, one of which is told of where it was stopped; 0: any number.
    """
    written = Written()
    heading = _HEADINGS[kind] if made.model else "made-phrases"
    written.write(texts.get(language, heading), look=Look.BOLD)
    written.write("\n")
    for point in made.points:
        time = "" if point.seconds is None else f"{clock(point.seconds)} "
        written.write(f"\n• {time}{point.text}")
    if made.text:
        written.write(f"\n{made.text}")
    remarks = {"made-stopped": made.is_stopped, "made-by-model": made.model, "made-stands-in": made.stands_in}
    for remark in (key for key, is_so in remarks.items() if is_so):
        written.write("\n\n")
        written.write(texts.get(language, remark, model=made.model, limit=limit), look=Look.ITALIC)
    return Reply(written.text, entities=written.entities)


def not_made(texts: Texts, language: str | None, failing: Failing) -> Reply:
    """Why nothing was made."""
    key = {Failing.NOTHING: "made-nothing", Failing.UNAVAILABLE: "made-unavailable"}.get(failing, "made-failed")
    return Reply(texts.get(language, key))
