"""What the supervisor and the process of the text processors say to each other, a line of checked JSON each.

The supervisor says `Begin` once, then `Make` for each text, several at a time. The process says `Begun`, and for each
`Make`, by its number, any `Growing` and one of `Done` and `NotDone`. `Drop` ends a `Make` early, as far as a language
model is asked: at its next word. When the process needs a connection to the language model, it says `Connect`; the
supervisor connects to the configured endpoint, nothing else, and hands over the open socket by a socket of its own. To
end, the supervisor closes its end.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.processing.kinds import Failing, Kind, Made, Material

AT_ONCE = 8
"""How many things the supervisor asks for, and the process makes, at a time."""


@dataclass(frozen=True, slots=True)
class Model:
    """The language model, and how it is asked."""

    endpoint: str
    """The address that its API begins at, as http://127.0.0.1:11434/v1."""
    name: str
    api_key: str
    context_tokens: int
    """How many tokens prompt and answer may have together."""
    timeout_seconds: float
    """How long it may say nothing."""
    attempts: int
    """How often one request is made at most."""
    is_ollama: bool
    """Whether it is told how large a context it needs, by Ollama's own option."""
    prompts: str = ""
    """A directory with prompts of the operator's; empty for none."""


@dataclass(frozen=True, slots=True)
class Begin:
    """How the process is to work."""

    model: Model | None
    is_shut_in: bool


@dataclass(frozen=True, slots=True)
class Make:
    """Make something of a text."""

    number: int
    kind: Kind
    material: Material
    language: str
    """Of what is made: where it is a translation, another than the text's."""
    seconds: float
    """How long it may take."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What is being made is wanted no more; whatever is said of it yet is passed over."""

    number: int


ToProcess = Begin | Make | Drop


@dataclass(frozen=True, slots=True)
class Begun:
    """It is ready."""

    guards: tuple[str, ...]
    """In which respects it is shut in."""


@dataclass(frozen=True, slots=True)
class Connect:
    """It needs a connection to the endpoint; one is handed over, or none, for each."""


@dataclass(frozen=True, slots=True)
class Growing:
    """What is there so far."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """It is made."""

    number: int
    made: Made


@dataclass(frozen=True, slots=True)
class NotDone:
    """It can't be made."""

    number: int
    failing: Failing


FromProcess = Begun | Connect | Growing | Done | NotDone
