"""The cashier: takes orders, tells Telegram whether somebody may pay, and books what was paid.

What is paid is credited, or journaled to be given back, in one transaction; what follows of it, a receipt or giving
back, is `Settling`'s. Lives in the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from voicepipe.accounts.payments import fault_after, fault_before, is_orders, order_number, paid_until, payload_of
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.payments.wording import PaymentWords, offers
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import ServiceMessage
from voicepipe.domain.payments import (
    Checkout,
    Fault,
    Invoice,
    Notice,
    Offer,
    Order,
    Paid,
    Payment,
    PaymentState,
    RenewalChange,
)
from voicepipe.domain.quota import Balance, Renewal
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, CheckoutAnswered, Events, OrderBegun, PaymentBooked, UpdateUnread
from voicepipe.store.books.payments import Judge, Till, Until
from voicepipe.store.store import utc_now

T = TypeVar("T")
ANSWER_SECONDS = 9.0
"""Telegram waits for 10 s, and then lets nobody pay."""
HISTORY_ROWS = 20


class Book(Protocol):
    """Of the store: orders and payments."""

    due: asyncio.Event
    """Set when something is to be told, or given back."""

    async def till(self) -> Till: ...
    async def place_order(self, user_id: int, offer: Offer, lasts: timedelta, *, request_id: str) -> Order: ...
    async def find_order(self, order_id: int | None) -> Order | None: ...
    async def credit(
        self, paid: Paid, order_id: int | None, judge: Judge, until: Until, *, key: JobKey | None = None
    ) -> Payment | None: ...
    async def record_refund(self, paid: Paid, *, key: JobKey | None = None) -> bool: ...
    async def end_refund(self, charge_id: str) -> bool: ...
    async def note_renewal(self, order: Order, renewal: Renewal) -> None: ...
    async def mark_payment_told(self, charge_id: str, notice: Notice) -> None: ...
    async def mark_reconciled(self, at: datetime) -> None: ...
    async def to_do(self) -> list[Payment]: ...
    async def latest(self, limit: int, user_id: int | None = None) -> list[Payment]: ...
    async def states(self, charge_ids: Collection[str]) -> dict[str, PaymentState]: ...


class Accounts(Protocol):
    """Of the store: what users may use."""

    def balance(self, user_id: int) -> Balance: ...
    def is_paused(self) -> bool: ...


class InboxBook(Protocol):
    """Of the store: messages that were received."""

    async def dismiss(self, key: JobKey) -> None: ...


class Books(Protocol):
    """The store, as far as payments need it. What can't be done raises StoreError."""

    @property
    def payments(self) -> Book: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def inbox(self) -> InboxBook: ...
    async def persist(self, change: Callable[[], Awaitable[T]]) -> T: ...


class Answering(Protocol):
    """The messenger, as far as it answers who is about to pay."""

    async def answer_checkout(self, query_id: int, error: str) -> None:
        """Let somebody pay, or tell them why not. Raises Undeliverable."""

    async def invoice_link(self, invoice: Invoice) -> str:
        """Where an invoice is paid. Raises Undeliverable."""
        ...


class Cashier:
    """Decides about orders and payments."""

    def __init__(
        self,
        store: Books,
        counter: Answering,
        *,
        live: LiveConfig,
        words: PaymentWords,
        events: Events,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._counter = counter
        self._live = live
        self._events = events
        self._clock = clock
        self.words = words

    # --- orders -----------------------------------------------------------------------------------------------------
    def offers(self) -> Mapping[str, Offer]:
        """What is sold, by the names of the packages."""
        return offers(self._live.payments)

    async def order(self, user_id: int, package: str, language: str, *, request_id: str) -> Invoice | None:
        """An invoice for a package, the same one for the same request; None where it is not sold."""
        offer = self.offers().get(package)
        if offer is None:
            return None
        lasts = timedelta(minutes=self._live.payments.order_minutes)
        order = await self._store.persist(
            lambda: self._store.payments.place_order(user_id, offer, lasts, request_id=request_id)
        )
        self._events.emit(OrderBegun())
        return self.words.invoice(language, offer, payload_of(order, await self._key()))

    async def link(self, invoice: Invoice) -> str:
        """Where an invoice is paid: that of a subscription can't be a message. Raises Undeliverable."""
        return await self._counter.invoice_link(invoice)

    async def history(self, user_id: int) -> Sequence[Payment]:
        """A user's latest payments, newest first."""
        return await self._store.payments.latest(HISTORY_ROWS, user_id)

    # --- what comes in ----------------------------------------------------------------------------------------------
    async def check_out(self, checkout: Checkout) -> None:
        """Tell Telegram whether somebody may pay. It forgets the question soon, and nothing is lost by that."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._answer(checkout)
        except (Undeliverable, TimeoutError) as error:
            self._events.emit(BackgroundError("checkout", getattr(error, "cause", type(error).__name__)))

    async def _answer(self, checkout: Checkout) -> None:
        order = await self._store.payments.find_order(order_number(checkout.payload))
        if order is None and not self._live.payments.is_open:
            self._events.emit(UpdateUnread("UpdateBotPrecheckoutQuery"))  # nothing is sold here
            return
        now = self._clock()
        paid = Paid(
            charge_id="",
            user_id=checkout.user_id,
            payload=checkout.payload,
            currency=checkout.currency,
            stars=checkout.stars,
            paid_at=now,
        )
        fault = fault_before(order, paid, await self._key(), now, self.offers()) or self._obstacle(checkout.user_id)
        await self._counter.answer_checkout(checkout.query_id, "" if fault is None else self._why(checkout, fault))
        self._events.emit(CheckoutAnswered(fault or "allowed"))

    def _obstacle(self, user_id: int) -> Fault | None:
        """Nobody shall pay for what they can't use."""
        accounts = self._store.accounts
        return Fault.NOT_NOW if accounts.balance(user_id).is_banned or accounts.is_paused() else None

    def _why(self, checkout: Checkout, fault: Fault) -> str:
        language = self.words.language_of(checkout.user_id)
        return self.words.text(language, "buy-fault", fault=fault.replace("_", "-"))

    async def take(self, message: ServiceMessage) -> None:
        """Book what a message tells of, and dismiss it."""
        assert message.paid is not None
        if not message.paid.is_refund and await self._is_nobodys(message.paid):
            self._events.emit(UpdateUnread(message.kind))
            await self._store.persist(lambda: self._store.inbox.dismiss(message.key))
        else:
            await self.book(message.paid, key=message.key)

    async def _is_nobodys(self, paid: Paid) -> bool:
        """Whether it was paid to another program: nothing is sold here, and there was no such order."""
        if self._live.payments.is_open:
            return False
        return await self._store.payments.find_order(order_number(paid.payload)) is None

    async def book(self, paid: Paid, *, key: JobKey | None = None) -> None:
        """Credit what was paid, have it given back, or take back what was given back; known before, nothing happens."""
        key_of_till = await self._key()
        book = self._store.payments
        if paid.is_refund:
            if await self._store.persist(lambda: book.record_refund(paid, key=key)):
                self._tell("refunded", paid)
            return
        payment = await self._store.persist(
            lambda: book.credit(
                paid,
                order_number(paid.payload),
                lambda order: fault_after(order, paid, key_of_till),
                lambda order: paid_until(order, paid),
                key=key,
            )
        )
        if payment is not None:
            self._tell(payment.reason or payment.state, paid)

    async def note_renewal(self, change: RenewalChange) -> None:
        """Remember what comes after the month that a subscription is paid for. Raises StoreError."""
        order = await self._store.payments.find_order(order_number(change.payload))
        if order is None or order.offer.plan is None or not is_orders(order, change, await self._key()):
            self._events.emit(UpdateUnread("UpdateBotStarsSubscription"))
            return
        await self._store.payments.note_renewal(order, change.renewal)

    def _tell(self, outcome: str, paid: Paid) -> None:
        self._events.emit(PaymentBooked(outcome, paid.stars))

    async def _key(self) -> bytes:
        return (await self._store.payments.till()).signing_key
