"""What a language model makes of a text: window by window, and put together.

A window that does not fit, or whose answer was cut, is halved and asked for anew; what can't be had whole is not made.
The text is data: it stands between marks that it can't contain, with the instructions before and again after it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from voicepipe.processing.kinds import BY_MODEL, NONE, Failing, Kind, Made, NotMade, worded
from voicepipe.processing.llm.client import Client, DoesNotFit, Unavailable
from voicepipe.processing.llm.transport import Connect
from voicepipe.processing.llm.windows import FEWEST_SIGNS_PER_TOKEN, Gauge, cut, room
from voicepipe.processing.messages import Make, Model

BEGINNING, END = "<transcript>", "</transcript>"
MARKS_SIGNS = 50
"""More than these take, with the white space around them."""
FEWEST_SIGNS = 200
"""A window so short is halved no more."""
ANSWER_SHARE = 1.3
"""How long a translation is of its text, at most."""
MOST_SPARE_TOKENS = 4096
SHARE_OF_TIME = 0.9
"""Of the time that something may take: the rest is for what stands in for it."""
SYSTEM = "system"
LANGUAGES = ("ru", "en")
"""Of the prompts that come along; the English ones say which language to write in."""
AS_LONG_AS_TEXT = frozenset({Kind.TIDY, Kind.TRANSLATION})
JOINED = AS_LONG_AS_TEXT | {Kind.TASKS}
"""What the windows gave is put together as it is; else the model makes one of it."""
_MARKS = re.compile(r"</?\s*transcript\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Job:
    """One thing that is being made."""

    task: Make
    prompt: str
    system: str
    until: float
    on_text: Callable[[str], None]
    done: list[str] = field(default_factory=list)
    """What the windows so far gave."""

    @property
    def kind(self) -> Kind:
        return self.task.kind


class ByModel:
    """Makes things by a language model. Used by several threads."""

    def __init__(self, model: Model, connect: Connect) -> None:
        self._model = model
        self._client = Client(model, connect)
        self._gauge = Gauge()
        self._prompts = prompts(model.prompts)
        self._spare = min(MOST_SPARE_TOKENS, model.context_tokens // 4)
        """How many tokens an answer may have, or have beyond its text: models think, and one that is cut is lost."""

    def make(self, task: Make, on_text: Callable[[str], None]) -> Made:
        """Raises NotMade. `on_text` is told what is there so far."""
        if task.kind not in BY_MODEL:
            raise NotMade(Failing.UNKNOWN)
        until = time.monotonic() + SHARE_OF_TIME * task.seconds
        job = _Job(task, self._prompt(task.kind, task.language), self._prompt(SYSTEM, task.language), until, on_text)
        text = _MARKS.sub(" ", task.material.text).strip()
        if not text:
            raise NotMade(Failing.NOTHING)
        try:
            made = self._made(job, text)
        except (Unavailable, DoesNotFit):
            raise NotMade(Failing.UNAVAILABLE) from None
        return self._worded(task.kind, made)

    def _prompt(self, kind: str, language: str) -> str:
        found = self._prompts.get(f"{kind}.{language}") or self._prompts[f"{kind}.en"]
        return found.replace("{language}", language)

    def _made(self, job: _Job, text: str) -> str:
        """Of the whole text. Raises Unavailable, DoesNotFit."""
        share = ANSWER_SHARE if job.kind in AS_LONG_AS_TEXT else 0.0
        tokens = self._model.context_tokens - self._spare
        most = room(tokens, share, len(job.prompt) + len(job.system) + MARKS_SIGNS)
        for window in cut(text, most):
            job.done.extend(self._of_window(job, window))
        parts = [part for part in job.done if part != NONE]
        if job.kind in JOINED or len(parts) < 2:
            return "\n".join(dict.fromkeys(parts)) if job.kind is Kind.TASKS else "\n\n".join(parts)
        job.done.clear()
        together = "\n\n".join(parts)
        if len(together) >= len(text):  # it makes nothing shorter, and would go on for ever
            raise Unavailable
        return self._made(job, together)

    def _of_window(self, job: _Job, window: str) -> list[str]:
        """What the model makes of a window; of its halves, where it does not fit. Raises Unavailable, DoesNotFit."""
        try:
            return [self._ask(job, window)]
        except DoesNotFit:
            if len(window) < FEWEST_SIGNS:
                raise
        return [part for half in cut(window, len(window) // 2 + 1) for part in self._of_window(job, half)]

    def _ask(self, job: _Job, window: str) -> str:
        before, _, after = job.prompt.partition("{text}")
        asked = f"{before.strip()}\n\n{BEGINNING}\n{window.strip()}\n{END}\n\n{after.strip()}"
        messages = [{"role": "system", "content": job.system.strip()}, {"role": "user", "content": asked}]
        signs = sum(len(each["content"]) for each in messages)
        most = self._spare
        if job.kind in AS_LONG_AS_TEXT:
            most += int(ANSWER_SHARE * len(window) / FEWEST_SIGNS_PER_TOKEN)
        answer = self._client.ask(messages, most, job.until, lambda text: _show(job, text))
        if not self._gauge.was_read(signs, answer.prompt_tokens):
            raise DoesNotFit  # the beginning was dropped without a word
        self._gauge.learn(signs, answer.prompt_tokens)
        return _MARKS.sub("", answer.text).strip() or NONE

    def _worded(self, kind: Kind, text: str) -> Made:
        made = worded(kind, text, model=self._model.name)
        if made.is_empty:
            raise NotMade(Failing.NOTHING)
        return made

    def rehearse(self) -> None:
        """Load what is loaded late, before no file can be opened any more."""
        from voicepipe.processing.llm.rehearsal import rehearse

        rehearse(self._model)


def _show(job: _Job, text: str) -> None:
    is_growing = job.kind in JOINED or not job.done
    job.on_text("\n\n".join([*job.done, text]) if is_growing else text)


def prompts(directory: str) -> Mapping[str, str]:
    """All prompts by name, as `summary.ru`: those that come along, and in their place those of a directory."""
    own = Path(directory).glob("*.txt") if directory else ()
    found = [each for each in (*files(__package__).joinpath("prompts").iterdir(), *own) if each.name.endswith(".txt")]
    return {each.name.removesuffix(".txt"): each.read_text(encoding="utf-8") for each in found}
