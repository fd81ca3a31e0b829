"""Payments: what was ordered, what was paid for it and credited, and what is to be given back.

A payment is known by Telegram's charge id. It is credited, or journaled to be given back, in the one transaction that
makes it known; so whatever comes again, from wherever, finds it known and changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.payments import Fault, Notice, Offer, Order, Paid, Payment, PaymentState
from voicepipe.domain.quota import Renewal
from voicepipe.store.books.inbox import decide
from voicepipe.store.books.set_aside import await_recordings
from voicepipe.store.books.subscriptions import changed_renewal, ending, has_plan, renewal_of
from voicepipe.store.books.traces import Sent, is_forgotten
from voicepipe.store.core import Core
from voicepipe.store.entries import NOBODY, SUBSCRIPTION, Entry, EntryKind, subscription_value
from voicepipe.store.journal import Journal, from_microseconds, places, to_microseconds

Judge = Callable[[Order | None], Fault | None]
"""Why something that was paid for an order must be given back; None where it is to be credited."""
Until = Callable[[Order], datetime | None]
"""How long a subscription is paid for; None for what is none."""

_ORDER = "order_id, user_id, package, stars, seconds, plan, expires_at, paid_at"
_PAYMENT = (
    "charge_id, user_id, package, stars, seconds, taken_back, plan, ends_at, paid_at, state, reason, refund_to, notice"
)


@dataclass(frozen=True, slots=True)
class Till:
    """What orders are signed with, and since when."""

    signing_key: bytes
    since: datetime
    reconciled_at: datetime | None
    """When the journal was compared last with what Telegram lists."""


@dataclass(frozen=True, slots=True)
class Credited:
    """What a transaction has made of a payment."""

    payment: Payment
    entries: Sequence[Entry] = ()


class Payments:
    """Orders and payments."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.due = asyncio.Event()
        """Set when something is to be told, or given back."""

    async def till(self) -> Till:
        """The same for as long as the journal is this bot's."""
        sql = "SELECT signing_key, since, reconciled_at FROM till"
        row = await self._core.read(lambda journal: journal.execute(sql).fetchone())
        return Till(bytes(row[0]), from_microseconds(row[1]), _instant(row[2]))

    async def mark_reconciled(self, at: datetime) -> None:
        """The journal holds all that Telegram lists of the time before."""
        instant = to_microseconds(at)
        await self._core.write(lambda journal: journal.execute("UPDATE till SET reconciled_at = ?", (instant,)))

    # --- orders -----------------------------------------------------------------------------------------------------
    async def place_order(self, user_id: int, offer: Offer, lasts: timedelta, *, request_id: str) -> Order:
        """Journal an order; the one that it was before for a request that comes again."""
        now = self._core.clock()
        values = (
            *(request_id, user_id, offer.package, offer.stars, offer.seconds, offer.plan),
            *(to_microseconds(now), to_microseconds(now + lasts)),
        )

        def work(journal: Journal) -> Order:
            journal.execute(
                "INSERT OR IGNORE INTO orders (request_id, user_id, package, stars, seconds, plan, ordered_at,"
                f" expires_at) VALUES ({places(values)})",
                values,
            )
            sql = f"SELECT {_ORDER} FROM orders WHERE request_id = ?"
            return _order(journal.execute(sql, (request_id,)).fetchone())

        return await self._core.write(work)

    async def find_order(self, order_id: int | None) -> Order | None:
        """One by its number."""
        return await self._core.read(lambda journal: _find_order(journal, order_id))

    # --- payments ---------------------------------------------------------------------------------------------------
    async def credit(
        self, paid: Paid, order_id: int | None, judge: Judge, until: Until, *, key: JobKey | None = None
    ) -> Payment | None:
        """Credit what was paid for an order, or journal that it is to be given back; None where it was known before.

        `key` is the message that told of it, which is dismissed.
        """
        now, tag = self._core.clock(), self._core.tag(paid.user_id)
        day = self._core.balances.day(now)

        def work(journal: Journal) -> Credited | None:
            if key is not None:
                decide(journal, key, "dismissed")
            if _find(journal, paid.charge_id) is not None:
                return None
            order = _find_order(journal, order_id)
            fault = judge(order)
            if fault is None and order is not None:
                return _credit(journal, paid, order, until(order), Entry(EntryKind.PURCHASE, paid.user_id, now, day))
            sent = Sent(paid.user_id, key or JobKey(paid.user_id, 0), paid.paid_at)
            return _return(journal, paid, fault or Fault.UNKNOWN, now, is_nobodys=is_forgotten(journal, tag, sent))

        credited = await self._core.write(work, self._book)
        return None if credited is None else credited.payment

    async def begin_refund(self, charge_id: str, reason: Fault, *, made_by: int | None = None) -> Payment | None:
        """Journal that a payment is to be given back, and take back what of it is not used; None where it was before.

        Of seconds that are set aside for a recording, what it does not use is taken back when it is settled.
        """
        now = self._core.clock()

        def work(journal: Journal) -> Credited | None:
            return _undo(journal, self._entry(journal, charge_id, now, made_by), reason, PaymentState.REFUNDING, now)

        done = await self._hold(charge_id)
        made = await self._core.write(work, done, done)
        return None if made is None else made.payment

    async def record_refund(self, paid: Paid, *, key: JobKey | None = None) -> bool:
        """A payment was given back, here or elsewhere: take back what of it is not used, unless that was done.

        A payment that is not known yet will not be credited when it comes. False where nothing changed.
        """
        now, tag = self._core.clock(), self._core.tag(paid.user_id)
        sent = Sent(paid.user_id, key or JobKey(paid.user_id, 0), paid.paid_at)

        def work(journal: Journal) -> Credited | None:
            if key is not None:
                decide(journal, key, "dismissed")
            known = _find(journal, paid.charge_id)
            if known is None:
                user_id = NOBODY if is_forgotten(journal, tag, sent) else paid.user_id
                _insert(journal, paid, user_id, PaymentState.REFUNDED, now, reason=Fault.ELSEWHERE)
                return Credited(_found(journal, paid.charge_id))
            if known.state is PaymentState.REFUNDING:
                _confirm(journal, paid.charge_id, now)
                return Credited(_found(journal, paid.charge_id))
            entry = self._entry(journal, paid.charge_id, now, None)
            return _undo(journal, entry, Fault.ELSEWHERE, PaymentState.REFUNDED, now)

        done = await self._hold(paid.charge_id)
        return await self._core.write(work, done, done) is not None

    async def _hold(self, charge_id: str) -> Callable[..., None]:
        """Have no recording accepted on what a payment bought until what this gives is called: it is taken back then,
        or it is not."""
        known = await self.find(charge_id)
        is_credited = known is not None and known.state is PaymentState.CREDITED
        user_id, seconds = (known.user_id, known.seconds) if known is not None and is_credited else (NOBODY, 0)
        self._core.balances.hold(user_id, seconds)

        def done(made: Credited | None = None) -> None:
            self._core.balances.hold(user_id, -seconds)
            self._book(made)

        return done

    async def end_refund(self, charge_id: str) -> bool:
        """Telegram has given the Stars back. False when that is known."""
        now = self._core.clock()
        return await self._core.write(lambda journal: _confirm(journal, charge_id, now))

    async def note_renewal(self, order: Order, renewal: Renewal) -> None:
        """Telegram has told what comes after the month that a subscription is paid for."""
        now = self._core.clock()
        blank = Entry(EntryKind.SETTING, order.user_id, now, self._core.balances.day(now))
        word = None if renewal is Renewal.ITSELF else renewal.value

        def work(journal: Journal) -> list[Entry]:
            journal.execute("UPDATE orders SET renewal = ? WHERE order_id = ?", (word, order.order_id))
            entries = changed_renewal(journal, word, blank) if has_plan(journal, order) else []
            if entries:
                journal.append(*entries)
            return entries

        await self._core.write(work, lambda entries: self._core.count(*entries))

    async def mark_payment_told(self, charge_id: str, notice: Notice) -> None:
        """The user knows, or can't be told."""
        await self._core.write(
            lambda journal: journal.execute(
                "UPDATE payments SET notice = NULL WHERE charge_id = ? AND notice = ?", (charge_id, notice)
            )
        )

    # --- questions --------------------------------------------------------------------------------------------------
    async def find(self, charge_id: str) -> Payment | None:
        """One by its charge id."""
        return await self._core.read(lambda journal: _find(journal, charge_id))

    async def to_do(self) -> list[Payment]:
        """Those that are to be told of, or given back, the oldest first."""
        sql = f"SELECT {_PAYMENT} FROM payments WHERE state = 'refunding' OR notice IS NOT NULL ORDER BY paid_at"
        return [_payment(row) for row in await self._core.read(lambda journal: journal.execute(sql).fetchall())]

    async def latest(self, limit: int, user_id: int | None = None) -> list[Payment]:
        """The latest, of everybody or of one user, newest first."""
        sql = f"SELECT {_PAYMENT} FROM payments WHERE ? IS NULL OR user_id = ? ORDER BY paid_at DESC, charge_id LIMIT ?"
        values = (user_id, user_id, limit)
        return [_payment(row) for row in await self._core.read(lambda journal: journal.execute(sql, values).fetchall())]

    async def states(self, charge_ids: Collection[str]) -> dict[str, PaymentState]:
        """What became of each of these that is known."""
        sql = "SELECT state FROM payments WHERE charge_id = ?"

        def work(journal: Journal) -> dict[str, PaymentState]:
            rows = ((each, journal.execute(sql, (each,)).fetchone()) for each in charge_ids)
            return {each: PaymentState(row[0]) for each, row in rows if row is not None}

        return await self._core.read(work)

    def _book(self, made: Credited | None) -> None:
        if made is not None:
            self._core.count(*made.entries)
            self.due.set()

    def _entry(self, journal: Journal, charge_id: str, now: datetime, made_by: int | None) -> Entry:
        """What takes a payment back, but for the seconds."""
        known = _find(journal, charge_id)
        user_id = NOBODY if known is None else known.user_id
        day = self._core.balances.day(now)
        return Entry(EntryKind.TAKE_BACK, user_id, now, day, name=charge_id, value=0, made_by=made_by)


def _credit(journal: Journal, paid: Paid, order: Order, until: datetime | None, blank: Entry) -> Credited:
    offer, now = order.offer, blank.at
    journal.execute(
        "UPDATE orders SET paid_at = max(coalesce(paid_at, 0), ?) WHERE order_id = ?",
        (to_microseconds(paid.paid_at), order.order_id),
    )
    _insert(journal, paid, paid.user_id, PaymentState.CREDITED, now, offer=offer, until=until)
    entries = [
        Entry(
            blank.kind,
            *(blank.user_id, now, blank.quota_day),
            extra_seconds=offer.seconds,
            name=paid.charge_id,
            value=paid.stars,
        )
    ]
    if offer.plan is not None and until is not None:
        value = subscription_value(offer.plan, until)
        setting = Entry(EntryKind.SETTING, paid.user_id, now, blank.quota_day, name=SUBSCRIPTION, value=value)
        entries += [setting, *changed_renewal(journal, renewal_of(journal, order, paid), setting)]
    journal.append(*entries)
    return Credited(_found(journal, paid.charge_id), entries)


def _return(journal: Journal, paid: Paid, fault: Fault, now: datetime, *, is_nobodys: bool) -> Credited:
    user_id = NOBODY if is_nobodys else paid.user_id
    notice = None if is_nobodys else Notice.RETURNED
    _insert(journal, paid, user_id, PaymentState.REFUNDING, now, reason=fault, notice=notice)
    return Credited(_found(journal, paid.charge_id))


def _undo(journal: Journal, entry: Entry, reason: Fault, state: PaymentState, now: datetime) -> Credited | None:
    """Take back what is left of a credited payment; None for one that is not credited, or not any more."""
    payment = _find(journal, str(entry.name))
    if payment is None or payment.state is not PaymentState.CREDITED:
        return None
    entries = _taking_back(journal, payment, entry)
    taken = -entries[0].extra_seconds
    is_refunding, is_nobodys = state is PaymentState.REFUNDING, payment.user_id == NOBODY
    journal.execute(
        "UPDATE payments SET state = ?, reason = ?, taken_back = ?, changed_at = ?, refund_to = ?, notice = ?"
        " WHERE charge_id = ?",
        (
            *(state, reason, taken, to_microseconds(now), payment.user_id if is_refunding else None),
            None if is_nobodys else Notice.RETURNED,
            payment.charge_id,
        ),
    )
    journal.append(*entries)
    undone = _found(journal, payment.charge_id)
    if not is_nobodys:
        await_recordings(journal, undone)
    return Credited(undone, entries)


def _taking_back(journal: Journal, payment: Payment, entry: Entry) -> list[Entry]:
    left = 0
    if payment.user_id != NOBODY:
        sql = "SELECT coalesce(sum(extra_seconds), 0) FROM entries WHERE user_id = ?"
        left = max(0, int(journal.execute(sql, (payment.user_id,)).fetchone()[0]))
    seconds = min(payment.seconds, left)
    taken = Entry(
        *(entry.kind, payment.user_id, entry.at, entry.quota_day),
        extra_seconds=-seconds,
        name=payment.charge_id,
        value=payment.stars,
        made_by=entry.made_by,
    )
    ended = ending(journal, payment, entry)
    return [taken] if ended is None else [taken, ended]


def _insert(
    journal: Journal,
    paid: Paid,
    user_id: int,
    state: PaymentState,
    now: datetime,
    *,
    offer: Offer | None = None,
    until: datetime | None = None,
    reason: Fault | None = None,
    notice: Notice | None = None,
) -> None:
    is_credited = state is PaymentState.CREDITED
    values = (
        *(paid.charge_id, user_id, offer and offer.package, paid.stars, offer.seconds if offer else 0, 0),
        *(offer and offer.plan, None if until is None else to_microseconds(until), to_microseconds(paid.paid_at)),
        *(state, reason, paid.user_id if state is PaymentState.REFUNDING else None),
        *(Notice.RECEIPT if is_credited else notice, to_microseconds(now)),
    )
    journal.execute(f"INSERT INTO payments ({_PAYMENT}, changed_at) VALUES ({places(values)})", values)


def _confirm(journal: Journal, charge_id: str, now: datetime) -> bool:
    confirmed = journal.execute(
        "UPDATE payments SET state = 'refunded', refund_to = NULL, changed_at = ?"
        " WHERE charge_id = ? AND state = 'refunding'",
        (to_microseconds(now), charge_id),
    )
    return confirmed.rowcount == 1


def _find_order(journal: Journal, order_id: int | None) -> Order | None:
    row = journal.execute(f"SELECT {_ORDER} FROM orders WHERE order_id = ?", (order_id,)).fetchone()
    return None if row is None else _order(row)


def _find(journal: Journal, charge_id: str) -> Payment | None:
    row = journal.execute(f"SELECT {_PAYMENT} FROM payments WHERE charge_id = ?", (charge_id,)).fetchone()
    return None if row is None else _payment(row)


def _found(journal: Journal, charge_id: str) -> Payment:
    payment = _find(journal, charge_id)
    assert payment is not None
    return payment


def _order(row: Sequence[Any]) -> Order:
    return Order(
        order_id=row[0],
        user_id=row[1],
        offer=Offer(package=row[2], stars=row[3], seconds=row[4], plan=row[5]),
        expires_at=from_microseconds(row[6]),
        paid_at=_instant(row[7]),
    )


def _payment(row: Sequence[Any]) -> Payment:
    return Payment(
        charge_id=row[0],
        user_id=row[1],
        package=row[2],
        stars=row[3],
        seconds=row[4],
        taken_back=row[5],
        plan=row[6],
        until=_instant(row[7]),
        paid_at=from_microseconds(row[8]).astimezone(UTC),
        state=PaymentState(row[9]),
        reason=None if row[10] is None else Fault(row[10]),
        refund_to=row[11],
        notice=None if row[12] is None else Notice(row[12]),
    )


def _instant(stored: int | None) -> datetime | None:
    return None if stored is None else from_microseconds(stored)
