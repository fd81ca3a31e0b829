"""Menus of buttons, as a person uses them."""

from __future__ import annotations

from typing import Any

from tests.support.telegram import Message, User


async def shown(user: User, text: str, **how: Any) -> Message:
    """What the bot replies to a text."""
    return await user.wait_reply(await user.send_text(text, **how))


async def press(user: User, menu: Message, label: str) -> str:
    """Press a button, and wait for what comes of it; the notice."""
    seen = len(menu.texts)
    notice = (await (await user.press(menu, label)).wait_answer()).text
    await user.wait_message(lambda each: each is menu and len(each.texts) > seen, menu.chat)
    return notice or ""


def labels(menu: Message) -> list[str]:
    return [button.text for button in menu.buttons]
