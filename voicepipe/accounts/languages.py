"""What languages are called, as the Unicode consortium has it."""

from __future__ import annotations

from functools import cache

from babel import Locale

OTHERWISE = {"jw": "jv", "tl": "fil"}
"""Codes of Whisper's that stand under another name there."""


@cache
def language_name(code: str, language: str) -> str:
    """What a language (ISO 639-1, as Whisper names it) is called in another, as a heading has it."""
    code = OTHERWISE.get(code, code)
    name: str = Locale(language).languages.get(code) or Locale("en").languages[code]
    return name[:1].upper() + name[1:]


def own_name(code: str) -> str:
    """What a language is called by those who speak it."""
    return language_name(code, code)
