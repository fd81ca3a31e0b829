"""/cancel: gives up what is in work. Also the buttons under a status, which give up that recording alone."""

from __future__ import annotations

from collections.abc import Callable

from voicepipe.conversation.registry import Asked, Command, Pressed
from voicepipe.conversation.replies import Button, Reaction, Reply
from voicepipe.domain.jobs import Job

NAME = "cancel"
DROP, KEEP = "drop", "keep"
"""What becomes of the text so far."""


def cancel_buttons(text: Callable[[str], str], *, has_text: bool) -> tuple[tuple[Button, ...], ...]:
    """The buttons under a status; `text` gives the texts in the language of whoever reads it."""
    drop = Button(text("cancel-button"), f"{NAME}:{DROP}")
    return ((Button(text("cancel-button-keep"), f"{NAME}:{KEEP}"), drop),) if has_text else ((drop,),)


async def _respond(asked: Asked) -> Reply:
    in_work = asked.services.in_work
    keys = in_work.in_work(asked.person.user_id, asked.remark.key.chat_id)
    cancelled = [key for key in keys if await in_work.cancel(key, keep=False)]
    return Reply(asked.text("cancel-done", count=len(cancelled)))


async def _react(pressed: Pressed) -> Reaction:
    job = pressed.services.in_work.whose_status(pressed.press.key)
    if job is None:
        return Reaction(notice=pressed.text("button-gone"))
    if not await _may(pressed, job):
        return Reaction(notice=pressed.text("cancel-not-yours"))
    await pressed.services.in_work.cancel(job.key, keep=pressed.argument == KEEP)
    return Reaction()


async def _may(pressed: Pressed, job: Job) -> bool:
    user_id = pressed.person.user_id
    return user_id == job.user_id or await pressed.services.chats.is_administrator(job.key.chat_id, user_id)


COMMAND = Command(name=NAME, respond=_respond, react=_react, menu_order=40)
