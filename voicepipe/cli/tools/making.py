"""Making something of texts for a command, by the same process as in the service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from voicepipe.errors import RequestRefused
from voicepipe.processing.kinds import Failing, Kind, Material

if TYPE_CHECKING:
    from voicepipe.config import Config

_REASONS = {
    Failing.NOTHING: "there is nothing in the text to make it of; it may be too short",
    Failing.UNKNOWN: "that takes a language model: set [processing] endpoint and model",
    Failing.UNAVAILABLE: "the language model of [processing] endpoint does not answer, or answers nonsense",
    Failing.LATE: "it took too long, see [processing] deadline_seconds",
    Failing.BROKEN: "its process ended each time; please report it",
}

Make = Callable[[Kind, Material, str], Awaitable[str]]


@asynccontextmanager
async def made_of(config: Config) -> AsyncIterator[Make]:
    """What makes something of a text, in a language, and words it; it raises RequestRefused where it can't."""
    from voicepipe.conversation.answers.form import clock
    from voicepipe.processing.desk import Processing, terms_of
    from voicepipe.processing.kinds import NotMade

    processing = Processing(terms_of(config.processing, is_shut_in=config.workers.sandbox))

    async def make(kind: Kind, material: Material, language: str = "") -> str:
        try:
            made = await processing.make(kind, material, language=language)
        except NotMade as error:
            raise RequestRefused(f"No {kind}: {_REASONS[error.failing]}.") from None
        lines = [
            f"• {'' if point.seconds is None else f'{clock(point.seconds)} '}{point.text}" for point in made.points
        ]
        by = [f"\n[made by a language model: {made.model}]"] if made.model else []
        return "\n".join([*([made.text] if made.text else lines), *by])

    try:
        yield make
    finally:
        await processing.stop()
