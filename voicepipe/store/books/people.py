"""People: who has been seen, and what they are called now."""

from __future__ import annotations

from voicepipe.domain.people import Person
from voicepipe.store.books.traces import Sent, is_forgotten
from voicepipe.store.core import Core
from voicepipe.store.entries import Entry, EntryKind
from voicepipe.store.journal import Journal, to_microseconds


class People:
    """Everybody, held in memory as well."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._people: dict[int, Person] = {}
        """The latest change last."""
        self._by_name: dict[str, int] | None = None
        """Ids by username, once somebody was looked for; None while it is not known."""
        self._blocked: set[int] = set()
        """Those of them who have blocked the bot, as far as is known."""

    async def remember(self) -> None:
        """Read everybody from the journal."""
        sql = "SELECT user_id, username, language FROM people ORDER BY changed_at, rowid"
        rows = await self._core.read(lambda journal: journal.execute(sql).fetchall())
        self._people, self._by_name = {row[0]: Person(*row) for row in rows}, None
        blocked = "SELECT user_id FROM people WHERE blocked_at IS NOT NULL"
        self._blocked = {row[0] for row in await self._core.read(lambda journal: journal.execute(blocked).fetchall())}

    async def see(self, person: Person, sent: Sent | None = None) -> None:
        """Remember what a person is called; no I/O when that is known.

        `sent` is the message by which the person was seen: of somebody who asked to be forgotten since, nothing is
        kept.
        """
        if self._people.get(person.user_id) == person and person.user_id not in self._blocked:
            return
        now, tag = self._core.clock(), self._core.tag(person.user_id)
        entry = Entry(EntryKind.PERSON, person.user_id, now, self._core.balances.day(now))

        def work(journal: Journal) -> bool:
            if sent is not None and is_forgotten(journal, tag, sent):
                return False
            at = to_microseconds(entry.at)
            journal.execute(
                "INSERT INTO people (user_id, username, language, first_seen_at, changed_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (user_id) DO UPDATE SET"
                " username = excluded.username, language = excluded.language, changed_at = excluded.changed_at,"
                " blocked_at = NULL",
                (person.user_id, person.username, person.language, at, at),
            )
            journal.append(entry)
            return True

        await self._core.write(work, lambda is_kept: self._keep(person, entry) if is_kept else None)

    def person(self, user_id: int) -> Person | None:
        """Who a user is, when seen before."""
        return self._people.get(user_id)

    def ids(self) -> set[int]:
        """Everybody who has been seen."""
        return set(self._people)

    def find(self, username: str) -> int | None:
        """The id of whoever took a username last, with or without its @ and in any case."""
        if self._by_name is None:
            # In the order of changes: a username may have passed from one person to another.
            self._by_name = {_folded(each): each.user_id for each in self._people.values() if each.username}
        return self._by_name.get(username.removeprefix("@").casefold())

    def reachable(self) -> int:
        """How many people have not blocked the bot, as far as is known, and are not banned."""
        banned = set(self._core.balances.banned()) | self._blocked
        return sum(user_id > 0 and user_id not in banned for user_id in self._people)

    def note_blocked(self, user_id: int) -> None:
        """Nothing can be said to a user until they write."""
        self._blocked.add(user_id)

    def forget(self, user_id: int) -> None:
        """Keep nothing of a user in memory."""
        if self._people.pop(user_id, None) is not None:
            self._by_name = None
        self._blocked.discard(user_id)

    def _keep(self, person: Person, entry: Entry) -> None:
        self.forget(person.user_id)
        self._people[person.user_id] = person
        if self._by_name is not None and person.username:
            self._by_name[_folded(person)] = person.user_id
        self._core.count(entry)


def _folded(person: Person) -> str:
    return (person.username or "").casefold()
