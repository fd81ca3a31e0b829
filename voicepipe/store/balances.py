"""What every user may still use, in memory: pure arithmetic over entries, no clock and no I/O.

Two pots. The day's pot is the user's daily quota less what was taken for that quota day; a quota day is a calendar day
of the configured time zone. The extra pot holds granted or bought seconds until they are used, after the day's.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b

from voicepipe.config import QuotaConfig
from voicepipe.config.quota import PlanConfig
from voicepipe.domain.quota import Balance, Renewal
from voicepipe.store.entries import (
    DAILY_QUOTA,
    IS_BANNED,
    IS_UNLIMITED,
    LEDGER_KINDS,
    NOBODY,
    PLAN,
    RENEWAL,
    SUBSCRIPTION,
    Entry,
    EntryKind,
    Value,
    subscription_of,
)
from voicepipe.store.rows import Pots, Trace

KEPT_DAYS = 8
"""How many pots of days are remembered of a user, the latest that were touched: for jobs that settle late, and for a
clock or zone that is set back. No clock decides which, as one that is ahead for a moment would have today's go."""

KEPT_LANGUAGES = 5
"""How many of the latest recordings tell which language is spoken."""
TELLING_SECONDS = 3.0
"""Of audio, at least: in less, a language is guessed."""


@dataclass(slots=True)
class Account:
    """One user's settings and pots."""

    settings: dict[str, Value] = field(default_factory=dict)
    """By name; what is not there is as by default."""
    extra_seconds: int = 0
    taken: dict[date, int] = field(default_factory=dict)
    """Seconds charged or reserved, by quota day."""
    languages: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LANGUAGES))
    """That were spoken in the latest recordings that tell, the last one at the end; a group has those spoken in it."""


class Traces:
    """What is kept of forgotten users, so that they are met again as what they were today."""

    def __init__(self, tag_key: bytes = b"", traces: Mapping[bytes, Trace] | None = None) -> None:
        self._tag_key = tag_key
        self._traces = dict(traces or {})

    def tag(self, user_id: int) -> bytes:
        """The keyed hash that stands for a user."""
        return blake2b(user_id.to_bytes(8, "little", signed=True), key=self._tag_key, digest_size=16).digest()

    def of(self, user_id: int) -> Trace | None:
        return self._traces.get(self.tag(user_id)) if self._traces else None

    def keep(self, user_id: int, trace: Trace | None) -> None:
        """Remember this of a user; None when there is nothing to remember."""
        self._traces.pop(self.tag(user_id), None)
        if trace is not None:
            self._traces[self.tag(user_id)] = trace

    def lift_ban(self, user_id: int) -> None:
        """An operator has decided anew."""
        if trace := self.of(user_id):
            self.keep(user_id, replace(trace, is_banned=False))


class Balances:
    """All accounts. Movements are sums, so they may be applied and undone in any order."""

    def __init__(
        self,
        quota: Callable[[], QuotaConfig],
        accounts: Mapping[int, Account] | None = None,
        traces: Traces | None = None,
    ) -> None:
        """`quota` is asked at each use: another default or time zone holds at once, for everybody."""
        self._quota = quota
        self._accounts = dict(accounts or {})
        self.traces = traces or Traces()
        self._held: Counter[int] = Counter()

    def day(self, now: datetime) -> date:
        """The quota day of an instant."""
        return now.astimezone(self._quota().zone).date()

    def a_day_before(self, now: datetime) -> datetime:
        """Yesterday at the same time by the clock."""
        return now.astimezone(self._quota().zone) - timedelta(days=1)

    def plans(self) -> tuple[str, ...]:
        """The names of the quota plans that are configured."""
        return tuple(self._quota().plans)

    def banned(self) -> list[int]:
        """Who is banned."""
        return [user_id for user_id, account in self._accounts.items() if account.settings.get(IS_BANNED)]

    def balance(self, user_id: int, now: datetime) -> Balance:
        """What the user may use at `now`."""
        account = self._accounts.get(user_id) or Account()
        trace = self.traces.of(user_id)
        day = self.day(now)
        taken = account.taken.get(day, 0) + (trace.taken_seconds if trace and trace.quota_day == day else 0)
        name, plan, until = self._plan(account, now)
        own_quota = account.settings.get(DAILY_QUOTA)
        quota = (plan or self._quota()).daily_seconds if own_quota is None else int(own_quota)
        return Balance(
            daily_quota_seconds=quota,
            daily_left_seconds=max(0, quota - taken),
            extra_left_seconds=max(0, account.extra_seconds - self._held[user_id]),
            resets_at=self._midnight_after(day),
            quota_day=day,
            is_unlimited=bool(account.settings.get(IS_UNLIMITED)),
            is_banned=bool(account.settings.get(IS_BANNED) or (trace and trace.is_banned)),
            plan=name if plan else None,
            longest_seconds=plan.max_recording_seconds if plan else None,
            plan_until=until,
            renewal=Renewal(str(account.settings.get(RENEWAL) or Renewal.ITSELF)),
        )

    def _plan(self, account: Account, now: datetime) -> tuple[str, PlanConfig | None, datetime | None]:
        """The plan that somebody has paid for, and until when, else the one that they were given."""
        plans = self._quota().plans
        paid = subscription_of(account.settings.get(SUBSCRIPTION), now)
        for name, until in (paid or ("", None), (account.settings.get(PLAN), None)):
            if name in plans:
                return str(name), plans[str(name)], until
        return "", None, None

    def setting(self, subject_id: int, name: str) -> Value:
        """What a user or chat has set under a name; None where nothing is."""
        account = self._accounts.get(subject_id)
        return None if account is None else account.settings.get(name)

    def ids_with(self, *names: str) -> set[int]:
        """Users and chats that have a value under any of these names."""
        accounts = self._accounts.items()
        return {each for each, account in accounts if any(account.settings.get(name) is not None for name in names)}

    def apply(self, entry: Entry) -> None:
        """Take an entry into account."""
        account = self._accounts.setdefault(entry.user_id, Account())
        if entry.kind in LEDGER_KINDS:
            self._move(account, entry, 1)
        elif entry.kind is EntryKind.USAGE:
            self._hear(account, entry)
        elif entry.kind is EntryKind.SETTING and entry.name is not None:
            account.settings[entry.name] = entry.value
            if entry.name == IS_BANNED:
                self.traces.lift_ban(entry.user_id)

    def _hear(self, account: Account, entry: Entry) -> None:
        if entry.language is None or (entry.audio_seconds or 0.0) < TELLING_SECONDS:
            return
        account.languages.append(entry.language)
        if entry.key is not None and entry.key.chat_id < 0 and entry.key.chat_id != entry.user_id:
            self._accounts.setdefault(entry.key.chat_id, Account()).languages.append(entry.language)

    def languages(self, subject_id: int) -> tuple[str, ...]:
        """The languages of the latest recordings of a user, or in a group, that tell; ISO 639-1 codes."""
        account = self._accounts.get(subject_id)
        return () if account is None else tuple(account.languages)

    def hold(self, user_id: int, seconds: int) -> None:
        """Let nobody use so much of a user's extra pot, as it is about to be taken back; negative: no longer."""
        self._held[user_id] += seconds
        if not self._held[user_id]:
            del self._held[user_id]

    def undo(self, entry: Entry) -> None:
        """Take back a movement of seconds whose transaction did not happen."""
        self._move(self._accounts[entry.user_id], entry, -1)

    def forget(self, user_id: int, pots: Pots, trace: Trace | None) -> None:
        """Make nobody's what a user's entries amounted to; what is not durable yet stays the user's."""
        self.traces.keep(user_id, trace)
        before = self._accounts.pop(user_id, None) or Account()
        extra = before.extra_seconds - pots.extra_seconds
        taken = {day: seconds - pots.taken.get(day, 0) for day, seconds in before.taken.items()}
        if extra or any(taken.values()):
            self._accounts[user_id] = Account(extra_seconds=extra, taken=taken)
        nobody = self._accounts.setdefault(NOBODY, Account())
        nobody.extra_seconds += pots.extra_seconds
        for day in before.taken.keys() & pots.taken.keys():
            nobody.taken[day] = nobody.taken.get(day, 0) + pots.taken[day]

    def snapshot(self) -> dict[int, tuple[int, dict[date, int]]]:
        """Every user's extra seconds and what each remembered day took, for the comparison with the journal."""
        return {user_id: (account.extra_seconds, dict(account.taken)) for user_id, account in self._accounts.items()}

    def _move(self, account: Account, entry: Entry, sign: int) -> None:
        account.extra_seconds += sign * entry.extra_seconds
        days = account.taken
        is_forgotten = len(days) >= KEPT_DAYS and entry.quota_day < min(days)
        if entry.seconds and not is_forgotten:
            days[entry.quota_day] = days.get(entry.quota_day, 0) - sign * entry.seconds
            if len(days) > KEPT_DAYS:
                del days[min(days)]

    def _midnight_after(self, day: date) -> datetime:
        # A midnight that the clocks skip counts with the offset before the change: the very instant of the change.
        return datetime.combine(day + timedelta(days=1), time.min, tzinfo=self._quota().zone).astimezone(UTC)
