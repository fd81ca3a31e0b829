"""The form of an answer: from a transcript and what is preferred to what is said. Pure.

A short recording's text is plain. Of a long one, the first lines are plain and the rest is a folded quotation, so that
nobody has to scroll past it; a very long text also comes as a file. Text is data: whatever looks like markup in it is
not, and only entities mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voicepipe.conversation.replies import Document, Reply
from voicepipe.domain.markup import Entity, Look, Written, within
from voicepipe.domain.transcripts import Transcript
from voicepipe.formats.cutting import behind_white, best_cut
from voicepipe.formats.doubts import doubts
from voicepipe.formats.paragraphs import Stretch, in_paragraphs, paragraphs, stamped

FIRST_SIGNS = 280
"""About how much of a long text stays in sight: four lines on a telephone."""
FOLDED_SIGNS = 200
"""What is shorter than this is not worth folding."""
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What an answer is to look like."""

    folds: bool = True
    """Whether the rest of a long text is folded."""
    marks_doubts: bool = True
    file_from_signs: int | None = None
    """A text of so many signs comes as a file, too; None: none does."""
    file_instead: bool = False
    """Whether the chat gets only the first lines of what comes as a file."""
    file_name: str = ""
    remark: str = ""
    """What is said of the text below it; empty for nothing."""


def answer(transcript: Transcript, form: Form) -> list[Reply]:
    """What is said: the text, and the file beside it where there is one."""
    body = _body(transcript, paragraphs(transcript), form)
    has_file = form.file_from_signs is not None and len(body.text) >= form.file_from_signs
    first = best_cut(body.text, FIRST_SIGNS) if len(body.text) > FIRST_SIGNS else len(body.text)
    if has_file and form.file_instead and first < len(body.text):
        body = _cut(body, first)
    elif form.folds and len(body.text) - first >= FOLDED_SIGNS:
        body = _folded(body, first)
    _add_remark(body, form.remark)
    replies = [Reply(body.text, entities=body.entities)]
    if has_file:
        replies.append(Reply("", document=text_file(transcript, form.file_name)))
    return replies


def timed(transcript: Transcript, form: Form) -> Reply:
    """The text with the time before every stretch of it; in reply to a recording, Telegram makes these times links."""
    body = Written()
    marks = _marks(transcript, form)
    for stretch in stamped(transcript):
        body.write(f"\n{clock(stretch.seconds)} " if body.text else f"{clock(stretch.seconds)} ")
        _write_stretch(body, transcript.text, stretch, marks)
    _add_remark(body, form.remark)
    return Reply(body.text, entities=body.entities)


def text_file(transcript: Transcript, name: str) -> Document:
    """The whole text as a file."""
    text = in_paragraphs(transcript)
    # The mark at the beginning: what opens a text file on Windows would else guess its encoding.
    return Document(name=f"{name}.txt", mime_type=TEXT_TYPE, content=f"\ufeff{text}\n".encode())


def clock(seconds: float) -> str:
    """As players show it: 0:07, 12:30, 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _marks(transcript: Transcript, form: Form) -> list[Entity]:
    found = doubts(transcript) if form.marks_doubts else []
    return [Entity(Look.UNDERLINE, start, end - start) for start, end in found]


def _body(transcript: Transcript, stretches: Iterable[Stretch], form: Form) -> Written:
    body, marks = Written(), _marks(transcript, form)
    for stretch in stretches:
        body.write("\n\n" if body.text else "")
        _write_stretch(body, transcript.text, stretch, marks)
    return body


def _write_stretch(body: Written, text: str, stretch: Stretch, marks: Iterable[Entity]) -> None:
    body.write(text[stretch.start : stretch.end], within(marks, stretch.start, stretch.end))


def _cut(body: Written, end: int) -> Written:
    """The first lines alone."""
    cut = Written()
    first = body.text[:end].rstrip()
    cut.write(first, within(body.entities, 0, len(first)))
    cut.write(" …")
    return cut


def _folded(body: Written, end: int) -> Written:
    """The same with everything behind the first lines folded; a quotation begins on a line of its own."""
    folded = Written()
    first, rest_at = body.text[:end].rstrip(), behind_white(body.text, end)
    folded.write(first, within(body.entities, 0, len(first)))
    folded.write("\n")
    start = len(folded.text)
    folded.write(body.text[rest_at:], within(body.entities, rest_at, len(body.text)))
    folded.fold(start)
    return folded


def _add_remark(body: Written, remark: str) -> None:
    if remark:
        body.write("\n\n")
        body.write(remark, look=Look.ITALIC)
