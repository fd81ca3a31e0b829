"""The inbox: what came in from Telegram and has to be decided, and how far its updates are journaled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import SUPERGROUPS_BELOW, Deletion, Press
from voicepipe.domain.people import Person
from voicepipe.store.books.traces import Sent, is_forgotten
from voicepipe.store.core import Core
from voicepipe.store.entries import Entry, EntryKind
from voicepipe.store.journal import IS_KEY, KEY, Journal, from_microseconds, key_values, places, to_microseconds
from voicepipe.store.rows import InboxMessage, UpdateState


class Inbox:
    """Remembers every message and press once, and what is still to be done about each."""

    def __init__(self, core: Core) -> None:
        self._core = core

    # --- messages ---------------------------------------------------------------------------------------------------
    async def receive(self, messages: Sequence[InboxMessage], state: UpdateState | None = None) -> list[JobKey]:
        """Journal messages and Telegram's update state in one transaction; the keys not seen before, in order.

        What somebody sent before asking to be forgotten is passed over: it leaves no trace, and its key is not given.
        """
        now = self._core.clock()
        tags = {each.user_id: self._core.tag(each.user_id) for each in messages if each.user_id is not None}

        def work(journal: Journal) -> list[JobKey]:
            wanted = [each for each in messages if not _is_forgotten(journal, each, tags)]
            new = [message.key for message in wanted if _insert(journal, message, now)]
            if state is not None:
                journal.execute(
                    "INSERT OR REPLACE INTO update_state (box, pts, qts, date, seq) VALUES (?, ?, ?, ?, ?)",
                    (state.box, state.pts, state.qts, state.date, state.seq),
                )
            return new

        return await self._core.write(work)

    async def original(self, key: JobKey) -> bytes | None:
        """The update that brought a message which is not answered yet, if it was given with it."""
        sql = f"SELECT body FROM originals WHERE {IS_KEY}"
        row = await self._core.read(lambda journal: journal.execute(sql, key_values(key)).fetchone())
        return None if row is None else bytes(row[0])

    async def kept_place(self, key: JobKey) -> bytes | None:
        """Where such a message was answered, as it was kept."""
        sql = f"SELECT place FROM originals WHERE {IS_KEY}"
        row = await self._core.read(lambda journal: journal.execute(sql, key_values(key)).fetchone())
        return None if row is None or row[0] is None else bytes(row[0])

    async def answered_at(self, place: bytes) -> JobKey | None:
        """The message that is answered at a place which was kept."""
        sql = f"SELECT {KEY} FROM originals WHERE place = ?"
        row = await self._core.read(lambda journal: journal.execute(sql, (place,)).fetchone())
        return None if row is None else JobKey(*row)

    async def keep_place(self, key: JobKey, place: bytes) -> None:
        """Remember where a message with an original is answered, for as long as that is kept."""
        sql = f"UPDATE originals SET place = ? WHERE {IS_KEY}"
        await self._core.write(lambda journal: journal.execute(sql, (place, *key_values(key))))

    async def dismiss(self, key: JobKey) -> None:
        """Decide on a received message without a job (refused, ignored)."""
        await self._core.write(lambda journal: decide(journal, key, "dismissed"))

    async def reject(self, key: JobKey, user_id: int, reason: str, declared_seconds: int | None) -> None:
        """Decide on a received message without a job, and remember why."""
        now = self._core.clock()
        entry = Entry(
            EntryKind.REFUSAL,
            user_id,
            now,
            self._core.balances.day(now),
            key=key,
            name=reason,
            audio_seconds=declared_seconds,
        )

        def work(journal: Journal) -> None:
            if decide(journal, key, "dismissed"):
                journal.append(entry)

        await self._core.write(work)

    async def is_deleted(self, key: JobKey) -> bool:
        """Whether Telegram has told of the deletion of a message of a connected account."""
        sql = f"SELECT 1 FROM inbox WHERE {IS_KEY} AND is_deleted"
        return await self._core.read(lambda journal: journal.execute(sql, key_values(key)).fetchone()) is not None

    async def mark_deleted(self, deletion: Deletion) -> None:
        """Remember what was deleted in a connected account: Telegram tells of it once, and can't be asked."""
        # Most of what is deleted was no recording, and costs no commit.
        if keys := await self._core.read(lambda journal: _concerned(journal, deletion)):
            await self._core.write(lambda journal: _mark_deleted(journal, keys))

    async def undecided(self) -> list[InboxMessage]:
        """Messages received but neither dismissed nor accepted (a crash came between), oldest first."""
        sql = f"SELECT is_recording, sent_at, {KEY} FROM inbox WHERE state = 'received' ORDER BY received_at, rowid"
        rows = await self._core.read(lambda journal: journal.execute(sql).fetchall())
        return [InboxMessage(JobKey(*row[2:]), bool(row[0]), from_microseconds(row[1])) for row in rows]

    async def last_message_id(self, box: int) -> int | None:
        """The highest id of a message of this box that is remembered; chats without a box share one numbering."""
        where, chat = ("chat_id = ?", box) if box else ("chat_id > ?", SUPERGROUPS_BELOW)
        sql = f"SELECT max(message_id) FROM inbox WHERE {where} AND door = ''"
        found: int | None = await self._core.read(lambda journal: journal.execute(sql, (chat,)).fetchone()[0])
        return found

    # --- positions --------------------------------------------------------------------------------------------------
    async def update_states(self) -> dict[int, UpdateState]:
        """How far Telegram's updates are journaled, by box."""
        sql = "SELECT box, pts, qts, date, seq FROM update_state"
        rows = await self._core.read(lambda journal: journal.execute(sql).fetchall())
        return {row[0]: UpdateState(*row) for row in rows}

    async def drop_update_state(self, box: int) -> None:
        """Remember no longer how far a box was journaled."""
        await self._core.write(lambda journal: journal.execute("DELETE FROM update_state WHERE box = ?", (box,)))

    # --- presses ----------------------------------------------------------------------------------------------------
    async def receive_press(self, press: Press) -> bool:
        """Journal the press of a button; whether it was not known, and so has to be acted upon."""
        values = (
            *(press.query_id, press.person.user_id, press.is_private, press.data, to_microseconds(press.pressed_at)),
            *key_values(press.key),
        )
        return await self._core.write(
            lambda journal: (
                journal.execute(
                    f"INSERT OR IGNORE INTO presses (query_id, user_id, is_private, data, pressed_at, {KEY}, state)"
                    f" VALUES ({places(values)}, 'received')",
                    values,
                ).rowcount
                == 1
            )
        )

    async def undecided_presses(self) -> list[Press]:
        """Presses that nobody has acted upon to the end (a crash came between), oldest first; of people unnamed."""
        sql = (
            f"SELECT query_id, user_id, is_private, data, pressed_at, {KEY} FROM presses"
            " WHERE state = 'received' ORDER BY pressed_at, query_id"
        )
        rows = await self._core.read(lambda journal: journal.execute(sql).fetchall())
        return [
            Press(
                query_id=row[0],
                person=Person(row[1], None, None),
                key=JobKey(*row[5:]),
                is_private=bool(row[2]),
                data=row[3],
                pressed_at=from_microseconds(row[4]),
            )
            for row in rows
        ]

    async def finish_press(self, query_id: int) -> None:
        """The press has been acted upon; only its number is kept."""
        await self._core.write(
            lambda journal: journal.execute(
                "UPDATE presses SET state = 'done', user_id = NULL, chat_id = NULL, message_id = NULL,"
                " door = '', is_private = NULL, data = NULL WHERE query_id = ?",
                (query_id,),
            )
        )


def decide(journal: Journal, key: JobKey, state: str) -> bool:
    """A received message is accepted or dismissed; one that was decided on before stays as it is, and gives False."""
    decided = journal.execute(
        f"UPDATE inbox SET state = ? WHERE {IS_KEY} AND state = 'received'",
        (state, *key_values(key)),
    )
    if state == "dismissed":
        drop_original(journal, key)
    return bool(decided.rowcount)


def drop_original(journal: Journal, key: JobKey) -> None:
    """The update that brought a message is needed no longer."""
    if key.door:
        journal.execute(f"DELETE FROM originals WHERE {IS_KEY}", key_values(key))


def _concerned(journal: Journal, deletion: Deletion) -> list[JobKey]:
    sql = f"SELECT {KEY} FROM inbox WHERE chat_id = ? AND message_id = ? AND NOT is_deleted"
    rows = [row for number in deletion.message_ids for row in journal.execute(sql, (deletion.chat_id, number))]
    return [key for key in (JobKey(*row) for row in rows) if deletion.concerns(key)]


def _mark_deleted(journal: Journal, keys: Iterable[JobKey]) -> None:
    for key in keys:
        journal.execute(f"UPDATE inbox SET is_deleted = 1 WHERE {IS_KEY}", key_values(key))


def _is_forgotten(journal: Journal, message: InboxMessage, tags: dict[int, bytes]) -> bool:
    if message.user_id is None:
        return False
    return is_forgotten(journal, tags[message.user_id], Sent(message.user_id, message.key, message.sent_at))


def _insert(journal: Journal, message: InboxMessage, now: datetime) -> bool:
    inserted = journal.execute(
        f"INSERT OR IGNORE INTO inbox ({KEY}, is_recording, state, sent_at, received_at)"
        " VALUES (?, ?, ?, ?, 'received', ?, ?)",
        (*key_values(message.key), message.is_recording, to_microseconds(message.sent_at), to_microseconds(now)),
    )
    is_new = inserted.rowcount == 1
    if is_new and message.original is not None:
        journal.execute(
            f"INSERT OR REPLACE INTO originals ({KEY}, body) VALUES (?, ?, ?, ?)",
            (*key_values(message.key), message.original),
        )
    return is_new
