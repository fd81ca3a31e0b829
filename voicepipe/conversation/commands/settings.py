"""/settings: what can be chosen, by buttons, or typed as `/settings NAME VALUE`; in a group by its administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from voicepipe.accounts.preferences import Few, FreeText, Preference, Theme
from voicepipe.conversation.registry import Asked, Command, Pressed
from voicepipe.conversation.replies import Reaction, Reply
from voicepipe.conversation.screens import Screens
from voicepipe.errors import RequestRefused

MAX_NOTICE = 200
"""Signs of a notice: core.telegram.org/bots/api#answercallbackquery"""


class _OldButton(Exception):
    """Its data are none, or stand for what there is no more."""


async def _respond(asked: Asked) -> Reply:
    screens = Screens(asked)
    name, _, text = asked.argument.partition(" ")
    if screens.is_group and not await asked.is_administrator():
        return Reply(asked.text("settings-administrators"))
    if not name:
        return screens.home()
    preference = _shown(screens, name.lower())
    if preference is None:
        names = ", ".join(each.name for each in screens.shown())
        return Reply(asked.text("settings-unknown", names=names))
    return await _set_typed(screens, asked, preference, text) if text.strip() else screens.values(preference)


async def _set_typed(screens: Screens, asked: Asked, preference: Preference[Any], text: str) -> Reply:
    if asked.services.preferences.is_locked(preference):
        return Reply(asked.text("settings-locked"))
    try:
        value = preference.parse(text)
    except RequestRefused:
        return Reply(asked.text("settings-unknown-value", expected=preference.expected))
    await asked.services.preferences.choose(
        screens.subject_id, preference, value, by=screens.by, request_id=asked.request_id
    )
    return Reply(screens.line(preference))


async def _react(pressed: Pressed) -> Reaction:
    screens = Screens(pressed)
    if screens.is_group and not await pressed.is_administrator():
        return Reaction(notice=pressed.text("settings-administrators-only"))
    kind, _, rest = pressed.argument.partition(":")
    try:
        return await _act(screens, pressed, kind, rest)
    except _OldButton:
        return Reaction(notice=pressed.text("button-gone"))


async def _act(screens: Screens, pressed: Pressed, kind: str, rest: str) -> Reaction:
    name, _, detail = rest.partition(":")
    match kind:
        case "home":
            return Reaction(replacement=screens.home())
        case "close":
            return Reaction(replacement=Reply(pressed.text("settings-closed")))
        case "theme" if rest in set(Theme):
            return Reaction(replacement=screens.theme(Theme(rest)))
    if (preference := _shown(screens, name)) is None:
        raise _OldButton
    if pressed.services.preferences.is_locked(preference):
        return Reaction(notice=pressed.text("settings-locked"))
    match kind:
        case "show":
            return Reaction(replacement=screens.values(preference, int(detail) if detail.isdecimal() else 0))
        case "set":
            return await _set_pressed(screens, pressed, preference, detail)
        case "reset":
            await _change(screens, pressed, preference, lambda _: None)
            return Reaction(notice=screens.line(preference)[:MAX_NOTICE], replacement=screens.after(preference))
    raise _OldButton


async def _set_pressed(screens: Screens, pressed: Pressed, preference: Preference[Any], word: str) -> Reaction:
    if isinstance(preference, FreeText):  # which is typed
        raise _OldButton
    try:
        value = preference.parse(word)
    except RequestRefused:
        raise _OldButton from None
    if not isinstance(preference, Few) or not value:
        await _change(screens, pressed, preference, lambda _: value)
    elif not await _toggle(screens, pressed, preference, word):
        return Reaction(notice=pressed.text("settings-too-many", most=preference.most))
    return Reaction(notice=screens.line(preference)[:MAX_NOTICE], replacement=screens.after(preference, value))


async def _toggle(screens: Screens, pressed: Pressed, preference: Few, word: str) -> bool:
    """Whether there was room for one more."""
    try:
        await _change(screens, pressed, preference, lambda value: preference.toggled(value, word))
    except RequestRefused:
        return False
    return True


async def _change(
    screens: Screens, pressed: Pressed, preference: Preference[Any], change: Callable[[Any], Any]
) -> None:
    await pressed.services.preferences.change(
        screens.subject_id, preference, change, by=screens.by, request_id=pressed.request_id
    )


def _shown(screens: Screens, name: str) -> Preference[Any] | None:
    return next((each for each in screens.shown() if each.name == name), None)


COMMAND = Command(name="settings", respond=_respond, react=_react, menu_order=40)
