"""Accounts: what users may have recognised, and what they or an operator have set.

Every change has a `request_id`, its idempotency key: made twice, it counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime

from voicepipe.domain.quota import Balance
from voicepipe.store.books.traces import lift_ban
from voicepipe.store.books.transcripts import drop_kept
from voicepipe.store.core import Core
from voicepipe.store.entries import (
    BY_OPERATOR,
    DAILY_QUOTA,
    IS_BANNED,
    IS_UNLIMITED,
    KEEPS_TEXTS,
    NOBODY,
    PAUSED,
    PLAN,
    Entry,
    EntryKind,
    Value,
)
from voicepipe.store.journal import Journal, to_microseconds

# The records replace a setting by its last entry, so what the earlier ones say makes no difference to them.
_BLANK = "UPDATE entries SET value = 'null' WHERE user_id = ? AND kind = 'setting' AND name = ?"


class Accounts:
    """Balances and settings, answered from memory. A method that changes something gives False when it was made
    before.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    def balance(self, user_id: int) -> Balance:
        """What a user may use now; reservations whose transaction is still under way count as taken."""
        return self._core.balances.balance(user_id, self._core.clock())

    def today(self) -> date:
        """The quota day that it is."""
        return self._core.today()

    def plans(self) -> tuple[str, ...]:
        """The names of the quota plans that are configured."""
        return self._core.balances.plans()

    async def set_quota(self, user_id: int, seconds: int | None, *, request_id: str, by: int | None = None) -> bool:
        """Give a user a daily quota of their own; None gives back the default."""
        return await self.change_setting(user_id, DAILY_QUOTA, seconds, request_id=request_id, by=by)

    async def set_plan(self, user_id: int, plan: str | None, *, request_id: str, by: int | None = None) -> bool:
        """Give a user a quota plan by its name; None takes it back."""
        return await self.change_setting(user_id, PLAN, plan, request_id=request_id, by=by)

    async def set_unlimited(self, user_id: int, value: bool, *, request_id: str, by: int | None = None) -> bool:
        """Lift a user's quota, or restore it."""
        return await self.change_setting(user_id, IS_UNLIMITED, value, request_id=request_id, by=by)

    async def set_banned(self, user_id: int, value: bool, *, request_id: str, by: int | None = None) -> bool:
        """Ban a user, or readmit one."""
        return await self.change_setting(user_id, IS_BANNED, value, request_id=request_id, by=by)

    def is_paused(self) -> bool:
        """Whether no recording is to be accepted."""
        return self.setting(NOBODY, PAUSED) is True

    async def set_paused(self, value: bool, *, request_id: str, by: int | None = None) -> bool:
        """Accept no recording, or recordings again."""
        return await self.change_setting(NOBODY, PAUSED, value, request_id=request_id, by=by)

    async def grant(self, user_id: int, seconds: int, *, request_id: str, by: int | None = None) -> bool:
        """Add seconds to a user's extra pot, where they are kept until used."""
        now = self._core.clock()
        entry = Entry(EntryKind.GRANT, user_id, now, self._core.balances.day(now), extra_seconds=seconds, made_by=by)
        return await self.append_once(request_id, entry)

    def setting(self, subject_id: int, name: str) -> Value:
        """What a user or chat has set under a name; None where nothing is."""
        return self._core.balances.setting(subject_id, name)

    def ids_with(self, *settings: str) -> Set[int]:
        """Users and chats for whom any of these settings is made."""
        return self._core.balances.ids_with(*settings)

    def languages_of_late(self, subject_id: int) -> tuple[str, ...]:
        """The languages that a user spoke lately, or that were spoken in a group; ISO 639-1 codes."""
        return self._core.balances.languages(subject_id)

    async def change_setting(
        self,
        subject_id: int,
        name: str,
        value: Value,
        *,
        request_id: str,
        is_private: bool = False,
        by: int | None = None,
    ) -> bool:
        """Set something for a user or chat; None takes it back. What it was before is not kept if it is private.

        `by` is who had it made, as in `Entry`.
        """
        now = self._core.clock()
        day = self._core.balances.day(now)
        entry = Entry(EntryKind.SETTING, subject_id, now, day, name=name, value=value, made_by=by)
        return await self.append_once(request_id, entry, is_private=is_private)

    async def append_once(self, request_id: str, entry: Entry, *, is_private: bool = False) -> bool:
        tag = self._core.tag(entry.user_id)

        def work(journal: Journal) -> bool:
            if not _is_new(journal, request_id, entry.at):
                return False
            if is_private:
                journal.execute(_BLANK, (entry.user_id, entry.name))
            journal.append(entry)
            if entry.name == KEEPS_TEXTS and entry.value is False:
                drop_kept(journal, entry.user_id)
            if entry.name == IS_BANNED:
                lift_ban(journal, tag)  # a decision about a ban replaces the one kept of a forgotten user
            return True

        return await self._core.write(work, lambda is_made: self._core.count(entry) if is_made else None)

    async def change_many(
        self, settings: Sequence[tuple[int, str, Value]], grants: Mapping[int, int], *, request_id: str
    ) -> bool:
        """Set things for many users (id, name, value) and add seconds to extra pots, all in one transaction."""
        now = self._core.clock()
        day = self._core.balances.day(now)

        def work(journal: Journal) -> list[Entry] | None:
            if not _is_new(journal, request_id, now):
                return None
            entries = [
                *(
                    Entry(EntryKind.SETTING, each, now, day, name=name, value=value, made_by=BY_OPERATOR)
                    for each, name, value in settings
                ),
                *(
                    Entry(EntryKind.GRANT, each, now, day, extra_seconds=seconds, made_by=BY_OPERATOR)
                    for each, seconds in grants.items()
                ),
            ]
            if entries:
                journal.append(*entries)
            return entries

        made = await self._core.write(work, lambda entries: self._core.count(*entries or ()))
        return made is not None


def _is_new(journal: Journal, request_id: str, at: datetime) -> bool:
    """Whether a request was not made before; from now on it was."""
    made = journal.execute(
        "INSERT OR IGNORE INTO requests (request_id, made_at) VALUES (?, ?)", (request_id, to_microseconds(at))
    )
    return made.rowcount == 1
