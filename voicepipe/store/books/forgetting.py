"""Forgetting: everything about a user goes, from every file, and does not come back.

What the service's sums need stays as nobody's. What a user took today, a ban, and the instant of the request stay under
a keyed hash of the id (see `traces`). The request itself is journaled as a farewell until it is known to be complete.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from voicepipe.domain.asking import Manner
from voicepipe.domain.connections import BUSINESS
from voicepipe.domain.jobs import GUEST
from voicepipe.store.books.connections import Connections
from voicepipe.store.books.people import People
from voicepipe.store.books.traces import keep_trace, traces
from voicepipe.store.core import Core
from voicepipe.store.entries import BY_OPERATOR, IS_BANNED, LEDGER_KINDS, NOBODY, EntryKind
from voicepipe.store.journal import IS_KEY, KEY, Journal, from_microseconds
from voicepipe.store.rows import Farewell, Forgotten, Pots, Trace

_COUNTED = ", ".join(f"'{kind}'" for kind in (*LEDGER_KINDS, EntryKind.USAGE))
_DAY_MICROSECONDS = 86_400_000_000
# Behind a connected account's door the chat is whom its owner talks with, and the owner's affair.
_IS_BY_OWN_CONNECTION = f"""
    EXISTS (
        SELECT 1 FROM connections WHERE user_id = :user_id
        AND substr(door || '+', 1, length(connection_id) + 10) = '{BUSINESS}:' || connection_id || '+'
    )
"""
_OWN_CHATS = f"(chat_id = :user_id AND door IN ('', '{GUEST}') OR {_IS_BY_OWN_CONNECTION})"
_OWN_JOBS = f"({KEY}) IN (SELECT {KEY} FROM jobs WHERE user_id = :user_id)"
_OWN_WHISPERS = f"door LIKE '{Manner.WHISPERED}:' || :user_id || ':%'"
# The entries of a forgotten user that the service's sums need become nobody's, at no time of the day; those of one job
# stay together under the number of its first entry.
_DISOWN = f"""
WITH job AS (
    SELECT chat_id, message_id, door, min(seq) AS first FROM entries
    WHERE user_id = :user_id AND chat_id IS NOT NULL GROUP BY chat_id, message_id, door
),
own AS (
    SELECT seq, job.first FROM entries LEFT JOIN job USING (chat_id, message_id, door)
    WHERE user_id = :user_id AND kind IN ({_COUNTED})
)
UPDATE entries SET user_id = {NOBODY}, chat_id = iif(own.first IS NULL, NULL, 0), message_id = own.first, door = '',
    happened_at = happened_at - happened_at % {_DAY_MICROSECONDS}
FROM own WHERE entries.seq = own.seq
"""
# In this order: which messages of groups are the user's is known from the jobs.
_DELETE_USER = (
    f"DELETE FROM originals WHERE {_OWN_CHATS}",
    f"DELETE FROM originals WHERE {_OWN_JOBS}",
    f"DELETE FROM inbox WHERE {_OWN_CHATS}",
    f"DELETE FROM inbox WHERE {_OWN_JOBS}",
    f"DELETE FROM originals WHERE {_OWN_WHISPERS}",
    f"DELETE FROM inbox WHERE {_OWN_WHISPERS}",
    f"DELETE FROM set_aside WHERE ({KEY}) IN (SELECT {KEY} FROM jobs WHERE user_id = :user_id)",
    "DELETE FROM jobs WHERE user_id = :user_id",
    "DELETE FROM transcripts WHERE user_id = :user_id",
    "DELETE FROM made WHERE user_id = :user_id",
    "DELETE FROM makings WHERE user_id = :user_id",
    "DELETE FROM uses WHERE user_id = :user_id",
    "DELETE FROM answers WHERE user_id = :user_id",
    "DELETE FROM people WHERE user_id = :user_id",
    "DELETE FROM presses WHERE user_id = :user_id",
    "DELETE FROM connections WHERE user_id = :user_id",
    "DELETE FROM broadcasts WHERE user_id = :user_id",
    "DELETE FROM recipients WHERE user_id = :user_id",
    "DELETE FROM orders WHERE user_id = :user_id",
    # The accounts need what was paid, and not by whom. What is to be given back still is.
    f"UPDATE payments SET user_id = {NOBODY}, notice = NULL WHERE user_id = :user_id",
    # What a forgotten administrator has done was done by an operator.
    f"UPDATE entries SET made_by = {BY_OPERATOR} WHERE made_by = :user_id",
    "DELETE FROM entries WHERE user_id = :user_id",
)
_TOLERANCE = timedelta(seconds=1)
"""Telegram tells whole seconds: what is sent within the second of an operator's request may be sent after it."""


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the journal knew of a user when it forgot them."""

    unfinished: int
    """Recordings that are not answered yet; unless there is none, nothing was forgotten."""
    was_known: bool = False
    pots: Pots = field(default_factory=lambda: Pots(0, {}))
    trace: Trace | None = None


class Forgetting:
    """Deletes users. What follows in other places is put in order by `accounts.forgetting`."""

    def __init__(self, core: Core, people: People, connections: Connections) -> None:
        self._core = core
        self._people = people
        self._connections = connections

    async def forget(
        self, user_id: int, *, asked_by: int = 0, language: str | None = None, sent_at: datetime | None = None
    ) -> Forgotten:
        """Delete everything about a user from the journal, unless a recording of theirs is still to be answered.

        `asked_by` is the user's own message that asked for it, sent at `sent_at`; 0 and None for an operator's request,
        which counts from now. What they sent until then and comes later will be passed over. Granted seconds are lost.
        What has to follow stays journaled until `end_farewell`: `erase`, if anything was known, and what others have to
        forget or to say.
        """
        farewell, tag, today = Farewell(user_id, asked_by, language), self._core.tag(user_id), self._core.today()
        asked_at = sent_at or self._core.clock() - _TOLERANCE

        def work(journal: Journal) -> _Memory:
            return _forget(journal, farewell, tag, today, asked_at)

        def then(memory: _Memory) -> None:
            if memory.trace is not None:
                self._core.changes += 1
                self._people.forget(user_id)
                self._connections.forget(user_id)
                self._core.balances.forget(user_id, memory.pots, memory.trace)
                self._core.new_entries.set()

        memory = await self._core.write(work, then)
        return Forgotten(memory.unfinished, memory.was_known)

    async def erase(self) -> None:
        """Leave no byte, in any file of the store, of whoever was forgotten until now."""
        await self._core.erase()

    async def farewells(self) -> list[Farewell]:
        """Those that are not complete: at the start, what an earlier life of the service began."""
        sql = "SELECT user_id, message_id, language, is_erased FROM farewells"
        rows = await self._core.read(lambda journal: journal.execute(sql).fetchall())
        return [Farewell(row[0], row[1], row[2], bool(row[3])) for row in rows]

    async def end_farewell(self, user_id: int, asked_by: int = 0) -> None:
        """A request to forget is fulfilled and answered; the last row of it goes."""

        def work(journal: Journal) -> None:
            journal.execute("DELETE FROM farewells WHERE user_id = ? AND message_id = ?", (user_id, asked_by))

        await self._core.write_unread(work)


def tag_key(journal: Journal) -> bytes:
    """The key of the tags under which forgotten users' traces are kept."""
    return bytes(journal.execute("SELECT tag_key FROM forgetting").fetchone()[0])


def _forget(journal: Journal, farewell: Farewell, tag: bytes, today: date, asked_at: datetime) -> _Memory:
    user_id = farewell.user_id
    user = {"user_id": user_id}
    if unfinished := _unfinished_of(journal, user_id):
        return _Memory(unfinished)
    # The request itself is nothing that was known before.
    journal.execute(f"DELETE FROM inbox WHERE {IS_KEY}", (user_id, farewell.message_id, ""))
    pots, trace = _pots(journal, user_id), _trace(journal, farewell, tag, today, asked_at)
    before = journal.changes
    journal.execute(_DISOWN, user)
    for statement in _DELETE_USER:
        journal.execute(statement, user)
    was_known = journal.changes > before or _is_leaving(journal, user_id)
    is_empty = not (was_known or farewell.message_id or trace.taken_seconds or trace.is_banned)
    if not is_empty:  # of a stranger whom an operator has named nothing can come back
        keep_trace(journal, tag, trace)
    if was_known:
        journal.execute("UPDATE forgetting SET times = times + 1")
    journal.execute(
        "INSERT OR REPLACE INTO farewells VALUES (?, ?, ?, ?)",
        (user_id, farewell.message_id, farewell.language, not was_known),
    )
    return _Memory(0, was_known, pots, None if is_empty else trace)


def _unfinished_of(journal: Journal, user_id: int) -> int:
    row = journal.execute(
        "SELECT (SELECT count(*) FROM jobs WHERE user_id = :user_id AND state <> 'done')"
        f" + (SELECT count(*) FROM inbox WHERE {_OWN_CHATS} AND state = 'received' AND is_recording)",
        {"user_id": user_id},
    ).fetchone()
    return int(row[0])


def _is_leaving(journal: Journal, user_id: int) -> bool:
    """Whether an earlier request is not complete, so that files may still hold something of theirs."""
    rows = journal.execute("SELECT 1 FROM farewells WHERE user_id = ? AND NOT is_erased", (user_id,))
    return rows.fetchone() is not None


def _pots(journal: Journal, user_id: int) -> Pots:
    rows = journal.execute(
        "SELECT quota_day, -sum(seconds), sum(extra_seconds) FROM entries WHERE user_id = ? GROUP BY quota_day",
        (user_id,),
    ).fetchall()
    return Pots(sum(row[2] for row in rows), {date.fromisoformat(row[0]): row[1] for row in rows})


def _trace(journal: Journal, farewell: Farewell, tag: bytes, today: date, asked_at: datetime) -> Trace:
    taken, ban = journal.execute(
        "SELECT (SELECT -sum(seconds) FROM entries WHERE user_id = :user_id AND quota_day = :today),"
        " (SELECT value FROM entries WHERE user_id = :user_id AND kind = 'setting' AND name = :banned"
        " ORDER BY seq DESC LIMIT 1)",
        {"user_id": farewell.user_id, "today": today.isoformat(), "banned": IS_BANNED},
    ).fetchone()
    # Somebody who was forgotten before, today or while banned.
    earlier = traces(journal).get(tag)
    is_banned = ban == "true" if ban is not None else bool(earlier and earlier.is_banned)
    seconds = (taken or 0) + (earlier.taken_seconds if earlier and earlier.quota_day == today else 0)
    forgotten_at, message_id = _latest_known(journal, farewell, asked_at)
    if earlier is not None and earlier.forgotten_at > forgotten_at:
        forgotten_at, message_id = earlier.forgotten_at, earlier.message_id
    return Trace(today, seconds, is_banned, forgotten_at, message_id)


def _latest_known(journal: Journal, farewell: Farewell, asked_at: datetime) -> tuple[datetime, int]:
    """Until when the user's messages are of the past, and the last such message in the private chat.

    That is the request, or the latest message that is known of them: it may come again.
    """
    sent_at, message_id = journal.execute(
        "SELECT max(sent_at), max(iif(chat_id = :user_id AND door = '', message_id, 0)) FROM inbox"
        f" WHERE {_OWN_CHATS} OR {_OWN_JOBS}",
        {"user_id": farewell.user_id},
    ).fetchone()
    latest = asked_at if sent_at is None else max(asked_at, from_microseconds(sent_at))
    return latest, max(farewell.message_id, message_id or 0)
