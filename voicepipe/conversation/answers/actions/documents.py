"""The text as a file: plain, or as subtitles. Each press sends one."""

from __future__ import annotations

from functools import partial

from voicepipe.conversation.answers.form import text_file
from voicepipe.conversation.answers.registry import Action, Offer, Tapped
from voicepipe.conversation.replies import Document, Reaction, Reply
from voicepipe.formats import FORMATS

SUBTITLE_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt"}


def _is_offered(offer: Offer, *, needs_times: bool) -> bool:
    return not offer.question and (not needs_times or bool(offer.transcript.segments))


async def _send_text(tapped: Tapped) -> Reaction:
    return _sending(text_file(tapped.kept.transcript, tapped.form.file_name))


async def _send_subtitles(name: str, tapped: Tapped) -> Reaction:
    form = FORMATS[name]
    content = form.render(tapped.kept.transcript).encode()
    file_name = f"{tapped.form.file_name}{form.suffix}"
    return _sending(Document(name=file_name, mime_type=SUBTITLE_TYPES[name], content=content))


def _sending(document: Document) -> Reaction:
    return Reaction(reply=Reply("", document=document))


ACTIONS = (
    Action(name="txt", row=1, is_offered=partial(_is_offered, needs_times=False), act=_send_text),
    *(
        Action(
            name=name,
            row=1,
            column=column,
            is_offered=partial(_is_offered, needs_times=True),
            act=partial(_send_subtitles, name),
        )
        for column, name in enumerate(SUBTITLE_TYPES, start=1)
    ),
)
