"""The menu of commands that Telegram shows beside the field for writing."""

from __future__ import annotations

from collections.abc import Mapping

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.errors import SessionEnded
from voicepipe.events import BackgroundError, Events
from voicepipe.telegram.session.rpc import Rpc

Menu = Mapping[str | None, Mapping[str, str]]
"""What each command does, by command, by language; None for people of any other language."""


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
