"""Which model recognises a recording: the one of the configuration, or another that hosts have.

The rules of the configuration say so. What they said is written into the job, and stays so through restarts, unless the
model goes away and its rule does not wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from voicepipe.config.live import LiveConfig
from voicepipe.config.remote import RuleConfig
from voicepipe.domain.jobs import OWN_MODEL, Job
from voicepipe.supervision import unless
from voicepipe.wire.messages import Options

T = TypeVar("T")

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
"""For so long nobody may have a model before what is at hand goes to another: hosts are started anew."""


class ModelAway(Exception):
    """Nobody has the model any more, and it is not waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What rules go by."""

    plan: str | None
    audio_seconds: float
    language: str | None
    """Where it is known before anybody has listened."""


class Routing:
    """Decides by the rules."""

    def __init__(
        self,
        live: LiveConfig,
        *,
        able: Callable[[str], int],
        waiting: Callable[[str], int],
        plan_of: Callable[[int], str | None],
    ) -> None:
        """`able`: how many workers have a model; `waiting`: how many windows wait for it; `plan_of`: a user's."""
        self._live = live
        self._able = able
        self._waiting = waiting
        self._plan_of = plan_of

    @property
    def is_wanted(self) -> bool:
        """Whether there are any rules."""
        return bool(self._live.remote.rules)

    def decide(self, job: Job, options: Options, audio_seconds: float) -> str:
        """What recognises a job: what was decided earlier, as long as that can be done."""
        if not self.is_wanted:
            return OWN_MODEL
        asked = self._asked(job, options, audio_seconds)
        return job.model if job.model is not None and self.holds(job.model, asked) else self.model_for(asked)

    def _asked(self, job: Job, options: Options, audio_seconds: float) -> Asked:
        language = _known_language(options, self._live.recognition.language)
        return Asked(plan=self._plan_of(job.user_id), audio_seconds=audio_seconds, language=language)

    def model_for(self, asked: Asked) -> str:
        """By the first rule that fits, and whose model is there or is waited for; else OWN_MODEL."""
        fitting = (rule for rule in self._fitting(asked) if self._may_have(rule) and self._has_room(rule))
        return next((rule.model for rule in fitting), OWN_MODEL)

    def holds(self, model: str, asked: Asked) -> bool:
        """Whether what was decided can be done: a rule that fits has the model, which is there or is waited for."""
        return model == OWN_MODEL or any(rule.model == model and self._may_have(rule) for rule in self._fitting(asked))

    async def unless_away(self, job: Job, options: Options, audio_seconds: float, work: Awaitable[T]) -> T | None:
        """What the work gives; None when the job's model goes away meanwhile and is not waited for."""
        if not job.model:
            return await work
        try:
            return await unless(work, self.until_away(job.model, self._asked(job, options, audio_seconds)))
        except ModelAway:
            return None

    async def until_away(self, model: str, asked: Asked) -> NoReturn:
        """Raise ModelAway once nobody has it any more, and has not had it for a while, unless it is waited for."""
        missed_seconds = 0.0
        while missed_seconds < PATIENCE_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            missed_seconds = 0.0 if self.holds(model, asked) else missed_seconds + LOOK_SECONDS
        raise ModelAway

    def _fitting(self, asked: Asked) -> list[RuleConfig]:
        return [rule for rule in self._live.remote.rules.values() if _fits(rule, asked)]

    def _may_have(self, rule: RuleConfig) -> bool:
        return rule.when_away == "wait" or self._able(rule.model) > 0

    def _has_room(self, rule: RuleConfig) -> bool:
        return not rule.most_waiting or self._waiting(rule.model) <= rule.most_waiting


def _fits(rule: RuleConfig, asked: Asked) -> bool:
    """Load apart, which changes all the time."""
    return (
        (not rule.plans or asked.plan in rule.plans)
        and rule.min_seconds <= asked.audio_seconds
        and (not rule.max_seconds or asked.audio_seconds <= rule.max_seconds)
        and (not rule.languages or asked.language in rule.languages)
    )


def _known_language(options: Options, configured: str) -> str | None:
    chosen = options.languages[0] if len(options.languages) == 1 else None
    return options.language or chosen or (None if configured == "auto" else configured)
