"""What a message replies to, and the id by which Telegram knows one that is sent again."""

from __future__ import annotations

import pytest

from voicepipe.domain.jobs import JobKey
from voicepipe.telegram.chat.sending import Outgoing, random_id


def test_a_random_id_is_the_same_at_every_try_and_different_for_every_message() -> None:
    doors = ("", "guest", "business:a")
    keys = [JobKey(chat, message, door) for chat in (7, -7, 8) for message in range(50) for door in doors]
    ids = [random_id(key, purpose) for key in keys for purpose in ("status", "answer", "answer 1", "refusal")]
    assert len(set(ids)) == len(ids)
    assert random_id(JobKey(7, 1), "status") == random_id(JobKey(7, 1), "status")
    assert all(-(2**63) <= each < 2**63 for each in ids)


@pytest.mark.parametrize(
    ("chat_id", "topic_id", "moved_to", "targets"),
    [
        (7, None, None, [(100, None), None]),
        (7, 17, None, [(100, 17), (17, None), None]),
        (-7, None, None, [(100, None), None]),
        # What belongs in a topic never gets into General.
        (-7, 17, None, [(100, 17), (17, None)]),
        (-7, None, -8, [None]),
    ],
)
def test_what_a_message_replies_to(
    chat_id: int, topic_id: int | None, moved_to: int | None, targets: list[tuple[int, int | None] | None]
) -> None:
    message = Outgoing(key=JobKey(chat_id, 100), topic_id=topic_id, moved_to=moved_to, purpose="answer", text="text")
    assert [each and (each.reply_to_msg_id, each.top_msg_id) for each in message.targets] == targets
    assert message.chat_id == (moved_to or chat_id)
