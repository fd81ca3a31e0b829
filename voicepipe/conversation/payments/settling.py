"""Settling: what follows of payments. Receipts are said, Stars given back, and the books compared with Telegram's.

What is to be done stands in the journal until it is done, so a kill between any two steps leaves it for the next life;
each step stands being done again: a receipt carries the charge in its random id, and Telegram gives a charge back
once. One background task.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NoReturn, Protocol

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.payments.cashier import Books, Cashier
from voicepipe.conversation.replies import Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.payments import Paid, Payment, PaymentState
from voicepipe.errors import StoreError, Undeliverable
from voicepipe.events import BackgroundError, Events, PaymentBooked, PaymentsReconciled, RefundDelayed
from voicepipe.store.entries import NOBODY
from voicepipe.store.store import utc_now
from voicepipe.supervision import Crew

FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 3600.0
"""How long Telegram is left alone that gives a charge not back."""
RECONCILED_EVERY = timedelta(days=1)
OVERLAP = timedelta(days=2)
"""How much of what was compared before is compared again: Telegram may list something late."""


class Counter(Protocol):
    """Telegram, as far as it deals in Stars. What it refuses raises Undeliverable."""

    async def give_back(self, user_id: int, charge_id: str) -> None:
        """Harmless when it was given back before."""

    async def end_subscription(self, user_id: int, charge_id: str) -> None:
        """Take no more for further months."""

    async def payer_of(self, charge_id: str) -> int | None:
        """Who has paid a charge."""

    def transactions(self) -> AsyncIterator[Sequence[Paid]]:
        """What was paid to the bot and paid back, the latest first."""
        ...


class Voice(Protocol):
    """Says something to one person in private."""

    async def say_to(self, user_id: int, key: JobKey, purpose: str, reply: Reply) -> None:
        """To say again what was said for the same key and purpose is harmless. Raises Undeliverable."""


class Settling:
    """Does what payments leave to do. A Part."""

    def __init__(
        self,
        cashier: Cashier,
        store: Books,
        counter: Counter,
        voice: Voice,
        *,
        live: LiveConfig,
        events: Events,
        forget_peer: Callable[[int], Awaitable[None]],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`forget_peer` deletes somebody from where the messenger keeps whom it has met."""
        self._forget_peer = forget_peer
        self._cashier = cashier
        self._store = store
        self._counter = counter
        self._voice = voice
        self._live = live
        self._events = events
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._next_try: dict[str, float] = {}
        self._failing_since: dict[str, float] = {}
        self._compare_at = clock()
        self._crew = Crew()

    async def start(self) -> None:
        """Go on with what an earlier life has left, compare the books, and wait for more."""
        self._crew.spawn(self._settle_all(), "payments")

    async def stop(self, timeout_seconds: float) -> None:
        """End at once, whatever the time: the next life goes on."""
        await self._crew.stop()

    async def wait_failed(self) -> NoReturn:
        await self._crew.wait_failed()

    async def _settle_all(self) -> NoReturn:
        while True:
            self._store.payments.due.clear()
            try:
                for payment in await self._store.payments.to_do():
                    await self._settle(payment)
                if self._live.payments.is_open and self._clock() >= self._compare_at:
                    await self._compare()
            except StoreError as error:
                self._events.emit(BackgroundError("payments", type(error).__name__))
            with suppress(TimeoutError):
                async with asyncio.timeout(FIRST_PAUSE_SECONDS):
                    await self._store.payments.due.wait()

    @property
    def refund_waits_seconds(self) -> float:
        """For how long Telegram has not given back a charge that it is asked to, in this life; the longest; 0: none."""
        return time.monotonic() - min(self._failing_since.values()) if self._failing_since else 0.0

    # --- one payment ------------------------------------------------------------------------------------------------
    async def _settle(self, payment: Payment) -> None:
        if payment.state is PaymentState.REFUNDING and not await self._give_back(payment):
            return
        if payment.notice is not None:
            await self._tell(payment)

    async def _give_back(self, payment: Payment) -> bool:
        """Whether Telegram has given the Stars back; if not, it is tried again later."""
        charge = payment.charge_id
        if time.monotonic() < self._next_try.get(charge, 0.0):
            return False
        try:
            await self._return_to_payer(payment)
        except Undeliverable as error:
            self._failing_since.setdefault(charge, time.monotonic())
            failures = self._failures[charge] = self._failures.get(charge, 0) + 1
            pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** (failures - 1))
            self._next_try[charge] = time.monotonic() + pause
            self._events.emit(RefundDelayed(error.cause, failures))
            return False
        if await self._store.persist(partial(self._store.payments.end_refund, charge)):
            self._events.emit(PaymentBooked("refunded", payment.stars))
        self._failing_since.pop(charge, None)
        return True

    async def _return_to_payer(self, payment: Payment) -> None:
        user_id = payment.refund_to or await self._counter.payer_of(payment.charge_id)
        if user_id is None:
            raise Undeliverable("CHARGE_ID_UNKNOWN")
        await self._counter.give_back(user_id, payment.charge_id)
        if payment.plan is not None:
            with suppress(Undeliverable):  # it may have been ended by who pays for it
                await self._counter.end_subscription(user_id, payment.charge_id)
        if payment.user_id == NOBODY:  # to give it back, the messenger had to meet them again
            await self._forget_peer(user_id)

    async def _tell(self, payment: Payment) -> None:
        notice, user_id = payment.notice, payment.user_id
        assert notice is not None
        reply = self._cashier.words.notice(payment, self._store.accounts.balance(user_id).extra_left_seconds)
        purpose = f"{notice} {payment.charge_id}"
        try:
            await self._voice.say_to(user_id, JobKey(user_id, 0), purpose, reply)
        except Undeliverable as error:
            self._events.emit(BackgroundError("tell of a payment", error.cause))
        await self._store.persist(lambda: self._store.payments.mark_payment_told(payment.charge_id, notice))

    # --- the books --------------------------------------------------------------------------------------------------
    async def _compare(self) -> None:
        """Book what Telegram lists and the journal lacks. Raises StoreError; what can't be asked now is asked later."""
        begun_at = self._clock()
        till = await self._store.payments.till()
        since = till.since if till.reconciled_at is None else max(till.since, till.reconciled_at - OVERLAP)
        try:
            found = await self._book_since(since)
        except Undeliverable as error:
            self._events.emit(BackgroundError("compare payments", error.cause))
            self._compare_at = begun_at + timedelta(seconds=LONGEST_PAUSE_SECONDS)
            return
        await self._store.persist(lambda: self._store.payments.mark_reconciled(begun_at))
        self._events.emit(PaymentsReconciled(found))
        self._compare_at = begun_at + RECONCILED_EVERY

    async def _book_since(self, since: datetime) -> int:
        """How many payments were missing. Raises Undeliverable."""
        found = 0
        async for page in self._counter.transactions():
            found += await self._book_missing([paid for paid in page if paid.paid_at >= since])
            if page and page[-1].paid_at < since:
                break
        return found

    async def _book_missing(self, page: Sequence[Paid]) -> int:
        states = await self._store.payments.states({paid.charge_id for paid in page})
        missing = [paid for paid in page if _is_missing(paid, states.get(paid.charge_id))]
        for paid in missing:
            await self._cashier.book(paid)
        return len(missing)


def _is_missing(paid: Paid, state: PaymentState | None) -> bool:
    """Whether the journal does not know of it."""
    return state in (None, PaymentState.CREDITED) if paid.is_refund else state is None
