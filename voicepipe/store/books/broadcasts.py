"""Broadcasts: what administrators say to everybody, to whom it was said already, and who has blocked the bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicepipe.store.books.people import People
from voicepipe.store.core import Core
from voicepipe.store.entries import NOBODY, Entry, EntryKind
from voicepipe.store.journal import Journal, to_microseconds

BROADCAST, BROADCAST_STOPPED = "broadcast", "broadcast_stopped"
"""The settings of nobody that tell which was begun last, and which was stopped."""
DELIVERED, BLOCKED, FAILED, WAITING = "delivered", "blocked", "failed", "waiting"
"""What became of one recipient."""
STRANGER = "stranger"
"""Failed, as they have never written to the bot in private; that is counted beside."""
_COUNTS = (DELIVERED, BLOCKED, FAILED)
_COLUMNS = "broadcast_id, request_id, user_id, text, state, message_id"
# Who has blocked the bot counts without being tried.
_CHOOSE = """
INSERT INTO recipients (broadcast_id, user_id, state)
SELECT ?, user_id, iif(blocked_at IS NULL, 'waiting', 'blocked') FROM people WHERE user_id > 0
"""
_COUNT = """
UPDATE broadcasts SET delivered = (SELECT count(*) FROM recipients WHERE broadcast_id = :id AND state = 'delivered'),
    blocked = (SELECT count(*) FROM recipients WHERE broadcast_id = :id AND state = 'blocked'),
    failed = (SELECT count(*) FROM recipients WHERE broadcast_id = :id AND state = 'failed')
WHERE broadcast_id = :id
"""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Something for everybody."""

    broadcast_id: int
    request_id: str
    """What made it; no other has ever had the same."""
    user_id: int
    """The administrator's."""
    text: str
    """Empty once it is over."""
    state: str
    """`draft`, `running`, `done` or `stopped`."""
    message_id: int | None
    """The bot's message to the administrator that shows how far it is."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many it has reached."""

    delivered: int
    blocked: int
    failed: int
    waiting: int = 0
    strangers: int = 0
    """Who has never written to the bot in private; they are not among those who failed."""


class Broadcasts:
    """What is said to everybody. Each recipient's outcome is kept before the next one is tried."""

    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people

    async def draft_broadcast(self, user_id: int, text: str, *, request_id: str) -> int:
        """Keep a text that may be said to everybody; its number, the same for the same request."""
        now = to_microseconds(self._core.clock())

        def work(journal: Journal) -> int:
            journal.execute(
                "INSERT OR IGNORE INTO broadcasts (request_id, user_id, text, state, made_at)"
                " VALUES (?, ?, ?, 'draft', ?)",
                (request_id, user_id, text, now),
            )
            sql = "SELECT broadcast_id FROM broadcasts WHERE request_id = ?"
            return int(journal.execute(sql, (request_id,)).fetchone()[0])

        return await self._core.write(work)

    async def begin_broadcast(self, broadcast_id: int, by: int, message_id: int) -> bool:
        """Choose whom it is for: everybody who is known now and not banned. False when it is no draft (any more)."""
        entry = self._entry(BROADCAST, broadcast_id, by)
        banned = [(broadcast_id, user_id) for user_id in self._core.balances.banned()]

        def work(journal: Journal) -> bool:
            begun = journal.execute(
                "UPDATE broadcasts SET state = 'running', message_id = ? WHERE broadcast_id = ? AND state = 'draft'",
                (message_id, broadcast_id),
            )
            if begun.rowcount != 1:
                return False
            journal.execute(_CHOOSE, (broadcast_id,))
            for row in banned:
                journal.execute("DELETE FROM recipients WHERE broadcast_id = ? AND user_id = ?", row)
            journal.append(entry)
            return True

        return await self._core.write(work, lambda is_begun: self._core.count(entry) if is_begun else None)

    async def note_recipient(self, broadcast_id: int, user_id: int, outcome: str) -> None:
        """What became of one recipient; who has blocked the bot is not tried again until they write."""
        now = to_microseconds(self._core.clock())

        def work(journal: Journal) -> None:
            noted = journal.execute(
                "UPDATE recipients SET state = ? WHERE broadcast_id = ? AND user_id = ? AND state = 'waiting'",
                (FAILED if outcome == STRANGER else outcome, broadcast_id, user_id),
            )
            if outcome == STRANGER and noted.rowcount:
                sql = "UPDATE broadcasts SET strangers = strangers + 1 WHERE broadcast_id = ?"
                journal.execute(sql, (broadcast_id,))
            if outcome == BLOCKED:
                journal.execute("UPDATE people SET blocked_at = ? WHERE user_id = ?", (now, user_id))

        await self._core.write(work, lambda _: self._people.note_blocked(user_id) if outcome == BLOCKED else None)

    async def end_broadcast(self, broadcast_id: int, *, stopped_by: int | None = None) -> bool:
        """It is over, or stopped by somebody: only the counts are kept. False when it was over before."""
        state = "done" if stopped_by is None else "stopped"
        entry = None if stopped_by is None else self._entry(BROADCAST_STOPPED, broadcast_id, stopped_by)

        def work(journal: Journal) -> bool:
            ended = journal.execute(
                "UPDATE broadcasts SET state = ?, text = '' WHERE broadcast_id = ? AND state IN ('draft', 'running')",
                (state, broadcast_id),
            )
            if ended.rowcount != 1:
                return False
            journal.execute(_COUNT, {"id": broadcast_id})
            journal.execute("DELETE FROM recipients WHERE broadcast_id = ?", (broadcast_id,))
            if entry is not None:
                journal.append(entry)
            return True

        return await self._core.write(work, lambda is_ended: self._core.count(entry) if is_ended and entry else None)

    async def find(self, broadcast_id: int) -> Broadcast | None:
        """One by its number."""
        sql = f"SELECT {_COLUMNS} FROM broadcasts WHERE broadcast_id = ?"
        row = await self._core.read(lambda journal: journal.execute(sql, (broadcast_id,)).fetchone())
        return None if row is None else Broadcast(*row)

    async def running(self) -> Broadcast | None:
        """The one that was begun first of those that are not over."""
        sql = f"SELECT {_COLUMNS} FROM broadcasts WHERE state = 'running' ORDER BY broadcast_id LIMIT 1"
        row = await self._core.read(lambda journal: journal.execute(sql).fetchone())
        return None if row is None else Broadcast(*row)

    async def waiting(self, broadcast_id: int, limit: int) -> Sequence[int]:
        """The next of those to whom it was not said yet."""
        sql = "SELECT user_id FROM recipients WHERE broadcast_id = ? AND state = 'waiting' ORDER BY user_id LIMIT ?"
        rows = await self._core.read(lambda journal: journal.execute(sql, (broadcast_id, limit)).fetchall())
        return [row[0] for row in rows]

    async def progress(self, broadcast_id: int) -> Progress:
        """How many it has reached until now."""
        return await self._core.read(lambda journal: _progress(journal, broadcast_id))

    def _entry(self, name: str, broadcast_id: int, by: int) -> Entry:
        now = self._core.clock()
        return Entry(
            EntryKind.SETTING, NOBODY, now, self._core.balances.day(now), name=name, value=broadcast_id, made_by=by
        )


def _progress(journal: Journal, broadcast_id: int) -> Progress:
    sql = "SELECT delivered, blocked, failed, 0, strangers FROM broadcasts WHERE broadcast_id = ?"
    final = Progress(*(journal.execute(sql, (broadcast_id,)).fetchone() or (0, 0, 0)))
    sql = "SELECT state, count(*) FROM recipients WHERE broadcast_id = ? GROUP BY state"
    if found := dict(journal.execute(sql, (broadcast_id,)).fetchall()):
        delivered, blocked, failed, waiting = (found.get(name, 0) for name in (*_COUNTS, WAITING))
        final = Progress(delivered, blocked, failed, waiting, final.strangers)
    return replace(final, failed=final.failed - final.strangers)
