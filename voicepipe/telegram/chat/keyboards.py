"""The buttons under messages that stay as they are otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pyrogram.errors import RPCError

from voicepipe.conversation.replies import Button
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import Undeliverable
from voicepipe.telegram.chat.sending import FEW_FAULTS, FEW_TRIES, Sender
from voicepipe.telegram.session.errors import name_of


class Keyboards:
    """Changes the buttons under the bot's messages."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def change_buttons(self, key: JobKey, buttons: Sequence[Sequence[Button]]) -> None:
        """Put buttons, or none, in the place of those below a message; nothing happens when that is not there any more.

        Raises Undeliverable.
        """
        edit = partial(self._sender.edit, key.chat_id, key.message_id, None, buttons=buttons)
        try:
            await self._sender.insist("change buttons", edit, tries=FEW_TRIES, faults=FEW_FAULTS)
        except RPCError as error:
            raise Undeliverable(name_of(error)) from error
