"""What a store answers about a state directory, as plain data; and the Telegram that such a directory belongs to.

`ask_store` is the only place that knows how the store's questions are spelt: where that changes, it changes here. What
it returns is compared with what an earlier version returned, so names and meanings in it stay as they are.
"""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.places import ROOT
from tests.support.telegram import Chat, ChatEvent, ChatKind, Document, EventKind, LoopbackTelegram, MediaKind, Message
from tests.support.telegram.world import Content
from voicepipe.config import QuotaConfig
from voicepipe.domain.jobs import Job
from voicepipe.domain.transcripts import Failure, Transcript
from voicepipe.store import EntryKind, Store

STATE = ROOT / "tests" / "fixtures" / "state_0_1"
FILES = (
    *("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "records.duckdb"),
    *("bot.session", "bot.owner", "lock"),
)
"""What lies in a directory whose service was killed, but for models, the spool and the control socket."""
_COMPRESSED_FROM_BYTES = 256 * 1024

Facts = dict[str, Any]


def keep_state(source: Path) -> None:
    """Make the files the fixture, as they lie there; large ones, which are mostly zeros, compressed."""
    for name in FILES:
        data = (source / name).read_bytes()
        if len(data) < _COMPRESSED_FROM_BYTES:
            (STATE / name).write_bytes(data)
        else:
            (STATE / f"{name}.gz").write_bytes(gzip.compress(data, mtime=0))


def copy_state(target: Path) -> None:
    """Put the files there, readable for their owner only, as the service leaves them."""
    target.mkdir(mode=0o700)
    for name in FILES:
        compressed = STATE / f"{name}.gz"
        data = gzip.decompress(compressed.read_bytes()) if compressed.exists() else (STATE / name).read_bytes()
        (target / name).write_bytes(data)
        (target / name).chmod(0o600)


# --- what the store answers -------------------------------------------------------------------------------------------
async def ask_store(directory: Path, quota: QuotaConfig, instant: datetime, people: Iterable[int]) -> Facts:
    """Everything that it answers when it is opened at that instant; `people` are those to ask about."""
    store = await Store.open(directory, quota, clock=lambda: instant)
    try:
        states = await store.inbox.update_states()
        return {
            "bot_id": await store.bot_id(),
            "today": store.accounts.today().isoformat(),
            "users": [row.user_id for row in await store.reports.users()],
            "people": {str(user_id): await _person(store, user_id) for user_id in people},
            # 0 is nobody: what is left of those who were forgotten.
            "nobody": {"ledger": await _ledger(store, 0)},
            "usage_by_day": [_rounded(asdict(day)) for day in await store.reports.usage_by_day(30)],
            "latest_costs": [
                [round(value, 6) for value in cost] for cost in await store.reports.latest_costs("demo", 100)
            ],
            "unfinished": [_job(job) for job in await store.jobs.unfinished()],
            "admitted": store.jobs.admitted(),
            "undecided": [
                {"key": _key(each.key), "is_recording": each.is_recording, "sent_at": each.sent_at.isoformat()}
                for each in await store.inbox.undecided()
            ],
            "update_states": [asdict(states[box]) for box in sorted(states)],
            "last_message_ids": {str(box): await store.inbox.last_message_id(box) for box in sorted(states)},
            "farewells": [asdict(farewell) for farewell in await store.forgetting.farewells()],
            "counts": asdict(await store.reports.counts()),
        }
    finally:
        await store.close()


async def broken_invariants(directory: Path, quota: QuotaConfig, instant: datetime) -> list[str]:
    store = await Store.open(directory, quota, clock=lambda: instant)
    try:
        return await store.reports.check()
    finally:
        await store.close()


async def perform_again(directory: Path, quota: QuotaConfig, request_id: str, user_id: int) -> bool:
    """Ask for a grant by a request key; False when a request of that key was performed before."""
    store = await Store.open(directory, quota)
    try:
        return await store.accounts.grant(user_id, 1000, request_id=request_id)
    finally:
        await store.close()


def kept_texts(directory: Path) -> list[list[Any]]:
    """The delivered texts that the operator wants to keep; only he looks at them, in the file."""
    with closing(sqlite3.connect(directory / "journal.sqlite")) as db:
        rows = db.execute("SELECT chat_id, message_id, user_id, text, delivered_at FROM transcripts ORDER BY 1, 2")
        return [list(row) for row in rows]


def session_key(directory: Path) -> tuple[bytes, int]:
    """The key that the bot agreed on with Telegram, and with which data centre."""
    with closing(sqlite3.connect(directory / "bot.session")) as db:
        data, dc = db.execute("SELECT auth_key, dc_id FROM sessions").fetchone()
    return data, dc


async def _person(store: Store, user_id: int) -> Facts:
    row, balance, person = (
        await store.reports.user(user_id),
        store.accounts.balance(user_id),
        store.people.person(user_id),
    )
    return {
        "called": person and [person.username, person.language],
        "row": row and _rounded(asdict(row)),
        "balance": {
            "daily_quota_seconds": balance.daily_quota_seconds,
            "daily_left_seconds": balance.daily_left_seconds,
            "extra_left_seconds": balance.extra_left_seconds,
            "resets_at": balance.resets_at.isoformat(),
            "quota_day": balance.quota_day.isoformat(),
            "is_unlimited": balance.is_unlimited,
            "is_banned": balance.is_banned,
        },
        "unfinished": store.jobs.admitted_of(user_id),
        "ledger": await _ledger(store, user_id),
    }


async def _ledger(store: Store, user_id: int) -> Facts:
    """The movements, oldest first, and what they add up to."""
    rows = list(reversed(await store.reports.history(user_id, 1000)))
    sums = {
        str(kind): [sum(row.seconds for row in found), sum(row.extra_seconds for row in found)]
        for kind in EntryKind
        if (found := [row for row in rows if row.kind is kind])
    }
    lines = [
        [
            *(row.seq, row.at.isoformat(), row.quota_day.isoformat(), str(row.kind), row.seconds, row.extra_seconds),
            row.key and _key(row.key),
        ]
        for row in rows
    ]
    return {"sums": sums, "lines": lines}


def _job(job: Job) -> Facts:
    facts: Facts = {
        "key": _key(job.key),
        "user_id": job.user_id,
        "kind": str(job.kind),
        "is_private": job.is_private,
        "language": job.language,
        "declared_seconds": job.declared_seconds,
        "file_bytes": job.file_bytes,
        "reservation": [
            job.reservation.quota_day.isoformat(),
            job.reservation.daily_seconds,
            job.reservation.extra_seconds,
        ],
        "accepted_at": job.accepted_at.isoformat(),
        "state": str(job.state),
        "deaths": job.deaths,
        "status_message_id": job.status_message_id,
        "outcome": None,
    }
    match job.outcome:
        case Transcript() as transcript:
            segments = [{"start": each.start, "end": each.end, "text": each.text} for each in transcript.segments]
            facts["outcome"] = {
                "text": transcript.text,
                "language": transcript.language,
                "language_probability": transcript.language_probability,
                "audio_seconds": transcript.audio_seconds,
                "segments": segments,
            }
        case Failure() as failure:
            facts["outcome"] = {"failure": str(failure.reason), "audio_seconds": failure.audio_seconds}
    return facts


def _key(key: Any) -> list[int]:
    return [key.chat_id, key.message_id]


def _rounded(facts: Facts) -> Facts:
    """Fit for JSON; sums of fractions may be added up in another order."""
    plain: Facts = {}
    for name, value in facts.items():
        if isinstance(value, float):
            plain[name] = round(value, 6)
        else:
            plain[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return plain


# --- the Telegram that it belongs to ----------------------------------------------------------------------------------
class Chronicle:
    """Writes down what happens on a loopback Telegram, so that `retell` can have it happen again on another one."""

    def __init__(self, telegram: LoopbackTelegram, samples: Mapping[bytes, str]) -> None:
        """`samples` are the names of the files that people may send; others are not kept."""
        self._telegram = telegram
        self._samples = samples
        self._events: list[Facts] = []
        telegram.on_chat_event(self._note)

    def written(self) -> Facts:
        """All of it, as plain data."""
        world = self._telegram.world
        groups = [chat for chat in world.chats.values() if chat.kind is not ChatKind.PRIVATE]
        people = [person for person in world.people.values() if not person.is_bot]
        return {
            "people": [
                [each.id, each.first_name, each.username, each.language_code, each.access_hash] for each in people
            ],
            "groups": [[each.id, each.title, sorted(each.members), each.access_hash] for each in groups],
            "events": self._events,
            "sent": [[number, message.chat.id, message.id] for number, message in self._telegram.sent.items()],
        }

    def _note(self, event: ChatEvent) -> None:
        message = event.message
        if message is None:
            return
        assert event.kind in (EventKind.NEW, EventKind.EDITED)
        facts: Facts = {"chat": message.chat.id, "id": message.id, "text": message.text}
        if event.kind is EventKind.NEW:
            facts |= {"sender": message.sender.id, "date": message.date, "reply_to": message.reply_to}
            if (document := message.document) is not None:
                sample = self._samples.get(document.data)
                facts["file"] = [document.kind.name, sample, document.mime_type, document.duration, document.dc]
        self._events.append(facts)


def retell(written: Facts, telegram: LoopbackTelegram, samples: Path) -> None:
    """Have everything happen again: the same people and chats, and the same numbers of messages and changes."""
    world = telegram.world
    for user_id, first_name, username, language, access_hash in written["people"]:
        person = world.add_user(user_id, first_name, username=username, language_code=language)
        person.access_hash = access_hash
    for chat_id, title, members, access_hash in written["groups"]:
        add = world.add_supergroup if chat_id < -1_000_000_000_000 else world.add_group
        add(chat_id, title, members).access_hash = access_hash
    for facts in written["events"]:
        chat = _chat(telegram, facts["chat"])
        if "sender" not in facts:
            world.edit(chat.messages[facts["id"]], facts["text"], (), ())
            continue
        content = Content(
            text=facts["text"],
            document=_document(facts["file"], samples) if "file" in facts else None,
            reply_to=facts["reply_to"],
            age_seconds=world.clock() - facts["date"],
        )
        change = world.post(chat, world.people[facts["sender"]], content)
        assert change.messages[0].id == facts["id"]
    for random_id, chat_id, message_id in written["sent"]:
        telegram.sent[random_id] = message_in(telegram, chat_id, message_id)


def message_in(telegram: LoopbackTelegram, chat_id: int, message_id: int) -> Message:
    return _chat(telegram, chat_id).messages[message_id]


def _chat(telegram: LoopbackTelegram, chat_id: int) -> Chat:
    return telegram.world.private_chat(chat_id) if chat_id > 0 else telegram.world.chats[chat_id]


def _document(file: list[Any], samples: Path) -> Document:
    kind, sample, mime_type, duration, dc = file
    data = b"" if sample is None else (samples / sample).read_bytes()
    return Document(MediaKind[kind], data, mime_type, dc=dc, duration=duration)
