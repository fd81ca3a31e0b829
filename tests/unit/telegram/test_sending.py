"""The ids by which Telegram knows a message that is sent again."""

from __future__ import annotations

from voicepipe.domain.jobs import JobKey
from voicepipe.telegram.chat.sending import random_id


def test_a_random_id_is_the_same_at_every_try_and_different_for_every_message() -> None:
    keys = [JobKey(chat, message) for chat in (7, -7, 8) for message in range(50)]
    ids = [random_id(key, purpose) for key in keys for purpose in ("status", "answer", "answer 1", "refusal")]
    assert len(set(ids)) == len(ids)
    assert random_id(JobKey(7, 1), "status") == random_id(JobKey(7, 1), "status")
    assert all(-(2**63) <= each < 2**63 for each in ids)
