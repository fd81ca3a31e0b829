"""Settling on a real store: Telegram refuses for a while, lists late, or is away, and each thing is done once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.waiting import until
from voicepipe.accounts.payments import payload_of
from voicepipe.accounts.preferences import Preferences
from voicepipe.config import Config, PaymentsConfig
from voicepipe.config.live import LiveConfig
from voicepipe.config.payments import PackageConfig
from voicepipe.conversation.payments import settling
from voicepipe.conversation.payments.cashier import Cashier
from voicepipe.conversation.payments.settling import Settling
from voicepipe.conversation.payments.wording import PaymentWords
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import ServiceMessage
from voicepipe.domain.payments import CURRENCY, Checkout, Fault, Invoice, Offer, Paid, PaymentState
from voicepipe.domain.people import Person
from voicepipe.errors import Undeliverable
from voicepipe.events import Event, Events, PaymentsReconciled, RefundDelayed, UpdateUnread
from voicepipe.metrics import Metrics
from voicepipe.store import Store

ANNA = 7
HOUR = Offer(package="hour", stars=50, seconds=3600)
SOLD = Config(payments=PaymentsConfig(packages={"hour": PackageConfig(stars=50, seconds=3600)}))


class Telegram:
    """Deals in Stars as it is told to."""

    def __init__(self) -> None:
        self.refusals = 0
        """How often it refuses to give back."""
        self.given_back: list[tuple[int, str]] = []
        self.listed: list[list[Paid]] = []
        """Pages of transactions, the latest first."""
        self.is_away = False
        self.answers: list[tuple[int, str]] = []
        self.forgotten: list[int] = []
        self.said: list[tuple[int, str, str]] = []

    async def give_back(self, user_id: int, charge_id: str) -> None:
        if self.refusals:
            self.refusals -= 1
            raise Undeliverable("CHARGE_PENDING")
        self.given_back.append((user_id, charge_id))

    async def end_subscription(self, user_id: int, charge_id: str) -> None:
        raise AssertionError("nothing is subscribed to")

    async def payer_of(self, charge_id: str) -> int | None:
        return ANNA

    async def transactions(self) -> AsyncIterator[Sequence[Paid]]:
        if self.is_away:
            raise Undeliverable("TIMEOUT")
        for page in self.listed:
            yield page

    async def answer_checkout(self, query_id: int, error: str) -> None:
        self.answers.append((query_id, error))

    async def invoice_link(self, invoice: Invoice) -> str:
        raise AssertionError("nothing is subscribed to")

    async def forget_peer(self, user_id: int) -> None:
        self.forgotten.append(user_id)

    async def say_to(self, user_id: int, key: JobKey, purpose: str, reply: Reply) -> None:
        self.said.append((user_id, purpose, reply.text))


class Shop:
    """A store with a cashier and a settling, as the service has them."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store, self.telegram, self.events = store, Telegram(), list[Event]()
        events, live = Events(), LiveConfig(config)
        events.subscribe(self.events.append)
        preferences = Preferences(store.accounts, lambda: live.preferences)
        words = PaymentWords(Texts(lambda: "ru"), preferences, store.people, live)
        self.cashier = Cashier(store, self.telegram, live=live, words=words, events=events)
        self.settling = Settling(
            self.cashier,
            store,
            self.telegram,
            self.telegram,
            live=live,
            events=events,
            forget_peer=self.telegram.forget_peer,
        )

    async def paid(self, charge_id: str, *, is_refund: bool = False, user_id: int = ANNA) -> Paid:
        order = await self.store.payments.place_order(ANNA, HOUR, timedelta(hours=1), request_id=f"order-{charge_id}")
        key = (await self.store.payments.till()).signing_key
        return Paid(
            charge_id=charge_id,
            user_id=user_id,
            payload=payload_of(order, key),
            currency=CURRENCY,
            stars=50,
            paid_at=datetime.now(UTC) + timedelta(seconds=2),
            is_refund=is_refund,
        )

    async def state(self, charge_id: str) -> PaymentState | None:
        return (await self.store.payments.states({charge_id})).get(charge_id)

    async def settled(self, charge_id: str, state: PaymentState) -> None:
        async with asyncio.timeout(30):
            # The store's thread sets no event.
            while await self.state(charge_id) is not state or await self.store.payments.to_do():  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "state", SOLD.quota)
    yield opened
    await opened.close()


@pytest.fixture
async def shop(store: Store) -> AsyncIterator[Shop]:
    made = Shop(store, SOLD)
    yield made
    await made.settling.stop(0)


async def test_what_telegram_refuses_to_give_back_is_asked_for_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "FIRST_PAUSE_SECONDS", 0.05)
    await shop.cashier.book(await shop.paid("c1"))
    await shop.store.payments.begin_refund("c1", Fault.ASKED)
    shop.telegram.refusals = 2
    await shop.settling.start()
    await shop.settled("c1", PaymentState.REFUNDED)
    assert shop.telegram.given_back == [(ANNA, "c1")]
    assert [event for event in shop.events if isinstance(event, RefundDelayed)] == [
        RefundDelayed("CHARGE_PENDING", 1),
        RefundDelayed("CHARGE_PENDING", 2),
    ]
    ((user_id, purpose, _),) = shop.telegram.said
    assert (user_id, purpose) == (ANNA, "returned c1")


async def test_who_was_forgotten_gets_it_back_and_is_forgotten_again(shop: Shop) -> None:
    await shop.cashier.book(await shop.paid("c1"))
    await shop.store.forgetting.forget(ANNA)
    await shop.store.payments.begin_refund("c1", Fault.ASKED)
    await shop.settling.start()
    await shop.settled("c1", PaymentState.REFUNDED)
    assert shop.telegram.given_back == [(ANNA, "c1")]
    assert shop.telegram.forgotten == [ANNA]
    assert shop.telegram.said == []


async def test_what_telegram_lists_and_the_journal_lacks_is_booked_once(shop: Shop) -> None:
    known, missed = await shop.paid("known"), await shop.paid("missed")
    back = await shop.paid("known", is_refund=True)
    await shop.cashier.book(known)
    shop.telegram.listed = [[back, missed], [], [known]]
    await shop.settling.start()
    await shop.settled("missed", PaymentState.CREDITED)
    await shop.settled("known", PaymentState.REFUNDED)
    assert PaymentsReconciled(2) in shop.events
    assert shop.store.accounts.balance(ANNA).extra_left_seconds == 3600
    assert (await shop.store.payments.till()).reconciled_at is not None
    assert await shop.store.reports.check() == []


async def test_what_was_paid_before_the_journal_began_is_none_of_its_business(shop: Shop) -> None:
    since = (await shop.store.payments.till()).since
    old = Paid(charge_id="old", user_id=ANNA, payload=b"x", currency=CURRENCY, stars=1, paid_at=since - timedelta(1))
    shop.telegram.listed = [[old], [await shop.paid("beyond")]]
    await shop.settling.start()
    await until(lambda: PaymentsReconciled(0) in shop.events)
    assert await shop.state("old") is await shop.state("beyond") is None


async def test_a_telegram_that_is_away_is_asked_later(shop: Shop) -> None:
    shop.telegram.is_away = True
    await shop.settling.start()
    await until(lambda: bool(shop.events))
    assert (await shop.store.payments.till()).reconciled_at is None


async def test_nobody_who_is_banned_may_pay(shop: Shop) -> None:
    paid = await shop.paid("c1")
    checkout = Checkout(query_id=1, user_id=ANNA, payload=paid.payload, currency=CURRENCY, stars=50)
    await shop.cashier.check_out(checkout)
    await shop.store.accounts.set_banned(ANNA, True, request_id="ban-anna")
    await shop.cashier.check_out(checkout)
    assert [(number, bool(error)) for number, error in shop.telegram.answers] == [(1, False), (1, True)]


async def test_where_nothing_is_sold_payments_are_another_program_s(store: Store) -> None:
    shop = Shop(store, Config())
    paid = Paid(charge_id="c1", user_id=ANNA, payload=b"1.x", currency=CURRENCY, stars=5, paid_at=datetime.now(UTC))
    await shop.cashier.check_out(Checkout(query_id=1, user_id=ANNA, payload=b"1.x", currency=CURRENCY, stars=5))
    await shop.cashier.take(
        ServiceMessage(
            key=JobKey(ANNA, 3),
            person=Person(ANNA, None, None),
            is_private=True,
            kind="PaymentSentMe",
            sent_at=paid.paid_at,
            paid=paid,
        )
    )
    assert shop.events == [UpdateUnread("UpdateBotPrecheckoutQuery"), UpdateUnread("PaymentSentMe")]
    assert shop.telegram.answers == []
    assert await shop.state("c1") is None


async def test_what_becomes_of_orders_and_payments_is_counted_once(shop: Shop) -> None:
    await shop.cashier.order(ANNA, "hour", "ru", request_id="press-1")
    paid = await shop.paid("c1")
    checkout = Checkout(query_id=1, user_id=ANNA, payload=paid.payload, currency=CURRENCY, stars=50)
    await shop.cashier.check_out(checkout)
    for _ in range(2):
        await shop.cashier.book(paid)
    await shop.cashier.check_out(checkout)
    await shop.cashier.book(replace(paid, charge_id="c2"))  # the same order, paid twice
    await shop.settling.start()
    await shop.settled("c2", PaymentState.REFUNDED)
    # Telegram tells of it, too.
    await shop.cashier.book(replace(paid, charge_id="c2", is_refund=True))
    metrics = Metrics()
    for event in shop.events:
        metrics.fold(event)
    counted = {
        (sample.name, *dict(sample.labels).values()): sample.value for _, row in metrics.read() for sample in row
    }
    assert counted["voicepipe_orders_total",] == 1
    assert counted["voicepipe_checkouts_total", "allowed"] == counted["voicepipe_checkouts_total", "doubled"] == 1
    for outcome in ("credited", "doubled", "refunded"):
        assert counted["voicepipe_payments_total", outcome] == 1
        assert counted["voicepipe_payment_stars_total", outcome] == 50


async def test_how_long_a_refund_waits_is_told_until_it_is_made(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "FIRST_PAUSE_SECONDS", 0.5)
    assert shop.settling.refund_waits_seconds == 0
    shop.telegram.refusals = 1
    await shop.cashier.book(await shop.paid("c1"))
    await shop.store.payments.begin_refund("c1", Fault.ASKED)
    await shop.settling.start()
    await until(lambda: bool(shop.settling.refund_waits_seconds), 30)
    await shop.settled("c1", PaymentState.REFUNDED)
    assert shop.settling.refund_waits_seconds == 0
