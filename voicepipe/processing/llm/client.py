"""Asks a language model for one answer, and takes none that is not whole.

What fails is asked again with growing pauses: a busy or broken server, a connection that breaks, an answer that ends
before its end, is empty, or does not end. An endpoint that fails again and again is left alone for a while.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import openai

from voicepipe.processing.llm.transport import Connect, Transport

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk

    from voicepipe.processing.messages import Model

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 20.0
SIGNS_PER_TOKEN = 10
"""More than in any language: an answer longer than so many signs for each token it may have does not end."""
FAILURES_TO_OPEN, OPEN_SECONDS = 3, 60.0
"""After so many failures in a row the endpoint is not asked for so long."""
_THOUGHTS = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_THINKING = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_THOUGHT = re.compile(r"^.*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)


class Unavailable(Exception):
    """The model gives no usable answer."""


class DoesNotFit(Exception):
    """The request, or its answer, is too long for the model: what came of it is not whole."""


class _Failed(Exception):
    """An attempt; another one may succeed."""

    def __init__(self, pause_seconds: float = 0.0) -> None:
        super().__init__()
        self.pause_seconds = pause_seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    text: str
    prompt_tokens: int | None
    """How long the request was, as the model counts; None where it does not say."""


class Client:
    """Used by several threads."""

    def __init__(self, model: Model, connect: Connect, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._model = model
        self._pause = pause
        self._breaker = Breaker()
        self._api = openai.OpenAI(
            base_url=model.endpoint,
            api_key=model.api_key or "none",
            max_retries=0,
            http_client=httpx2.Client(transport=Transport(connect), trust_env=False),
        )

    def ask(
        self, messages: Iterable[dict[str, str]], most_tokens: int, until: float, on_text: Callable[[str], None]
    ) -> Answer:
        """One answer, until a monotonic instant. Raises Unavailable, DoesNotFit."""
        self._breaker.require_closed()
        for attempt in range(self._model.attempts):
            try:
                answer = self._attempt(list(messages), most_tokens, until, on_text)
            except _Failed as failed:
                pause = max(failed.pause_seconds, FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.75, 1.25))
                if attempt + 1 == self._model.attempts or time.monotonic() + pause > until:
                    break
                self._pause(min(LONGEST_PAUSE_SECONDS, pause))
            else:
                self._breaker.note_success()
                return answer
        self._breaker.note_failure()
        raise Unavailable

    def _attempt(self, messages: list[Any], most_tokens: int, until: float, on_text: Callable[[str], None]) -> Answer:
        """Raises _Failed, Unavailable, DoesNotFit."""
        try:
            with self._api.chat.completions.create(
                model=self._model.name,
                messages=messages,
                max_tokens=most_tokens,
                temperature=0.2,
                stream=True,
                stream_options={"include_usage": True},
                timeout=httpx2.Timeout(max(1.0, min(self._model.timeout_seconds, until - time.monotonic()))),
                extra_body={"options": {"num_ctx": self._model.context_tokens}} if self._model.is_ollama else None,
            ) as stream:
                return _gathered(stream, most_tokens, until, on_text)
        except (DoesNotFit, Unavailable, _Failed):
            raise
        except openai.APIStatusError as error:
            raise _meaning_of(error) from error
        except Exception as error:  # a broken connection, or nonsense: there are more kinds than can be listed
            raise _Failed from error


def _gathered(
    stream: Iterable[ChatCompletionChunk], most_tokens: int, until: float, on_text: Callable[[str], None]
) -> Answer:
    """The whole answer. Raises _Failed for one that is not, DoesNotFit for one that was cut."""
    text, finish, tokens = "", None, None
    for chunk in stream:
        if time.monotonic() > until:
            raise Unavailable
        tokens = chunk.usage.prompt_tokens if chunk.usage else tokens
        for choice in chunk.choices[:1]:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
            if shown := without_thoughts(text):
                on_text(shown)
        if len(text) > most_tokens * SIGNS_PER_TOKEN:
            raise _Failed
    if finish == "length":
        raise DoesNotFit
    said = without_thoughts(text)
    if finish != "stop" or not said:
        raise _Failed
    return Answer(said, tokens)


def without_thoughts(text: str) -> str:
    """What a model says, without what it says to itself before."""
    text = _THOUGHT.sub("", _THOUGHTS.sub("", text))
    return _THINKING.split(text)[0].strip()


def _meaning_of(error: openai.APIStatusError) -> Exception:
    """What a refusal means: to wait, to send less, or that there will be no answer."""
    if error.status_code == 429 or error.status_code >= 500:
        return _Failed(_pause_of(error.response.headers.get("retry-after", "")))
    if error.status_code in (400, 413) and "context" in str(error).lower():
        return DoesNotFit()
    return Unavailable()


def _pause_of(header: str) -> float:
    """Seconds; 0 for a header that tells none."""
    return min(LONGEST_PAUSE_SECONDS, float(header)) if re.fullmatch(r"\d{1,6}(\.\d+)?", header) else 0.0


class Breaker:
    """Leaves an endpoint alone that fails again and again; after a while one request finds out whether it is back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    def require_closed(self) -> None:
        """Raises Unavailable while the endpoint is left alone."""
        with self._lock:
            if self._failures >= FAILURES_TO_OPEN:
                if self._clock() < self._open_until:
                    raise Unavailable
                self._open_until = self._clock() + OPEN_SECONDS  # this one tries

    def note_success(self) -> None:
        with self._lock:
            self._failures = 0

    def note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            self._open_until = self._clock() + OPEN_SECONDS
