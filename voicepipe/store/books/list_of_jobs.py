"""The list of jobs: what an operator looks up in the journal. A job that is done is there until it is pruned."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from voicepipe.domain.jobs import JobKey, JobState, RecordingKind
from voicepipe.store.core import Core
from voicepipe.store.journal import IS_KEY, KEY, Journal, from_microseconds, key_values
from voicepipe.store.rows import JobRow

_COLUMNS = (
    f"{KEY}, user_id, kind, state, declared_seconds, accepted_at, changed_at, charged_seconds, deaths, failure,"
    " is_cancelled"
)


class Choice(StrEnum):
    """Which jobs are looked for."""

    UNFINISHED = "unfinished"
    """Those that are to be answered, the oldest first."""
    FAILED = "failed"
    """Those that have no text, or whose text nobody got, the latest first."""
    ALL = "all"
    """The latest first."""


_CONDITIONS = {
    Choice.UNFINISHED: ("state <> 'done'", "accepted_at, rowid"),
    Choice.FAILED: ("failure IS NOT NULL", "changed_at DESC, rowid DESC"),
    Choice.ALL: ("1", "rowid DESC"),
}


class ListOfJobs:
    """Tells of jobs; changes nothing."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def find(self, key: JobKey) -> JobRow | None:
        """One job; None for one that there is not, or not any more."""
        return await self._core.read(lambda journal: _one(journal, key))

    async def of(self, choice: Choice, limit: int, user_id: int | None = None) -> list[JobRow]:
        """Some of them, of everybody or of one user."""
        condition, order = _CONDITIONS[choice]
        if user_id is not None:
            condition = f"user_id = ? AND {condition}"
        sql = f"SELECT {_COLUMNS} FROM jobs WHERE {condition} ORDER BY {order} LIMIT ?"
        values = (limit,) if user_id is None else (user_id, limit)
        return await self._core.read(lambda journal: [_job(row) for row in journal.execute(sql, values)])


def _one(journal: Journal, key: JobKey) -> JobRow | None:
    row = journal.execute(f"SELECT {_COLUMNS} FROM jobs WHERE {IS_KEY}", key_values(key)).fetchone()
    return None if row is None else _job(row)


def _job(row: tuple[Any, ...]) -> JobRow:
    return JobRow(
        key=JobKey(*row[:3]),
        user_id=row[3],
        kind=RecordingKind(row[4]),
        state=JobState(row[5]),
        declared_seconds=row[6],
        accepted_at=from_microseconds(row[7]),
        changed_at=from_microseconds(row[8]),
        charged_seconds=row[9],
        deaths=row[10],
        failure=row[11],
        is_cancelled=bool(row[12]),
    )
