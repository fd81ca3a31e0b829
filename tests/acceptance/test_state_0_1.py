"""What version 0.1.0 left behind when it was killed is opened with nothing lost: same balances, same answers.

`tests/fixtures/state_0_1` holds the files, what 0.1.0's own store answered about them, and what happened on the
Telegram that they belong to; `tests/fixtures/make_state_0_1.py` tells how they were made.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.old_state import (
    STATE,
    Facts,
    ask_store,
    broken_invariants,
    copy_state,
    kept_texts,
    message_in,
    perform_again,
    retell,
    session_key,
)
from tests.support.places import SAMPLES
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram, Message
from tests.support.words import in_one_line
from voicepipe.config import QuotaConfig
from voicepipe.control.messages import LedgerLine, ShowHistory, ShowUser
from voicepipe.conversation.texts import Texts

EXPECTED: Facts = json.loads((STATE / "expected.json").read_text(encoding="utf-8"))
WORLD: Facts = json.loads((STATE / "world.json").read_text(encoding="utf-8"))
INSTANT = datetime.fromisoformat(EXPECTED["instant"])
QUOTA = QuotaConfig(**EXPECTED["quota"])
HUNDRED_YEARS_HOURS = 24 * 365 * 100
ANSWER_TIMEOUT_SECONDS = 90.0


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A copy of the directory."""
    copy_state(tmp_path / "state")
    return tmp_path / "state"


# --- the store --------------------------------------------------------------------------------------------------------
@pytest.mark.timeout(60)
@pytest.mark.parametrize("records", ["as they lie", "rebuilt"])
async def test_the_store_answers_as_before(state: Path, records: str) -> None:
    if records == "rebuilt":
        (state / "records.duckdb").unlink()
    assert await ask_store(state, QUOTA, INSTANT, EXPECTED["people"]) == EXPECTED["answers"]
    assert await broken_invariants(state, QUOTA, INSTANT) == []
    assert kept_texts(state) == EXPECTED["kept_texts"]
    assert _set_aside(state) == []
    # And a second time, from what was written now.
    assert await ask_store(state, QUOTA, INSTANT, EXPECTED["people"]) == EXPECTED["answers"]


@pytest.mark.timeout(60)
async def test_a_request_of_the_operator_is_not_performed_again(state: Path) -> None:
    request_id, user_id = EXPECTED["performed_request"]
    assert not await perform_again(state, QUOTA, request_id, user_id)
    assert await ask_store(state, QUOTA, INSTANT, EXPECTED["people"]) == EXPECTED["answers"]
    assert await perform_again(state, QUOTA, "another-request", user_id)


def _set_aside(state: Path) -> list[Path]:
    """Records that were taken for damaged."""
    return list(state.glob("*damaged*"))


# --- the service ------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(datetime.now(UTC) < INSTANT, reason="the clock is behind what has happened")
@pytest.mark.timeout(240)
async def test_the_service_completes_everything_once(state: Path) -> None:
    async with LoopbackTelegram() as telegram:
        retell(WORLD, telegram, SAMPLES)
        telegram.know_key(*session_key(state))
        before = _said_by_bot(telegram)
        coming = [(message_in(telegram, *each["key"]), each) for each in EXPECTED["to_come"]]
        service = RunningService(telegram, state.parent, _settings())
        async with service:
            for message, each in coming:
                await _answered(telegram, message, _text(each))
            await service.at_rest()
            await _check_accounts(service)
            assert (await service.command("check"))[0] == 0
            assert await service.stop() == 0, service.log
        now = await ask_store(state, QUOTA, datetime.now(UTC), EXPECTED["people"])
        assert [now[each] for each in ("unfinished", "undecided", "farewells", "admitted")] == [[], [], [], 0]
        # What was answered before was left alone, and nothing was said twice.
        after = _said_by_bot(telegram)
        complete = after.keys() - {(message.chat.id, message.id) for message, _ in coming}
        assert {key: after[key] for key in complete} == {key: before[key] for key in complete}
        assert len(telegram.calls_of("auth.ImportBotAuthorization")) == 0  # the session goes on
        assert telegram.unknown_methods == []
        assert not [event for event in service.events() if event["level"] == "error"], service.log
        kept = {(chat_id, message_id) for chat_id, message_id, *_ in kept_texts(state)}
        spoken = {tuple(each["key"]) for each in EXPECTED["to_come"] if "text" in each}
        assert kept == spoken | {(chat_id, message_id) for chat_id, message_id, *_ in EXPECTED["kept_texts"]}


def _settings() -> dict[str, dict[str, str | int | float | bool]]:
    """Those of 0.1.0's service; but what was said then is not too old today."""
    return {
        "quota": EXPECTED["quota"],
        "preferences": {"defaults": "group_style=status"},  # it answered groups in words
        "service": {"transcript_retention_hours": HUNDRED_YEARS_HOURS},
        "telegram": {"max_message_age_hours": HUNDRED_YEARS_HOURS},
    }


def _text(to_come: Facts) -> str:
    if "text" in to_come:
        return str(to_come["text"])
    return Texts(lambda: "ru").get(to_come["language"], to_come["text_key"], **to_come["facts"])


async def _answered(telegram: LoopbackTelegram, message: Message, text: str) -> None:
    """Wait until the bot has said this in reply."""

    def is_said() -> bool:
        return in_one_line(text) in [in_one_line(reply.text) for reply in _replies(message)]

    await telegram.wait_for(is_said, ANSWER_TIMEOUT_SECONDS, f"the answer to {message}")


def _replies(message: Message) -> list[Message]:
    return [reply for reply in message.chat.replies_to(message) if reply.sender.is_bot]


def _said_by_bot(telegram: LoopbackTelegram) -> dict[tuple[int, int], list[str]]:
    """Its replies to every message of people's, as they are now; there is never more than one."""
    said = {}
    for chat in telegram.world.chats.values():
        for message in chat.visible:
            if message.sender.is_bot:
                assert message.reply_to is not None
                continue
            said[chat.id, message.id] = [reply.text for reply in _replies(message)]
            assert len(said[chat.id, message.id]) <= 1, (message, said)
    return said


async def _check_accounts(service: RunningService) -> None:
    """Everybody's old movements are there, and each job that was not concluded was charged once for what was said."""
    charged: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for each in EXPECTED["to_come"]:
        if each["charged"] is not None:
            charged[each["user_id"]][tuple(each["key"])] = each["charged"]
    for user_id in EXPECTED["people"]:
        was = EXPECTED["answers"]["people"][str(user_id)]
        history = await service.control.perform(ShowHistory(user=str(user_id), limit=1000))
        lines = list(reversed(history.lines))
        old, new = lines[: len(was["ledger"]["lines"])], lines[len(was["ledger"]["lines"]) :]
        assert [_as_before(line) for line in old] == was["ledger"]["lines"]
        assert {_key(line) for line in new} == charged[user_id].keys()
        for key, seconds in charged[user_id].items():
            moved = [line for line in lines if _key(line) == key]
            assert [line.kind for line in moved] == ["reserve", "settle"]
            assert sum(line.seconds + line.extra_seconds for line in moved) == -seconds
        account = await service.control.perform(ShowUser(user=str(user_id)))
        assert account.extra_left_seconds == sum(line.extra_seconds for line in lines)
        assert account.is_known == bool(was["row"] or charged[user_id])
        balance = was["balance"]
        assert (account.is_banned, account.is_unlimited) == (balance["is_banned"], balance["is_unlimited"])
        assert account.daily_quota_seconds == balance["daily_quota_seconds"]
        if was["called"]:
            assert [account.username, account.language] == was["called"]


def _key(line: LedgerLine) -> tuple[int | None, int | None]:
    return line.chat_id, line.message_id


def _as_before(line: LedgerLine) -> list[Any]:
    """As in `expected.json`."""
    key = None if line.chat_id is None else [line.chat_id, line.message_id]
    at, day = line.at.isoformat(), line.quota_day.isoformat()
    return [line.seq, at, day, line.kind, line.seconds, line.extra_seconds, key]
