"""Reports: what the records say, always level with the journal, and whether the books agree with each other."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.usage import UsageBy
from voicepipe.store.books.people import People
from voicepipe.store.check import different_pots, different_records, read_journal
from voicepipe.store.core import Core
from voicepipe.store.entries import EntryKind, Value
from voicepipe.store.journal import JournalReader, from_microseconds
from voicepipe.store.question import put
from voicepipe.store.rows import (
    ChangeRow,
    Counts,
    DaySoFar,
    LedgerRow,
    RefusalRow,
    Table,
    UsageDay,
    UsageGroup,
    UsageHour,
    UserRow,
)

_CHANGES = """
SELECT happened_at, user_id, iif(kind = 'take_back', 'refund', coalesce(name, kind)),
    iif(kind = 'take_back', json_quote(name), coalesce(value, CAST(extra_seconds AS TEXT))), made_by,
    kind, chat_id, message_id, door FROM entries
WHERE made_by IS NOT NULL AND (? IS NULL OR user_id = ?) ORDER BY seq DESC LIMIT ?
"""


class Reports:
    """Questions of the operator and of the service itself."""

    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people

    async def users(self) -> list[UserRow]:
        """Everybody ever seen or set, by id."""
        today = self._core.today()
        return await self._core.ask(lambda session: session.users(today))

    async def user(self, user_id: int) -> UserRow | None:
        """One user; None when never seen nor set."""
        if user_id.bit_length() > 63:
            return None
        today = self._core.today()
        return await self._core.ask(lambda session: session.user(user_id, today))

    async def find_user(self, name: str) -> UserRow | None:
        """A user by id (`42`) or by username (`@anna`, in any case)."""
        is_id = name.removeprefix("-").isdecimal()
        user_id = int(name) if is_id else self._people.find(name)
        return None if user_id is None else await self.user(user_id)

    async def history(self, user_id: int, limit: int) -> list[LedgerRow]:
        """A user's latest movements of quota, newest first."""
        return await self._core.ask(lambda session: session.history(user_id, limit))

    async def usage_by_day(self, days: int, user_id: int | None = None) -> list[UsageDay]:
        """Sums of the last `days` quota days, of everybody or of one user, newest first.

        Days without a recognised recording are left out.
        """
        since = self._core.today() - timedelta(days=days - 1)
        return await self._core.ask(lambda session: session.usage_by_day(since, user_id))

    async def today_and_yesterday(self) -> tuple[DaySoFar, DaySoFar]:
        """What was done today until now, and yesterday until the same time by the clock."""
        now, today = self._core.clock(), self._core.today()
        then = self._core.balances.a_day_before(now)
        return await self._core.ask(
            lambda session: (session.day_until(today, now), session.day_until(then.date(), then))
        )

    async def usage_by(self, by: UsageBy, days: int, limit: int) -> list[UsageGroup]:
        """Sums of the last `days` quota days of recordings that have something in common: so many groups at most."""
        since = self._core.today() - timedelta(days=days - 1)
        return await self._core.ask(lambda session: session.usage_by(by, since, limit))

    async def query(self, sql: str, *, limit: int, seconds: float) -> Table:
        """An operator's own question in SQL, put to a copy of the records; so many rows, and so long, at most.

        Raises RequestRefused when it can't be answered.
        """
        async with self._core.copy_of_records() as copy:
            return await put(copy, sql, limit=limit, seconds=seconds)

    async def usage_by_hour(self, hours: int) -> list[UsageHour]:
        """Sums of each of the last hours of the clock, the present one included, the oldest first."""
        now = self._core.clock()
        return await self._core.ask(lambda session: session.usage_by_hour(now, hours))

    async def movements(self, key: JobKey) -> list[LedgerRow]:
        """What a job has moved of its user's quota, in order."""
        return await self._core.ask(lambda session: session.movements(key))

    async def refusals(self, limit: int) -> list[RefusalRow]:
        """The latest recordings that were not accepted, newest first."""
        return await self._core.ask(lambda session: session.refusals(limit))

    async def latest_costs(self, model: str, limit: int) -> list[tuple[float, float]]:
        """Seconds of audio and of computing of the latest recordings that a model recognised, the oldest first."""
        return await self._core.ask(lambda session: session.latest_costs(model, limit))

    async def changes(self, limit: int, user_id: int | None = None) -> list[ChangeRow]:
        """What operators and administrators have changed, for anybody or for one user, newest first."""
        rows = await self._core.read(lambda journal: journal.execute(_CHANGES, (user_id, user_id, limit)).fetchall())
        return [
            ChangeRow(from_microseconds(at), user_id, name, _changed(value, *rest), by)
            for at, user_id, name, value, by, *rest in rows
        ]

    async def counts(self) -> Counts:
        """How much the store holds. A commit of the journal does not wait for it, however much that is."""
        found, applied = await self._core.ask(lambda session: (_counts(session.journal), session.applied()))
        return Counts(
            inbox_received=found.get("inbox.received", 0),
            inbox_accepted=found.get("inbox.accepted", 0),
            inbox_dismissed=found.get("inbox.dismissed", 0),
            jobs_accepted=found.get("jobs.accepted", 0),
            jobs_concluded=found.get("jobs.concluded", 0),
            jobs_done=found.get("jobs.done", 0),
            entries=found["entries"],
            applied=applied,
        )

    async def check(self) -> list[str]:
        """Every broken invariant in a sentence; empty when ledger, jobs, usage, records and balances agree."""
        core = self._core
        while True:
            changes, was_quiet = core.changes, core.is_quiet
            journalled = await core.read_aside(read_journal)
            different = await core.ask(lambda session: different_records(journalled, session))  # noqa: B023  awaited here
            if different is not None:
                break
        found = [*journalled.violations, *different]
        if was_quiet and core.is_quiet and changes == core.changes:
            found += different_pots(journalled.pots, core.balances.snapshot(), core.today() - timedelta(days=1))
        return found


def _counts(journal: JournalReader) -> dict[str, int]:
    """Rows of the inbox and of the jobs by state, as `inbox.received` and so on, and the last entry's number."""
    found = {"entries": journal.last_entry()}
    for table in ("inbox", "jobs"):
        rows = journal.connection.execute(f"SELECT '{table}.' || state, count(*) FROM {table} GROUP BY state")
        found.update(rows.fetchall())
    return found


def _changed(value: str, kind: str, *key: Any) -> Value:
    """What a setting was set to, how many seconds were granted, or which job it was about."""
    if kind == EntryKind.OPERATION:
        return str(JobKey(*key))
    changed: Value = json.loads(value)
    return changed
