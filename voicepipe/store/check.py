"""The store's invariants: for every user and job, ledger = jobs = usage, and only living jobs hold a reservation.

With a million jobs that takes ten seconds and more, nearly all of it in the journal. So what the journal says is read
first, beside all else, and the records are asked only for their sums until the same entry.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from voicepipe.store.journal import JournalReader
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
# What was credited and taken back for each payment, beside what its row says.
_PAYMENTS = """
SELECT 'payment ' || charge_id || ': the ledger credited ' || sum(given) || ' s and took back ' || sum(taken)
    || ' s, its row says ' || sum(seconds) || ' and ' || sum(taken_back) || ' s'
FROM (
    SELECT charge_id, seconds, taken_back, 0 AS given, 0 AS taken FROM payments
    UNION ALL SELECT name, 0, 0, iif(kind = 'purchase', extra_seconds, 0), iif(kind = 'take_back', -extra_seconds, 0)
    FROM entries WHERE kind IN ('purchase', 'take_back')
)
GROUP BY charge_id HAVING sum(given) <> sum(seconds) OR sum(taken) <> sum(taken_back)
"""
_INBOX = f"""
SELECT 'job ' || {_NAME} || ': its message counts as undecided'
FROM jobs JOIN inbox USING (chat_id, message_id, door) WHERE inbox.state = 'received'
"""
_TOTALS = f"""
SELECT user_id, sum(seconds), sum(extra_seconds), sum(kind = 'usage') FROM entries
WHERE kind IN {_MOVES} OR kind IN ('grant', 'purchase', 'take_back', 'usage') GROUP BY user_id
"""
_POTS = "SELECT user_id, quota_day, -sum(seconds), sum(extra_seconds) FROM entries GROUP BY user_id, quota_day"

Pots = Mapping[int, tuple[int, Mapping[date, int]]]
"""By user: seconds in the extra pot, and what was taken from the pot of each day."""


@dataclass(frozen=True, slots=True)
class Journalled:
    """What one state of the journal amounts to."""

    violations: list[str]
    """What contradicts what in it, a sentence each."""
    totals: Mapping[int, tuple[int, int, int]]
    """By user: seconds and extra seconds moved, recordings recognised."""
    pots: Pots
    last_entry: int
    times_forgotten: int
    """Whoever is forgotten is so in the entries, too; then nothing here can be compared any more."""


def read_journal(reader: JournalReader) -> Journalled:
    """All that is checked of the journal, whose state must not change meanwhile."""
    journal = reader.connection
    found = [
        str(row[0])
        for question in (_UNBALANCED_JOBS, _OPEN_RESERVATIONS, _USAGE, _OVERDRAWN, _PAYMENTS, _INBOX)
        for row in journal.execute(question)
    ]
    totals = {row[0]: tuple(row[1:]) for row in journal.execute(_TOTALS)}
    return Journalled(found, totals, _pots(journal), reader.last_entry(), reader.times_forgotten())


def different_records(journalled: Journalled, session: Session) -> list[str] | None:
    """Where the records are not what the journal amounted to; None when it has forgotten somebody since."""
    if session.journal.times_forgotten() != journalled.times_forgotten:
        return None
    in_journal, in_records = journalled.totals, session.totals(journalled.last_entry)
    nothing = (0, 0, 0)
    return [
        f"user {user_id}: the records add up to {found}, the journal's entries to {expected}"
        for user_id in sorted(in_journal.keys() | in_records.keys())
        if (expected := in_journal.get(user_id, nothing)) != (found := in_records.get(user_id, nothing))
    ]


def different_pots(journalled: Pots, remembered: Pots, since: date) -> Iterator[str]:
    """Where the balances in memory are not what the journal amounts to; days before `since` do not matter."""
    for user_id in sorted(journalled.keys() | remembered.keys()):
        expected = _comparable(journalled.get(user_id), since)
        found = _comparable(remembered.get(user_id), since)
        if expected != found:
            yield f"user {user_id}: the balance in memory rests on {found}, the journal's entries on {expected}"


def _pots(journal: sqlite3.Connection) -> Pots:
    pots: dict[int, tuple[int, dict[date, int]]] = {}
    for user_id, day, taken, extra in journal.execute(_POTS):
        before, days = pots.get(user_id, (0, {}))
        pots[user_id] = (before + extra, days | {date.fromisoformat(day): taken})
    return pots


def _comparable(pots: tuple[int, Mapping[date, int]] | None, since: date) -> tuple[int, list[tuple[str, int]]]:
    extra, days = pots or (0, {})
    return extra, sorted((day.isoformat(), taken) for day, taken in days.items() if taken and day >= since)
