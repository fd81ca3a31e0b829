"""The store's invariants: for every user and job, ledger = jobs = usage, and only living jobs hold a reservation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from voicepipe.store.records import Session

_NAME = "chat_id || '/' || message_id || iif(door = '', '', '/' || door)"
_MOVES = "('reserve', 'settle', 'refund')"

# What the entries of each job add up to, by quota day, beside what its row says they should. A job without a row was
# pruned when it was done. A settled job whose charge was refunded has one movement more. The day's pot is used up
# before the extra one (see Reservation.settled_to).
_JOBS = f"""
WITH moved AS (
    SELECT chat_id, message_id, door, user_id, quota_day, -sum(seconds) AS daily, -sum(extra_seconds) AS extra,
        sum(kind = 'reserve') AS opened, sum(kind <> 'reserve') AS closed, sum(kind = 'settle') AS settled
    FROM entries WHERE kind IN {_MOVES} GROUP BY chat_id, message_id, door, user_id, quota_day
),
expected AS (
    SELECT chat_id, message_id, door, user_id, quota_day, state = 'accepted' AS is_open,
        min(daily_seconds, coalesce(charged_seconds, daily_seconds)) AS daily,
        coalesce(charged_seconds, daily_seconds + extra_seconds)
            - min(daily_seconds, coalesce(charged_seconds, daily_seconds)) AS extra
    FROM jobs
)
"""
_UNBALANCED_JOBS = f"""{_JOBS}
SELECT 'job ' || {_NAME} || ': the ledger took ' || coalesce(m.daily, 0) || ' + '
    || coalesce(m.extra, 0) || ' s of user ' || e.user_id || ', its row says ' || e.daily || ' + ' || e.extra || ' s'
FROM expected AS e LEFT JOIN moved AS m USING (chat_id, message_id, door, user_id, quota_day)
WHERE m.daily IS NOT e.daily OR m.extra IS NOT e.extra
"""
_OPEN_RESERVATIONS = f"""{_JOBS}
SELECT 'job ' || {_NAME} || ': ' || m.opened || ' reservations and ' || m.closed
    || ' settlements or refunds on ' || m.quota_day
FROM moved AS m LEFT JOIN expected AS e USING (chat_id, message_id, door, user_id, quota_day)
WHERE (m.opened - m.closed <> coalesce(e.is_open, 0)
        AND NOT (m.settled = 1 AND m.closed - m.opened = 1 AND m.daily = 0 AND m.extra = 0))
    OR m.daily < 0 OR m.extra < 0 OR (e.user_id IS NULL AND m.daily + m.extra > 0 AND EXISTS (
        SELECT 1 FROM jobs WHERE jobs.chat_id = m.chat_id AND jobs.message_id = m.message_id
            AND jobs.door = m.door))
"""
_USAGE = f"""
WITH job AS (
    SELECT chat_id, message_id, door, -sum(seconds + extra_seconds) AS charged, sum(kind = 'reserve') AS opened,
        sum(kind IN ('settle', 'refund')) AS closed, sum(kind = 'usage') AS usages, max(audio_seconds) AS audio
    FROM entries WHERE kind IN {_MOVES} OR kind = 'usage' GROUP BY chat_id, message_id, door
)
SELECT 'job ' || {_NAME} || ': charged ' || charged || ' s, with ' || usages
    || ' usage entries of at most ' || coalesce(audio, 0) || ' s'
FROM job
WHERE usages > 1 OR (usages > 0 AND opened <> closed AND NOT (closed - opened = 1 AND charged = 0))
    OR (opened = closed AND charged > 0 AND (usages = 0 OR charged > max(1, floor(audio + 0.5))))
"""
_OVERDRAWN = """
SELECT 'user ' || user_id || ': the extra pot is overdrawn by ' || -sum(extra_seconds) || ' s'
FROM entries GROUP BY user_id HAVING sum(extra_seconds) < 0
"""
_INBOX = f"""
SELECT 'job ' || {_NAME} || ': its message counts as undecided'
FROM jobs JOIN inbox USING (chat_id, message_id, door) WHERE inbox.state = 'received'
"""
_TOTALS = f"""
SELECT user_id, sum(seconds), sum(extra_seconds), sum(kind = 'usage') FROM entries
WHERE kind IN {_MOVES} OR kind IN ('grant', 'purchase', 'usage') GROUP BY user_id
"""
_POTS = "SELECT user_id, quota_day, -sum(seconds), sum(extra_seconds) FROM entries GROUP BY user_id, quota_day"

Pots = Mapping[int, tuple[int, Mapping[date, int]]]
"""By user: seconds in the extra pot, and what was taken from the pot of each day."""


def violations(session: Session) -> tuple[list[str], Pots]:
    """What contradicts what in journal and records, a sentence each; and the pots that the journal amounts to."""
    journal = session.journal.connection
    with _snapshot(journal):
        found = [
            str(row[0])
            for question in (_UNBALANCED_JOBS, _OPEN_RESERVATIONS, _USAGE, _OVERDRAWN, _INBOX)
            for row in journal.execute(question)
        ]
        session.level()
        found += _different_records(journal, session)
        return found, _pots(journal)


def different_pots(journalled: Pots, remembered: Pots, since: date) -> Iterator[str]:
    """Where the balances in memory are not what the journal amounts to; days before `since` do not matter."""
    for user_id in sorted(journalled.keys() | remembered.keys()):
        expected = _comparable(journalled.get(user_id), since)
        found = _comparable(remembered.get(user_id), since)
        if expected != found:
            yield f"user {user_id}: the balance in memory rests on {found}, the journal's entries on {expected}"


@contextmanager
def _snapshot(journal: sqlite3.Connection) -> Iterator[None]:
    """One state of the journal for all questions, while the writer goes on."""
    journal.execute("BEGIN")
    try:
        yield
    finally:
        journal.execute("ROLLBACK")


def _different_records(journal: sqlite3.Connection, session: Session) -> Iterator[str]:
    in_journal = {row[0]: tuple(row[1:]) for row in journal.execute(_TOTALS)}
    in_records = session.totals()
    for user_id in sorted(in_journal.keys() | in_records.keys()):
        expected, found = in_journal.get(user_id, (0, 0, 0)), in_records.get(user_id, (0, 0, 0))
        if expected != found:
            yield f"user {user_id}: the records add up to {found}, the journal's entries to {expected}"


def _pots(journal: sqlite3.Connection) -> Pots:
    pots: dict[int, tuple[int, dict[date, int]]] = {}
    for user_id, day, taken, extra in journal.execute(_POTS):
        before, days = pots.get(user_id, (0, {}))
        pots[user_id] = (before + extra, days | {date.fromisoformat(day): taken})
    return pots


def _comparable(pots: tuple[int, Mapping[date, int]] | None, since: date) -> tuple[int, list[tuple[str, int]]]:
    extra, days = pots or (0, {})
    return extra, sorted((day.isoformat(), taken) for day, taken in days.items() if taken and day >= since)
