"""What is said in the name of a connected account's owner."""

from __future__ import annotations

from voicepipe.conversation.replies import Document, Reply
from voicepipe.domain.markup import Entity, Look
from voicepipe.telegram.chat.accounts import _in_words

WHOLE = "Сначала одно. Потом другое. И ещё много слов."


def text_file(text: str) -> Document:
    return Document(name="text.txt", mime_type="text/plain; charset=utf-8", content=f"\ufeff{text}\n".encode())


def test_a_text_that_is_in_a_file_only_is_said_all_the_same() -> None:
    replies = [Reply("Сначала одно. …"), Reply("", document=text_file(WHOLE))]
    assert _in_words(replies) == [Reply(WHOLE)]


def test_a_text_that_is_there_keeps_its_form() -> None:
    folded = Reply(f"{WHOLE[:13]}\n{WHOLE[14:]}", entities=(Entity(Look.FOLDED, 14, 30),))
    replies = [folded, Reply("", document=text_file(WHOLE))]
    assert _in_words(replies) == replies
    assert _in_words([folded]) == [folded]
