"""Makings: what somebody wants made of a kept text, until it is said; and what was made, as long as the text is kept.

Each use counts when it is asked for, in the same transaction, and counts no more when nothing could be made. What is
made already costs nothing.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from voicepipe.domain.jobs import JobKey
from voicepipe.store.core import Core
from voicepipe.store.journal import KEY, Journal, key_values, to_microseconds
from voicepipe.store.rows import Making

_WHAT = f"{KEY}, kind, language, by_model"
_IS_WHAT = "chat_id = ? AND message_id = ? AND door = ? AND kind = ? AND language = ? AND by_model = ?"
_COLUMNS = f"{_WHAT}, user_id, said_chat_id, said_message_id, said_door, topic_id, purpose, speaks"


class Asked(StrEnum):
    """What became of a wish."""

    TAKEN = "taken"
    IN_WORK = "in work"
    """The same is being made already, for another wish."""
    OVER = "over"
    """As often as may be in a day, something was made."""


class Makings:
    """What is to be made, and what was."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def ask_making(self, making: Making, most_uses: int) -> Asked:
        """Note that something is wanted. `most_uses`: how often its user may, in a day; 0: any number."""
        today, now = self._core.today(), to_microseconds(self._core.clock())
        return await self._core.write(lambda journal: ask(journal, making, most_uses, today, now))

    async def waiting(self) -> list[Making]:
        """What is wanted and not said yet, oldest first."""
        sql = f"SELECT {_COLUMNS} FROM makings ORDER BY making_id"
        rows = await self._core.read(lambda journal: journal.execute(sql).fetchall())
        return [_making(row) for row in rows]

    async def is_wanted(self, making: Making) -> bool:
        """Whether it is still to be said: whoever is forgotten wants nothing any more."""
        sql = f"SELECT 1 FROM makings WHERE {_IS_WHAT}"
        return await self._core.read(lambda journal: journal.execute(sql, _what(making)).fetchone() is not None)

    async def result(self, making: Making) -> str | None:
        """What was made of this, if it is kept."""
        sql = f"SELECT result FROM made WHERE {_IS_WHAT}"
        row = await self._core.read(lambda journal: journal.execute(sql, _what(making)).fetchone())
        return None if row is None else str(row[0])

    async def stop_making(self, making: Making, result: str) -> bool:
        """What is there shall be it; empty: nothing is. False where it is said already, or was stopped before."""

        def work(journal: Journal) -> bool:
            values = (result, *_what(making))
            sql = f"UPDATE makings SET stopped = ? WHERE {_IS_WHAT} AND stopped IS NULL"
            return journal.execute(sql, values).rowcount == 1

        return await self._core.write(work)

    async def stopped_at(self, making: Making) -> str | None:
        """What was there when it was stopped; None where it was not."""
        sql = f"SELECT stopped FROM makings WHERE {_IS_WHAT}"
        row = await self._core.read(lambda journal: journal.execute(sql, _what(making)).fetchone())
        return None if row is None else row[0]

    async def keep_made(self, making: Making, result: str) -> None:
        """Keep what was made, for as long as its text is kept."""
        now = to_microseconds(self._core.clock())

        def work(journal: Journal) -> None:
            journal.execute(
                f"INSERT OR REPLACE INTO made ({_WHAT}, user_id, result, made_at)"
                " SELECT chat_id, message_id, door, ?, ?, ?, user_id, ?, ? FROM transcripts"
                " WHERE chat_id = ? AND message_id = ? AND door = ?",
                (making.kind, making.language, making.by_model, result, now, *key_values(making.key)),
            )

        await self._core.write(work)

    async def end_making(self, making: Making, *, counts: bool) -> None:
        """It is said, or what came in its way; `counts`: whether it was a use."""

        def work(journal: Journal) -> None:
            journal.execute(f"DELETE FROM makings WHERE {_IS_WHAT}", _what(making))
            if not counts:
                journal.execute(f"DELETE FROM uses WHERE user_id = ? AND {_IS_WHAT}", (making.user_id, *_what(making)))

        await self._core.write(work)


def ask(journal: Journal, making: Making, most_uses: int, today: date, now: int) -> Asked:
    """The same in somebody's transaction."""
    what = _what(making)
    row = journal.execute(
        f"SELECT said_chat_id, said_message_id, said_door, purpose FROM makings WHERE {_IS_WHAT}", what
    )
    if (found := row.fetchone()) is not None:
        # The same wish may come again after a crash.
        is_same = tuple(found) == (*key_values(making.said), making.purpose)
        return Asked.TAKEN if is_same else Asked.IN_WORK
    if not _has_cost(journal, making) and not _use(journal, making, most_uses, today):
        return Asked.OVER
    journal.execute(
        f"INSERT INTO makings ({_COLUMNS}, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(*what, making.user_id, *key_values(making.said)),
            *(making.topic_id, making.purpose, making.speaks, now),
        ),
    )
    return Asked.TAKEN


def _has_cost(journal: Journal, making: Making) -> bool:
    """Whether it is there already, or was this user's use before."""
    made = journal.execute(f"SELECT 1 FROM made WHERE {_IS_WHAT}", _what(making)).fetchone()
    used = journal.execute(f"SELECT 1 FROM uses WHERE user_id = ? AND {_IS_WHAT}", (making.user_id, *_what(making)))
    return made is not None or used.fetchone() is not None


def _use(journal: Journal, making: Making, most_uses: int, today: date) -> bool:
    """Count it, if there may be one more today."""
    journal.execute("DELETE FROM uses WHERE quota_day < ?", (today.isoformat(),))
    counted = journal.execute("SELECT count(*) FROM uses WHERE user_id = ?", (making.user_id,)).fetchone()[0]
    if most_uses and counted >= most_uses:
        return False
    journal.execute(
        f"INSERT INTO uses (user_id, quota_day, {_WHAT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (making.user_id, today.isoformat(), *_what(making)),
    )
    return True


def _what(making: Making) -> tuple[int | str, ...]:
    return (*key_values(making.key), making.kind, making.language, int(making.by_model))


def _making(row: tuple[Any, ...]) -> Making:
    chat_id, message_id, door, kind, language, by_model, user_id, *said, topic_id, purpose, speaks = row
    return Making(
        key=JobKey(chat_id, message_id, door),
        kind=str(kind),
        language=str(language),
        by_model=bool(by_model),
        user_id=user_id,
        said=JobKey(*said),
        topic_id=topic_id,
        purpose=str(purpose),
        speaks=speaks,
    )
