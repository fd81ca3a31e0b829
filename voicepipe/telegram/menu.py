"""How Telegram shows the bot: the menu of commands beside the field for writing, and the texts of its profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.errors import SessionEnded
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.session.rpc import Rpc

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
