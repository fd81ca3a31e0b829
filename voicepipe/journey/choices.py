"""How a recording is recognised, as far as its sender or its group has a say in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from voicepipe.accounts.preferences import Preferences, chosen_of
from voicepipe.accounts.speech import LANGUAGES, TRANSLATION, VOCABULARY
from voicepipe.domain.jobs import Job
from voicepipe.journey.ports import AccountsBook
from voicepipe.wire.messages import Options

LEAST_ALIKE = 3
"""So many of the latest recordings have to be in a language for it to be likely."""


def options_for(job: Job, preferences: Preferences, accounts: AccountsBook) -> Options:
    """What a job's recording is recognised with."""
    user_id, chat_id = job.user_id, job.key.chat_id
    chosen = chosen_of(preferences.value_for(LANGUAGES, user_id, chat_id))
    return Options(
        language=job.asked_language,
        languages=() if job.asked_language else chosen,
        likely=likely_of(accounts.languages_of_late(chat_id if chat_id < 0 else user_id)),
        translates=preferences.value_for(TRANSLATION, user_id, chat_id),
        vocabulary=preferences.value_for(VOCABULARY, user_id, chat_id),
    )


def likely_of(latest: Sequence[str]) -> str | None:
    """The language that most of the latest recordings were in; None where they do not tell."""
    [(language, times)] = Counter(latest).most_common(1) or [("", 0)]
    return language if times >= LEAST_ALIKE else None
