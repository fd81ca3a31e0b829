"""What comes of a recording: its text, or why there is none, and where the time went. Plain immutable data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from voicepipe.domain.sentences import SENTENCE_ENDS


class FailureReason(StrEnum):
    """Why an accepted recording got no text. Nothing is charged for any of them."""

    NO_SPEECH = "no_speech"
    """It was decoded and holds no speech."""
    NO_AUDIO = "no_audio"
    """The file has no audio track, or not a single sample could be decoded from it."""
    UNREADABLE = "unreadable"
    """The file is empty, damaged or no media at all."""
    UNKNOWN_CODEC = "unknown_codec"
    """Its sound is coded in a way that is not decoded here; the detail is the codec's name, where one is known."""
    NO_TRACK = "no_track"
    """It has no audio track of the number asked for; the detail is how many it has."""
    TOO_LONG = "too_long"
    """It is longer than the limit per recording, whatever its metadata said."""
    OVER_QUOTA = "over_quota"
    """It is longer than its metadata said, and the user's quota does not cover the rest."""
    FETCH_FAILED = "fetch_failed"
    """Telegram did not give us the file."""
    EXPIRED = "expired"
    """It could be opened once, or for a while, and Telegram gives it no more."""
    DISK_FULL = "disk_full"
    """There was no room to keep it while it was recognised."""
    POISON = "poison"
    """It ended its worker process twice (crash, hang or memory)."""
    INTERNAL = "internal"
    """An error of ours; the detail is its type and place."""
    WITHDRAWN = "withdrawn"
    """It was deleted from the group that it was sent to."""
    CANCELLED = "cancelled"
    """Its sender, or an administrator of the chat, wanted it no more."""
    UNWRITABLE = "unwritable"
    """The bot may not write to the chat that it came from."""


UNTOLD = frozenset({FailureReason.WITHDRAWN, FailureReason.UNWRITABLE})
"""The reasons that nobody is told: nobody shall be, or can be."""

WRITTEN_WITHOUT_SPACES = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my", "bo"})
"""Languages whose words or sentences no space divides, by the codes that Whisper has for them."""

WRITTEN_WITH_TWO_I = frozenset({"tr", "az"})
"""Languages in which the capital of i has a dot, too."""


def joined(texts: Iterable[str], language: str) -> str:
    """Texts that follow one another in a recording as one, as the language (ISO 639-1 code) is written."""
    return ("" if language in WRITTEN_WITHOUT_SPACES else " ").join(filter(None, texts))


def begun(text: str, language: str) -> str:
    """With a capital at its beginning, if the text has sentences at all, and the script has capitals.

    A model writes the first word small at times. One with capitals of its own, as iPhone, stays as it is.
    """
    first, word = text[:1], text.split(maxsplit=1)[:1]
    has_sentences = any(sign in SENTENCE_ENDS for sign in text)
    if not has_sentences or not first.islower() or any(sign.isupper() for sign in word[0]):
        return text
    return ("İ" if first == "i" and language in WRITTEN_WITH_TWO_I else first.title()) + text[1:]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a segment, with what is written before and after it."""

    text: str
    """All words of a segment, one after the other, are its text."""
    probability: float
    """How sure the engine is of it: from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of recognised speech; start and end in seconds from the recording's beginning."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    """Empty where the engine does not say how sure it is."""

    @property
    def stripped(self) -> Segment:
        """Without the spaces around its text."""
        text, words = self.text.strip(), self.words
        if words and text:
            words = (replace(words[0], text=words[0].text.lstrip()), *words[1:])
            words = (*words[:-1], replace(words[-1], text=words[-1].text.rstrip()))
        return replace(self, text=text, words=words if text else ())

    def begun(self, text: str) -> Segment:
        """As the first of a text that begins so, perhaps with a capital."""
        if not self.text:
            return self
        first = text[:1]
        words = tuple(replace(word, text=first + word.text[1:]) for word in self.words[:1])
        return replace(self, text=first + self.text[1:], words=words + self.words[1:])


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was recognised in a recording."""

    text: str
    language: str
    """ISO 639-1 code, as Whisper names it."""
    language_probability: float
    audio_seconds: float
    """Seconds really decoded from the file, whatever its metadata says; of a partial one, those that its text is of."""
    segments: tuple[Segment, ...]
    is_partial: bool = False
    """Whether it is of the recording's beginning only, as somebody wanted no more of it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no transcript, with the facts that the user is told."""

    reason: FailureReason
    audio_seconds: float | None = None
    """Seconds decoded (or at least decoded, when the limit stopped it); None where nothing was."""
    detail: str = ""
    """What `FailureReason` says of the reason; else empty."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time of a recognised recording went, in seconds."""

    queue_seconds: float
    """From acceptance to the start of recognition."""
    compute_seconds: float
    """CPU time the worker spent on it."""
    total_seconds: float
    """From acceptance to the outcome."""
    predicted_seconds: float | None = None
    """What `total_seconds` was expected to be when the recording was accepted; None where nobody could tell."""
