"""What the bot says, in the user's language: keys and facts in, plain text out.

The sentences are in `locales/*.ftl` (Fluent). Three functions serve them there: `DURATION($seconds, case: "…")` words
a length in the grammatical case that the sentence needs, `WAIT($hours, $minutes)` words when something will be, and
`EXCEEDS($seconds, $limit, …)` chooses between variants, as Fluent itself can't compare numbers. The texts are plain:
never send them with a parse mode.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("ru", "en", "uk", "be", "kk", "uz", "de", "es", "pt", "fr", "it", "tr")
"""Those with texts in `locales/`."""

NEAREST = {"ca": "es", "gl": "es", "lb": "de"}
"""Which of them speakers of other languages are most likely to read, where that is neither of the next two."""

READERS_OF_DEFAULT = frozenset({"az", "ba", "hy", "ky", "tg", "tk", "tt"})
"""Languages whose speakers are more likely to read the bot's default language (Russian, as shipped) than English."""

MAX_PLAIN_SECONDS = 90
"""Up to here seconds are told as seconds; a longer duration as hours, minutes and seconds."""


class Texts:
    """The bot's texts."""

    def __init__(self, default_language: Callable[[], str]) -> None:
        """The default language is asked for at each use: it may change. ValueError when there are no texts in it."""
        if default_language() not in LANGUAGES:
            raise ValueError(f"no texts in {default_language()!r}; expected one of {', '.join(LANGUAGES)}")
        self._default = default_language

    def language_for(self, language_code: str | None) -> str:
        """Which of LANGUAGES to use for a Telegram language code, as `ru` or `en-GB`; None is the default's."""
        language = (language_code or self._default()).replace("_", "-").split("-")[0].lower()
        if language in READERS_OF_DEFAULT:
            return self._default()
        return language if language in LANGUAGES else NEAREST.get(language, "en")

    def get(self, language_code: str | None, key: str, **facts: int | str) -> str:
        """The text of a key with its facts (seconds, hours and the like as ints) filled in; further facts are ignored.

        Raises:
            KeyError: there is no such key.
            ValueError: a fact is missing.
        """
        return _format(_bundle_with(self.language_for(language_code), key), key, facts)

    def has(self, language_code: str | None, key: str) -> bool:
        """Whether there is a text of that key."""
        return _bundle_with(self.language_for(language_code), key).has_message(key)


def add_texts(language: str, source: str) -> None:
    """Add texts in Fluent's syntax, as those of a command that is registered from outside; `language` as LANGUAGES."""
    _bundle(language).add_resource(FluentResource(source))


def _bundle_with(language: str, key: str) -> FluentBundle:
    """The texts of a language; the English ones for a key that was added in fewer languages."""
    bundle = _bundle(language)
    return bundle if bundle.has_message(key) else _bundle("en")


def _format(bundle: FluentBundle, key: str, facts: dict[str, int | str]) -> str:
    message = bundle.get_message(key)
    assert message.value is not None
    text, errors = bundle.format_pattern(message.value, facts)
    if errors:
        raise ValueError(f"the text {key} can't be made: {errors[0]}")
    return str(text)


@cache
def _bundle(language: str) -> FluentBundle:
    functions: dict[str, Any] = {
        "DURATION": partial(_duration, language),
        "WAIT": partial(_wait, language),
        "EXCEEDS": _exceeds,
    }
    # Isolation would put invisible direction marks around every number.
    bundle = FluentBundle([language], functions=functions, use_isolating=False)
    source = (
        resources.files("voicepipe.conversation").joinpath("locales", f"{language}.ftl").read_text(encoding="utf-8")
    )
    bundle.add_resource(FluentResource(source))
    return bundle


def _duration(language: str, seconds: int, case: str = "nominative") -> str:
    if seconds <= MAX_PLAIN_SECONDS:
        return _count(language, "second", seconds, case)
    parts = {"hour": seconds // 3600, "minute": seconds // 60 % 60, "second": seconds % 60}
    return " ".join(_count(language, unit, count, case) for unit, count in parts.items() if count)


def _wait(language: str, hours: int, minutes: int) -> str:
    parts = {"hour": hours, "minute": minutes}
    worded = " ".join(_count(language, unit, count, "accusative") for unit, count in parts.items() if count)
    return _format(_bundle(language), "wait" if worded else "wait-moment", {"duration": worded})


def _exceeds(seconds: int, *limits: int) -> str:
    """Whether it is more than the limits together, as a key for Fluent's variants."""
    return "yes" if seconds > sum(limits) else "no"


def _count(language: str, unit: str, count: int, case: str) -> str:
    return _format(_bundle(language), f"count-{unit}", {"count": count, "case": case})
