"""What is kept of forgotten users: under a keyed hash of the id, the day's use of the quota, a ban, and when it was.

Telegram may hand over a message late, twice, or out of order, and the rows by which it would be known are deleted when
its sender is forgotten. So the instant of the request is kept: whatever the user sent until then leaves no trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from voicepipe.domain.jobs import JobKey
from voicepipe.store.journal import Journal, from_microseconds, to_microseconds
from voicepipe.store.rows import Trace


@dataclass(frozen=True, slots=True)
class Sent:
    """When somebody sent which message, by Telegram's clock."""

    user_id: int
    key: JobKey
    at: datetime


def is_forgotten(journal: Journal, tag: bytes, sent: Sent) -> bool:
    """Whether the sender, whose tag this is, asked to be forgotten after sending it, or by it.

    To be asked in the transaction that would write something of the sender: a request to forget may come at any time.
    """
    row = journal.execute("SELECT forgotten_at, message_id FROM traces WHERE tag = ?", (tag,)).fetchone()
    if row is None:
        return False
    forgotten_at, message_id = row
    at = to_microseconds(sent.at)
    # Telegram tells whole seconds. In the private chat the numbers of messages tell what was before what.
    is_private = sent.key == JobKey(sent.user_id, sent.key.message_id)
    is_later = is_private and message_id and sent.key.message_id > message_id
    return bool(at < forgotten_at or (at == forgotten_at and not is_later))


def traces(journal: Journal) -> dict[bytes, Trace]:
    """All of them, by tag."""
    rows = journal.execute("SELECT tag, quota_day, taken_seconds, is_banned, forgotten_at, message_id FROM traces")
    return {
        row[0]: Trace(date.fromisoformat(row[1]), row[2], bool(row[3]), from_microseconds(row[4]), row[5])
        for row in rows
    }


def keep_trace(journal: Journal, tag: bytes, trace: Trace) -> None:
    """Replace what is kept under a tag."""
    journal.execute(
        "INSERT OR REPLACE INTO traces (tag, quota_day, taken_seconds, is_banned, forgotten_at, message_id)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            *(tag, trace.quota_day.isoformat(), trace.taken_seconds, trace.is_banned),
            *(to_microseconds(trace.forgotten_at), trace.message_id),
        ),
    )


def lift_ban(journal: Journal, tag: bytes) -> None:
    """An operator has decided anew."""
    journal.execute("UPDATE traces SET is_banned = 0 WHERE tag = ?", (tag,))


def prune_traces(journal: Journal, yesterday: date, before: datetime) -> None:
    """Delete the use of a day that has passed, and all of users whose late messages can't come any more; bans stay."""
    passed = yesterday.isoformat()
    journal.execute("UPDATE traces SET taken_seconds = 0 WHERE quota_day < ?", (passed,))
    journal.execute(
        "DELETE FROM traces WHERE quota_day < ? AND forgotten_at < ? AND NOT is_banned",
        (passed, to_microseconds(before)),
    )
