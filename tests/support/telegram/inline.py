"""Somebody types the bot's name in any chat, and is offered something to send: core.telegram.org/api/bots/inline"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .watch import DEFAULT_TIMEOUT_SECONDS, Signal


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the list, and what is sent when it is chosen."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The list; `hint` is the button above it, which leads into the private chat with `/start start_param`."""

    offers: Sequence[Offer]
    next_offset: str = ""
    hint: str = ""
    start_param: str = ""
    is_private: bool = False
    cache_time: int = 300

    @property
    def texts(self) -> list[str]:
        return [offer.text for offer in self.offers]


@dataclass(slots=True)
class InlineQuestion:
    """What was typed; the bot answers it once."""

    query_id: int
    answered: InlineAnswer | None = None
    _changed: Signal = field(default_factory=Signal)

    def answer(self, answer: InlineAnswer) -> None:
        self.answered = answer
        self._changed.notify()

    async def wait_answer(self, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> InlineAnswer:
        return await self._changed.until(lambda: self.answered, timeout_seconds, "the answer to an inline question")
