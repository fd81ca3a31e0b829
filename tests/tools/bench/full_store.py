"""A state directory as after years: so many users, and so many recordings of theirs that were answered."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from voicepipe.config import QuotaConfig
from voicepipe.config.files import StateFiles
from voicepipe.store import Store

FIRST_USER = 1_000_000
SPAN_DAYS = 60
"""Over so many days until now they are spread."""
_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
_PEOPLE = f"""
INSERT INTO people (user_id, username, language, first_seen_at, changed_at)
{_NUMBERS} SELECT {FIRST_USER} + n, 'user' || n, 'ru', :first, :first FROM numbers
"""
_JOBS = f"""
CREATE TEMP TABLE made AS
{_NUMBERS} SELECT n, {FIRST_USER} + n % :users + 1 AS user_id, :first + n * :step AS at,
    date((:first + n * :step) / 1000000, 'unixepoch') AS day, 3 + n * 7919 % 28 AS seconds FROM numbers
"""
_FINISHED = """
INSERT INTO jobs (chat_id, message_id, door, user_id, kind, is_private, language, declared_seconds, file_bytes,
    quota_day, daily_seconds, extra_seconds, charged_seconds, state, deaths, accepted_at, changed_at)
SELECT user_id, n, '', user_id, 'voice', 1, 'ru', seconds, 20000, day, seconds + 1, 0, seconds, 'done', 0, at, at
FROM made
"""
_NOTHING = ", ".join(["NULL"] * 7)
_ENTRIES = (
    f"SELECT 'reserve', user_id, at, day, -seconds - 1, 0, user_id, n, {_NOTHING} FROM made",
    f"SELECT 'settle', user_id, at, day, 1, 0, user_id, n, {_NOTHING} FROM made",
    "SELECT 'usage', user_id, at, day, 0, 0, user_id, n, 'voice', 'demo', iif(n % 5, 'ru', 'en'), seconds, 0.5,"
    " seconds / 4.0, 2.0 FROM made",
)
_COLUMNS = (
    "kind, user_id, happened_at, quota_day, seconds, extra_seconds, chat_id, message_id, recording, model, language,"
    " audio_seconds, queue_seconds, compute_seconds, total_seconds"
)


async def fill_store(state_dir: Path, users: int, jobs: int) -> None:
    """Write journal and records; takes minutes for a million recordings."""
    await _open(state_dir)
    await asyncio.to_thread(_write, state_dir, users, jobs)
    await _open(state_dir)  # the records are built


async def _open(state_dir: Path) -> None:
    store = await Store.open(state_dir, QuotaConfig())
    await store.close()


def _write(state_dir: Path, users: int, jobs: int) -> None:
    with closing(sqlite3.connect(StateFiles(state_dir).journal)) as db, db:
        now = int(db.execute("SELECT unixepoch()").fetchone()[0]) * 1_000_000
        first = now - SPAN_DAYS * 86_400 * 1_000_000
        db.execute(_PEOPLE.format(count=users), {"first": first})
        step = (now - first) // (jobs + 1)
        db.execute(_JOBS.format(count=jobs), {"users": users, "first": first, "step": step})
        db.execute(_FINISHED)
        for entries in _ENTRIES:
            db.execute(f"INSERT INTO entries ({_COLUMNS}) {entries}")
