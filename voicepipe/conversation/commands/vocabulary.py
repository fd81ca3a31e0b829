"""/vocabulary: names and jargon that somebody often says; in a group its administrators'.

`/vocabulary Anna, Kubernetes` adds words, `/vocabulary remove Anna` and `/vocabulary clear` take them away; a button
below the list takes one away.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from voicepipe.accounts.speech import MOST_SIGNS, MOST_WORDS, VOCABULARY, words_of
from voicepipe.conversation.registry import Asked, Command, Pressed, Turn
from voicepipe.conversation.replies import Button, Reaction, Reply
from voicepipe.conversation.screens import Screens, batched_rows
from voicepipe.errors import RequestRefused

ADD = ("add", "добавить", "добавь")
REMOVE = ("remove", "delete", "убрать", "удалить", "убери", "удали")
CLEAR = ("clear", "очистить", "очисти")
"""The words that may follow the command; without one, words are added."""
DROP, EMPTY = "drop", "clear"
"""What a button's argument begins with."""


async def _respond(asked: Asked) -> Reply:
    screens = Screens(asked)
    if screens.is_group and not await asked.is_administrator():
        return Reply(asked.text("settings-administrators"))
    if asked.argument:
        if asked.services.preferences.is_locked(VOCABULARY):
            return Reply(asked.text("settings-locked"))
        try:
            await _change(asked, _wanted(asked.argument), asked.request_id)
        except RequestRefused:
            return Reply(asked.text("vocabulary-too-much", words=MOST_WORDS, signs=MOST_SIGNS))
    return _shown(asked)


def _wanted(argument: str) -> Callable[[str], str]:
    """What the argument makes of a vocabulary."""
    verb, _, rest = argument.partition(" ")
    match verb.lower():
        case verb if verb in CLEAR and not rest.strip():
            return lambda _: ""
        case verb if verb in REMOVE:
            gone = {word.casefold() for word in words_of(rest)}
            return lambda value: _without(value, lambda word: word.casefold() in gone)
        case verb if verb in ADD:
            return lambda value: VOCABULARY.parse(f"{value}, {rest}")
    return lambda value: VOCABULARY.parse(f"{value}, {argument}")


async def _react(pressed: Pressed) -> Reaction:
    screens = Screens(pressed)
    if screens.is_group and not await pressed.is_administrator():
        return Reaction(notice=pressed.text("settings-administrators-only"))
    kind, _, mark = pressed.argument.partition(":")
    if kind not in (DROP, EMPTY):
        return Reaction(notice=pressed.text("button-gone"))
    if pressed.services.preferences.is_locked(VOCABULARY):
        return Reaction(notice=pressed.text("settings-locked"))
    await _change(
        pressed, lambda value: _without(value, lambda word: kind == EMPTY or _mark(word) == mark), pressed.request_id
    )
    return Reaction(replacement=_shown(pressed))


async def _change(turn: Turn, change: Callable[[str], str], request_id: str) -> None:
    screens = Screens(turn)
    await turn.services.preferences.change(screens.subject_id, VOCABULARY, change, by=screens.by, request_id=request_id)


def _shown(turn: Turn) -> Reply:
    """The vocabulary, with a button for each word."""
    words = words_of(turn.services.preferences.value_of(Screens(turn).subject_id, VOCABULARY))
    if not words:
        return Reply(turn.text("vocabulary-empty"))
    buttons = [turn.button(f"✕ {word}", f"{DROP}:{_mark(word)}") for word in words]
    clear: Button = turn.button(turn.text("vocabulary-clear"), EMPTY)
    return Reply(turn.text("vocabulary-words", words=", ".join(words)), (*batched_rows(buttons), (clear,)))


def _without(vocabulary: str, is_gone: Callable[[str], bool]) -> str:
    return ", ".join(word for word in words_of(vocabulary) if not is_gone(word))


def _mark(word: str) -> str:
    """What stands for a word in a button, which has no room for it."""
    return blake2b(word.casefold().encode(), digest_size=6).hexdigest()


COMMAND = Command(name="vocabulary", respond=_respond, react=_react, menu_order=45)
