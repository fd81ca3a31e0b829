"""What a model says although nobody does.

A try tells how probably there is no speech at all. Over noise that passes for speech it is 0.43 to 0.85, over words
mostly below 0.2, over a quiet word alone up to 0.55. So it decides together with another sign of doubt: how sure the
language is, how probable the text, whether it repeats itself or is longer than can be said, how long the speech is, and
whether the text is one of the phrases that Whisper has learned from subtitles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from voicepipe.worker.engines.whisper.decoding import Attempt
from voicepipe.worker.engines.whisper.phrases import PHRASES

NO_SPEECH = 0.6
"""Above this, another sign is enough."""
PERHAPS_NO_SPEECH = 0.4
"""Above this, there must be one in the text itself, as a loop or a phrase, beside another."""
SURELY_SPEECH = 0.2
"""Below this, somebody speaks, and may have said a single word, however improbable it is."""
DOUBTFUL_LOG_PROBABILITY = -0.8
"""Below this, or perhaps without speech, a phrase from subtitles is nobody's. An unsure language is no such sign: a
single "Thank you" has one, too. Over noise all phrases were below -0.9 beside a no-speech of 0.4 and more; said, they
had -0.4 beside 0.2 to 0.3, and the letter U, which is heard as "You", -0.9 beside 0.01 to 0.16."""
VERY_IMPROBABLE = -1.4
"""Mean log probability of a token: where there may be no speech, noise had -1.5 and less, torn words -1.0 to -1.2."""
SHORT_SECONDS = 5.0
UNSURE_LANGUAGE = 0.8
"""Where nobody speaks, the most probable of all languages has no more. Above it, a text is somebody's though it is
short and improbable, as that of a torn word, or loops. To doubt it nevertheless silenced 5 of 868 clips of a second or
a word (base, fast); of 1050 recordings of noise, the 8 with any speech had 0.66 at most."""
MOMENT_SECONDS = 1.5
"""A single word, or a torn one, is no longer, and its language is often unsure."""
SURELY_NO_SPEECH, VERY_UNSURE_LANGUAGE = 0.75, 0.5
"""Only beyond both is so short a text nobody's for its language alone: words came near, with 0.69 beside 0.38 and 0.93
beside 0.61."""
GOOD_LOG_PROBABILITY = -0.6
"""Where no language can be heard, a short text above this is somebody's, unless there is surely no speech."""
LETTERS_AT_ONCE, LETTERS_PER_SECOND = 6, 22
"""What can be said in the time: fast speech has about 20 a second. Over noise as short as a word a model writes whole
sentences: "I don't know what you're talking about." for a second of whistling."""
LEAST_CAPTION_LETTERS = 7
_LEFT_OUT = str.maketrans("ё", "е", "'’\u0307")
"""The last is what a Turkish İ becomes in small letters beside its i."""
SAID_SIGNS = frozenset("%‰№$€£₽₴₸+=&@#§°")
"""That are words where they are said: a "%" alone is what a model writes for "percent"."""
_SIGNS = re.compile(r"[^\w*]+")
_REMARK = re.compile(r"[(\[*♪♫].*[)\]*♪♫]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of what a try is about."""

    seconds: float
    """Of speech."""
    language: str
    certainty: float
    """How probable the model finds its first choice among all languages; 1.0 where it knows but one."""

    @property
    def is_only_language(self) -> bool:
        return self.certainty == 1.0


def is_nothing(attempt: Attempt, where: Surroundings) -> bool:
    """Whether nobody speaks there, whatever the text is."""
    if attempt.no_speech_probability <= PERHAPS_NO_SPEECH:
        return False
    is_short = where.seconds <= SHORT_SECONDS
    is_unsure = where.certainty < UNSURE_LANGUAGE or (where.is_only_language and is_short)
    if attempt.is_silence and (is_unsure or not is_short or attempt.log_probability < VERY_IMPROBABLE):
        return True
    if is_unsure and _is_odd(attempt, where.seconds):
        return True
    is_known = is_phrase(attempt.text, where.language)
    if attempt.no_speech_probability <= NO_SPEECH:
        return is_known and (is_unsure or is_short)
    # A text in a sure language may have begun to loop at its end: it is tried again first.
    is_wrong = attempt.looks_wrong and (is_unsure or attempt.temperature > 0.0)
    return is_wrong or is_known or _is_alien(attempt, where)


def _is_odd(attempt: Attempt, seconds: float) -> bool:
    """Whether nobody would say such a text, or not in the time."""
    is_hasty = _letters(attempt.text) > LETTERS_AT_ONCE + LETTERS_PER_SECOND * seconds
    return is_hasty or attempt.is_overlong or attempt.is_repetitive or attempt.log_probability < VERY_IMPROBABLE


def _is_alien(attempt: Attempt, where: Surroundings) -> bool:
    """Whether a text without speech is nobody's for its language or its length."""
    is_sure = attempt.no_speech_probability > SURELY_NO_SPEECH
    if where.is_only_language:
        return where.seconds <= SHORT_SECONDS and (is_sure or attempt.log_probability < GOOD_LOG_PROBABILITY)
    if where.seconds <= MOMENT_SECONDS:
        return is_sure and where.certainty < VERY_UNSURE_LANGUAGE
    return where.certainty < UNSURE_LANGUAGE


def is_phantom(text: str, attempt: Attempt, language: str) -> bool:
    """Whether a segment's text is nobody's: no word, a remark on what is heard, or a caption or phrase beside doubt."""
    text = text.strip()
    if not any(sign.isalnum() or sign in SAID_SIGNS for sign in text) or _REMARK.fullmatch(text):
        return True
    is_doubtful = (
        attempt.no_speech_probability > PERHAPS_NO_SPEECH or attempt.log_probability < DOUBTFUL_LOG_PROBABILITY
    )
    is_word = attempt.no_speech_probability < SURELY_SPEECH and " " not in plainly(text)
    return is_doubtful and (_is_caption(text) or (is_phrase(text, language) and not is_word))


def _is_caption(text: str) -> bool:
    """Whether it is all in capitals, as subtitles write of music, birds and telephones; an abbreviation is shorter."""
    return text.isupper() and _letters(text) >= LEAST_CAPTION_LETTERS


def _letters(text: str) -> int:
    return sum(sign.isalpha() for sign in text)


def is_phrase(text: str, language: str) -> bool:
    """Whether all of it is one of Whisper's phrases, in the language or in English."""
    plain = plainly(text)
    return any(_matches(plain, phrase) for code in {language, "en"} for phrase in PHRASES.get(code, ()))


def plainly(text: str) -> str:
    """As the phrases are written."""
    return _SIGNS.sub(" ", text.lower().translate(_LEFT_OUT)).strip()


def _matches(plain: str, phrase: str) -> bool:
    beginning, star, _ = phrase.partition(" *")
    return plain == beginning or (bool(star) and plain.startswith(f"{beginning} "))
