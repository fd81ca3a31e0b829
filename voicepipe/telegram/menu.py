"""How Telegram shows the bot: the menu of commands beside the field for writing, and the texts of its profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.conversation.groups import ASKING
from voicepipe.errors import SessionEnded
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.session.rpc import Rpc

MOST_KEPT = 10_000
Menu = Callable[[str | None], Mapping[str, str]]
"""What each command does, by command, in a language; None for people of any other language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the bot says of itself in one language."""

    about: str
    """In its profile; at most 120 signs: core.telegram.org/method/bots.setBotInfo"""
    description: str
    """In an empty chat with it; at most 512 signs."""


async def show_profile(
    rpc: Rpc, profile: Callable[[str | None], Profile], languages: Sequence[str], events: Events
) -> None:
    """Have the profile's texts shown; a refusal is no more than a warning.

    They are only set where they differ, for Telegram lets a bot change them a few times a day.
    """
    for language in (None, *languages):
        code, ours = language or "", profile(language)
        try:
            shown = await rpc.call(raw.functions.bots.GetBotInfo(lang_code=code))
            if (shown.about, shown.description) != (ours.about, ours.description):
                await rpc.call(
                    raw.functions.bots.SetBotInfo(lang_code=code, about=ours.about, description=ours.description)
                )
        except (RPCError, SessionEnded) as error:
            events.emit(BackgroundError("setBotInfo", type(error).__name__))
            return


class ChatMenus:
    """Makes people send /transcribe so that nobody else sees it, in groups whose texts are for who asks.

    A list for one chat takes the place of all others there. What is set outlasts the process, which forgets it.
    """

    def __init__(self, rpc: Rpc, menu: Menu, events: Events) -> None:
        self._rpc = rpc
        self._menu = menu
        self._events = events
        self._is_private: dict[int, bool] = {}

    async def adapt(self, chat_id: int, language: str | None, *, is_private: bool) -> None:
        """Let the menu of a group fit: `is_private` where texts are for who asks."""
        if self._is_private.get(chat_id) is is_private:
            return
        try:
            scope = raw.types.BotCommandScopePeer(peer=await self._rpc.peer(chat_id))
            await self._rpc.call(self._query(scope, language, is_private=is_private))
        except RPCError as error:
            self._events.emit(BackgroundError("menu of a group", type(error).__name__))
            return
        if len(self._is_private) >= MOST_KEPT:
            self._is_private.clear()
        self._is_private[chat_id] = is_private

    def _query(self, scope: raw.base.BotCommandScope, language: str | None, *, is_private: bool) -> Any:
        if not is_private:
            return raw.functions.bots.ResetBotCommands(scope=scope, lang_code="")
        commands = [
            raw.types.BotCommand(command=name, description=text, ephemeral=name == ASKING or None)
            for name, text in self._menu(language).items()
        ]
        return raw.functions.bots.SetBotCommands(scope=scope, lang_code="", commands=commands)


async def show_menu(rpc: Rpc, menu: Menu, languages: Sequence[str], events: Events) -> None:
    """Show the commands in Telegram's menu; a refusal is no more than a warning.

    A language's texts are read when its turn comes: all at once would keep the event loop for a third of a second.
    """
    for language in (None, *languages):
        query = raw.functions.bots.SetBotCommands(
            scope=raw.types.BotCommandScopeDefault(),
            lang_code=language or "",
            commands=[
                raw.types.BotCommand(command=command, description=description)
                for command, description in menu(language).items()
            ],
        )
        try:
            await rpc.call(query)
        except (RPCError, SessionEnded) as error:
            events.emit(BackgroundError("setBotCommands", type(error).__name__))
            return
