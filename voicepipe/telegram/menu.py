"""How Telegram shows the bot: the menu of commands beside the field for writing, and the texts of its profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.conversation.groups import ASKING
from voicepipe.errors import SessionEnded
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.session.rpc import Rpc

MOST_KEPT = 10_000
Menu = Mapping[str | None, Mapping[str, str]]
"""What each command does, by command, by language; None for people of any other language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the bot says of itself in one language."""

    about: str
    """In its profile; at most 120 signs: core.telegram.org/method/bots.setBotInfo"""
    description: str
    """In an empty chat with it; at most 512 signs."""


async def show_profile(rpc: Rpc, profiles: Mapping[str | None, Profile], events: Events) -> None:
    """Have the profile's texts shown; a refusal is no more than a warning.

    They are only set where they differ, for Telegram lets a bot change them a few times a day.
    """
    for language, profile in profiles.items():
        code = language or ""
        try:
            shown = await rpc.call(raw.functions.bots.GetBotInfo(lang_code=code))
            if (shown.about, shown.description) != (profile.about, profile.description):
                await rpc.call(
                    raw.functions.bots.SetBotInfo(lang_code=code, about=profile.about, description=profile.description)
                )
        except (RPCError, SessionEnded) as error:
            events.emit(BackgroundError("setBotInfo", type(error).__name__))
            return


class ChatMenus:
    """Makes people send /transcribe so that nobody else sees it, in groups whose texts are for who asks.

    A list for one chat takes the place of all others there. What is set outlasts the process, which forgets it.
    """

    def __init__(self, rpc: Rpc, menu: Callable[[str | None], Mapping[str, str]], events: Events) -> None:
        """`menu` gives the commands and what they do, in a language."""
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


async def show_menu(rpc: Rpc, menu: Menu, events: Events) -> None:
    """Show the commands in Telegram's menu; a refusal is no more than a warning."""
    for language, commands in menu.items():
        query = raw.functions.bots.SetBotCommands(
            scope=raw.types.BotCommandScopeDefault(),
            lang_code=language or "",
            commands=[
                raw.types.BotCommand(command=command, description=description)
                for command, description in commands.items()
            ],
        )
        try:
            await rpc.call(query)
        except (RPCError, SessionEnded) as error:
            events.emit(BackgroundError("setBotCommands", type(error).__name__))
            return
