"""Questions about payments: they reach the bot's administrators."""

from __future__ import annotations

from collections.abc import Sequence

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.payments.settling import Voice
from voicepipe.conversation.payments.wording import PaymentWords
from voicepipe.conversation.replies import Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.people import Person
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events

QUESTION_SIGNS = 3000
"""Of a question, at most; the rest of a message is who asks."""


class Support:
    """Hands questions on."""

    def __init__(self, voice: Voice, words: PaymentWords, *, live: LiveConfig, events: Events) -> None:
        self._voice = voice
        self._words = words
        self._live = live
        self._events = events

    @property
    def administrators(self) -> Sequence[int]:
        """Who is asked."""
        return self._live.telegram.administrators

    async def ask(self, person: Person, question: str, key: JobKey) -> bool:
        """Tell every administrator what somebody asks in a message; whether one of them could be told."""
        told = [await self._tell(each, person, question, key) for each in self.administrators]
        return any(told)

    async def _tell(self, administrator: int, person: Person, question: str, key: JobKey) -> bool:
        name = f"{person.user_id}" if person.username is None else f"{person.user_id} (@{person.username})"
        language = self._words.language_of(administrator)
        words = question[:QUESTION_SIGNS]
        text = self._words.text(language, "paysupport-question", user=name, words=words)
        try:
            await self._voice.say_to(administrator, key, f"paysupport {administrator}", Reply(text))
        except Undeliverable as error:
            self._events.emit(BackgroundError("tell of a question", error.cause))
            return False
        return True
