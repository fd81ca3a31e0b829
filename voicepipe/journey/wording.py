"""How a refusal and a failure are told to the user."""

from __future__ import annotations

import math

from voicepipe.config.sections import LimitsConfig
from voicepipe.conversation.texts import Texts
from voicepipe.domain.admission import RefusalReason, Refused, longest_seconds
from voicepipe.domain.jobs import Job, Recording
from voicepipe.domain.quota import Balance, quota_facts
from voicepipe.domain.transcripts import Failure, FailureReason


def refusal_text(
    texts: Texts, recording: Recording, refused: Refused, *, balance: Balance, max_age_hours: float
) -> str:
    """Why a recording is not recognised; `balance` is its sender's."""
    facts = quota_facts(balance)
    facts["seconds"] = refused.seconds or 0
    facts["limit"] = refused.limit or 0
    facts["mib"] = math.ceil(recording.file_bytes / 2**20)
    if refused.reason is RefusalReason.TOO_OLD:
        facts["hours"] = math.ceil(max_age_hours)
    return texts.get(recording.person.language, _text_key("refused", refused.reason), **facts)


def counted_text(texts: Texts, language: str | None, text: str, more: int) -> str:
    """A refusal that goes for so many more recordings."""
    return f"{text}\n\n{texts.get(language, 'refused-more', more=more)}"


def failure_text(texts: Texts, job: Job, failure: Failure, *, balance: Balance, limits: LimitsConfig) -> str:
    """Why a job has no transcript; `limits` are those that it was accepted under."""
    facts = quota_facts(balance)
    facts["seconds"] = round(failure.audio_seconds or 0)
    facts["limit"] = longest_seconds(balance, limits)
    return texts.get(job.language, _text_key("failed", failure.reason), codec=failure.detail or "?", **facts)


def _text_key(prefix: str, reason: RefusalReason | FailureReason) -> str:
    return f"{prefix}-{reason.value.replace('_', '-')}"
