"""The book of payments: each charge is credited once and taken back once, whatever comes, in whatever order."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.store.tools import Clock, Opener, job, transcript, usage
from voicepipe.accounts.payments import fault_after, order_number, paid_until, payload_of
from voicepipe.config import QuotaConfig
from voicepipe.config.quota import PlanConfig
from voicepipe.domain.jobs import Job
from voicepipe.domain.payments import CURRENCY, Fault, Notice, Offer, Order, Paid, Payment, PaymentState
from voicepipe.domain.quota import Renewal, Reservation
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.store import Store

ANNA, BORIS = 7, 8
HOUR = Offer(package="hour", stars=50, seconds=3600)
MONTH = Offer(package="month", stars=200, seconds=0, plan="pro")
LASTS = timedelta(minutes=30)
_requests = itertools.count()


async def order(store: Store, user_id: int = ANNA, offer: Offer = HOUR) -> Order:
    return await store.payments.place_order(user_id, offer, LASTS, request_id=f"press-{next(_requests)}")


async def paid(store: Store, made: Order, charge_id: str, at: datetime, user_id: int = ANNA) -> Paid:
    return Paid(
        charge_id=charge_id,
        user_id=user_id,
        payload=payload_of(made, (await store.payments.till()).signing_key),
        currency=CURRENCY,
        stars=made.offer.stars,
        paid_at=at,
    )


async def credit(store: Store, what: Paid) -> Payment | None:
    key = (await store.payments.till()).signing_key
    return await store.payments.credit(
        what,
        order_number(what.payload),
        lambda order: fault_after(order, what, key),
        lambda order: paid_until(order, what),
    )


async def kinds(store: Store, user_id: int = ANNA) -> list[tuple[str, int]]:
    return [(row.kind.value, row.extra_seconds) for row in reversed(await store.reports.history(user_id, 100))]


async def test_a_charge_is_credited_once(keeper: Store, clock: Clock) -> None:
    what = await paid(keeper, await order(keeper), "c1", clock())
    first = await credit(keeper, what)
    assert first is not None
    assert (first.seconds, first.state, first.notice) == (3600, PaymentState.CREDITED, Notice.RECEIPT)
    assert await credit(keeper, what) is None
    assert keeper.accounts.balance(ANNA).extra_left_seconds == 3600
    assert await kinds(keeper) == [("purchase", 3600)]
    assert await keeper.reports.check() == []


async def test_an_order_that_is_paid_twice_is_credited_once_and_the_other_payment_given_back(
    keeper: Store, clock: Clock
) -> None:
    made = await order(keeper)
    await credit(keeper, await paid(keeper, made, "c1", clock()))
    second = await credit(keeper, await paid(keeper, made, "c2", clock()))
    assert second is not None
    assert (second.state, second.reason, second.refund_to) == (PaymentState.REFUNDING, Fault.DOUBLED, ANNA)
    assert keeper.accounts.balance(ANNA).extra_left_seconds == 3600


async def test_the_same_request_makes_the_same_order(keeper: Store) -> None:
    orders = [await keeper.payments.place_order(ANNA, HOUR, LASTS, request_id="press-x") for _ in range(2)]
    assert orders[0] == orders[1]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"user_id": BORIS}, Fault.NOT_YOURS),
        ({"stars": 1}, Fault.WRONG_AMOUNT),
        ({"currency": "EUR"}, Fault.WRONG_AMOUNT),
        ({"payload": b"1.0000"}, Fault.UNKNOWN),
        ({"payload": b"999.0000"}, Fault.UNKNOWN),
        ({"payload": b""}, Fault.UNKNOWN),
    ],
)
async def test_what_was_not_ordered_so_is_given_back(
    keeper: Store, clock: Clock, change: dict[str, object], fault: Fault
) -> None:
    what = replace(await paid(keeper, await order(keeper), "c1", clock()), **change)  # type: ignore[arg-type]  # a change of any field
    made = await credit(keeper, what)
    assert made is not None
    assert (made.state, made.reason, made.refund_to) == (PaymentState.REFUNDING, fault, what.user_id)
    assert keeper.accounts.balance(what.user_id).extra_left_seconds == 0


async def test_what_is_paid_long_after_the_order_expired_is_given_back(keeper: Store, clock: Clock) -> None:
    what = await paid(keeper, await order(keeper), "c1", clock() + LASTS + timedelta(hours=1))
    made = await credit(keeper, what)
    assert made is not None
    assert made.reason is Fault.EXPIRED


async def test_a_refund_takes_back_what_is_not_used_and_once(keeper: Store, opener: Opener, clock: Clock) -> None:
    await credit(keeper, await paid(keeper, await order(keeper), "c1", clock()))
    begun = await keeper.payments.begin_refund("c1", Fault.ASKED, made_by=0)
    assert begun is not None
    assert (begun.taken_back, begun.refund_to) == (3600, ANNA)
    assert await keeper.payments.begin_refund("c1", Fault.ASKED) is None
    store = await opener()  # killed between the two: it is still to be done
    (left,) = await store.payments.to_do()
    assert left.charge_id == "c1"
    await store.payments.end_refund("c1")
    await store.payments.mark_payment_told("c1", Notice.RETURNED)
    assert await store.payments.to_do() == []
    assert await kinds(store) == [("purchase", 3600), ("take_back", -3600)]
    assert store.accounts.balance(ANNA).extra_left_seconds == 0
    assert await store.reports.check() == []


@pytest.mark.parametrize("order_of_coming", list(itertools.permutations(("paid", "refunded", "refunded"))))
async def test_what_telegram_tells_may_come_in_any_order(
    keeper: Store, clock: Clock, order_of_coming: Sequence[str]
) -> None:
    what = await paid(keeper, await order(keeper), "c1", clock())
    for each in order_of_coming:
        if each == "paid":
            await credit(keeper, what)
        else:
            await keeper.payments.record_refund(replace(what, is_refund=True))
    payment = await keeper.payments.find("c1")
    assert payment is not None
    assert payment.state is PaymentState.REFUNDED
    assert keeper.accounts.balance(ANNA).extra_left_seconds == 0
    assert await keeper.reports.check() == []


async def test_forgetting_keeps_what_was_paid_and_not_by_whom(keeper: Store, clock: Clock) -> None:
    await credit(keeper, await paid(keeper, await order(keeper), "c1", clock()))
    made = await order(keeper)
    await credit(keeper, await paid(keeper, made, "c2", clock()))
    await credit(keeper, await paid(keeper, made, "c3", clock()))  # to be given back still
    await keeper.forgetting.forget(ANNA)
    (first, _, third) = [await keeper.payments.find(charge) for charge in ("c1", "c2", "c3")]
    assert first is not None
    assert third is not None
    assert (first.user_id, first.stars, first.package, first.notice) == (0, 50, "hour", None)
    assert (third.user_id, third.refund_to) == (0, ANNA)
    await keeper.payments.end_refund("c3")
    begun = await keeper.payments.begin_refund("c1", Fault.ASKED)
    assert begun is not None
    assert (begun.taken_back, begun.refund_to) == (0, 0)  # Telegram knows whose it was
    assert await keeper.reports.check() == []
    # What was paid before and comes after that is given back to them, and leaves no name.
    late = await credit(keeper, await paid(keeper, made, "c4", clock() - timedelta(minutes=5)))
    assert late is not None
    assert (late.user_id, late.refund_to, late.reason, late.notice) == (0, ANNA, Fault.UNKNOWN, None)


async def test_a_subscription_is_a_plan_until_its_time(opener: Opener, clock: Clock) -> None:
    quota = QuotaConfig(plans={"pro": PlanConfig(daily_seconds=7200), "free": PlanConfig(daily_seconds=10)})
    store = await opener(quota)
    await store.accounts.set_plan(ANNA, "free", request_id="free")
    made = await order(store, offer=MONTH)
    what = await paid(store, made, "m1", clock())
    await credit(store, what)
    assert store.accounts.balance(ANNA).plan == "pro"
    assert (await opener(quota)).accounts.balance(ANNA).daily_quota_seconds == 7200
    store = await opener(quota)
    renewed = replace(what, charge_id="m2", paid_at=clock() + timedelta(days=30), is_renewal=True)
    clock.now += timedelta(days=29)
    assert store.accounts.balance(ANNA).plan == "pro"
    made_again = await credit(store, renewed)
    assert made_again is not None
    assert made_again.state is PaymentState.CREDITED
    clock.now += timedelta(days=30)
    assert store.accounts.balance(ANNA).plan == "pro"
    twice = await credit(store, replace(renewed, charge_id="m3", is_renewal=False))
    assert twice is not None
    assert twice.reason is Fault.DOUBLED
    clock.now += timedelta(days=2)
    assert store.accounts.balance(ANNA).plan == "free"


async def test_a_subscription_given_back_ends(opener: Opener, clock: Clock) -> None:
    store = await opener(QuotaConfig(plans={"pro": PlanConfig(daily_seconds=7200)}))
    await credit(store, await paid(store, await order(store, offer=MONTH), "m1", clock()))
    await store.payments.begin_refund("m1", Fault.ASKED)
    assert store.accounts.balance(ANNA).plan is None
    assert await store.reports.check() == []


async def test_another_bot_gives_nothing_back(keeper: Store, clock: Clock) -> None:
    await keeper.belong_to(1)
    before = await keeper.payments.till()
    made = await order(keeper)
    for charge in ("c1", "c2"):
        await credit(keeper, await paid(keeper, made, charge, clock()))
    await keeper.belong_to(2)
    assert await keeper.payments.to_do() == []
    assert (await keeper.payments.till()).signing_key != before.signing_key
    assert keeper.accounts.balance(ANNA).extra_left_seconds == 3600


async def bought_and_in_work(store: Store, clock: Clock, *, reserved: int) -> Job:
    """Somebody has an hour, and a recording in work that so much of it is set aside for."""
    await credit(store, await paid(store, await order(store), "c1", clock()))
    made = job(1, daily=0, extra=reserved, at=store.accounts.balance(ANNA))
    assert await store.jobs.accept(made)
    return made


async def taken_back(store: Store) -> int:
    payment = await store.payments.find("c1")
    assert payment is not None
    return payment.taken_back


@pytest.mark.parametrize("begins_again", [False, True])
async def test_what_a_recording_in_work_does_not_use_of_a_refunded_payment_is_taken_back_when_it_is_settled(
    keeper: Store, opener: Opener, clock: Clock, begins_again: bool
) -> None:
    made = await bought_and_in_work(keeper, clock, reserved=60)
    await keeper.payments.begin_refund("c1", Fault.ASKED)
    assert await taken_back(keeper) == 3540
    await credit(keeper, await paid(keeper, await order(keeper), "c2", clock()))  # what is bought later is theirs
    store = await opener() if begins_again else keeper
    for _ in range(2):
        await store.jobs.conclude(made, transcript(seconds=40), charged_seconds=40, usage=usage(40))
    assert await taken_back(store) == 3560
    assert store.accounts.balance(ANNA).extra_left_seconds == 3600
    await store.jobs.mark_done(made.key)
    assert await store.reports.check() == []


async def test_a_recording_that_nobody_gets_the_text_of_gives_all_of_it_back(keeper: Store, clock: Clock) -> None:
    made = await bought_and_in_work(keeper, clock, reserved=60)
    await keeper.jobs.conclude(made, transcript(seconds=40), charged_seconds=40, usage=usage(40))
    await keeper.payments.record_refund(replace(await paid(keeper, await order(keeper), "c1", clock()), is_refund=True))
    assert await taken_back(keeper) == 3560
    await keeper.jobs.mark_unanswered(made.key)
    assert await taken_back(keeper) == 3600
    assert keeper.accounts.balance(ANNA).extra_left_seconds == 0
    assert await keeper.reports.check() == []


async def test_a_reservation_that_is_made_anew_gives_free_only_what_it_is_less(keeper: Store, clock: Clock) -> None:
    made = await bought_and_in_work(keeper, clock, reserved=60)
    await keeper.payments.begin_refund("c1", Fault.ASKED)
    day = keeper.accounts.balance(ANNA).quota_day
    made = await keeper.jobs.reserve_again(made, Reservation(day, 0, 50))
    assert await taken_back(keeper) == 3550
    failed = Failure(FailureReason.NO_SPEECH)
    await keeper.jobs.conclude(made, failed, charged_seconds=0, usage=None)
    assert await taken_back(keeper) == 3600
    assert keeper.accounts.balance(ANNA).extra_left_seconds == 0
    assert await keeper.reports.check() == []


@pytest.mark.parametrize("steps", range(8))
async def test_a_recording_that_is_accepted_while_a_payment_is_taken_back_overdraws_nothing(
    keeper: Store, clock: Clock, steps: int
) -> None:
    await credit(keeper, await paid(keeper, await order(keeper), "c1", clock()))
    refund = asyncio.create_task(keeper.payments.begin_refund("c1", Fault.ASKED))
    await keeper.payments.find("c1")  # the refund knows by now what it is of, and is about to take it back
    for _ in range(steps):
        await asyncio.sleep(0)
    balance = keeper.accounts.balance(ANNA)
    if balance.extra_left_seconds:
        made = job(1, daily=0, extra=60, at=balance)
        await keeper.jobs.accept(made)
        await keeper.jobs.conclude(made, transcript(seconds=40), charged_seconds=40, usage=usage(40))
    await refund
    assert keeper.accounts.balance(ANNA).extra_left_seconds == 0
    assert await keeper.reports.check() == []


PLANS = QuotaConfig(plans={"pro": PlanConfig(daily_seconds=7200), "plus": PlanConfig(daily_seconds=900)})


@pytest.mark.parametrize("is_told_before", [False, True])
async def test_what_becomes_of_a_subscription_is_known_whichever_is_told_first(
    opener: Opener, clock: Clock, is_told_before: bool
) -> None:
    store = await opener(PLANS)
    made = await order(store, offer=MONTH)
    if is_told_before:
        await store.payments.note_renewal(made, Renewal.CANCELED)
    await credit(store, await paid(store, made, "c1", clock()))
    for _ in range(2):
        await store.payments.note_renewal(made, Renewal.CANCELED)
    for each in (store, await opener(PLANS)):
        balance = each.accounts.balance(ANNA)
        assert (balance.plan, balance.renewal) == ("pro", Renewal.CANCELED)
        assert balance.plan_until is not None


async def test_a_further_month_ends_that_it_could_not_be_paid_and_not_that_it_was_cancelled(
    opener: Opener, clock: Clock
) -> None:
    store = await opener(PLANS)
    made = await order(store, offer=MONTH)
    await credit(store, await paid(store, made, "c1", clock()))
    for number, (told, becomes) in enumerate(
        ((Renewal.FAILED, Renewal.ITSELF), (Renewal.CANCELED, Renewal.CANCELED)), start=1
    ):
        await store.payments.note_renewal(made, told)
        assert store.accounts.balance(ANNA).renewal is told
        renewed = await paid(store, made, f"c1-{number}", clock() + timedelta(days=30 * number))
        await credit(store, replace(renewed, is_renewal=True))
        assert store.accounts.balance(ANNA).renewal is becomes
    await store.payments.note_renewal(made, Renewal.ITSELF)
    assert store.accounts.balance(ANNA).renewal is Renewal.ITSELF
    assert await store.reports.check() == []


async def test_another_subscription_s_end_is_not_that_of_the_one_that_is_had(opener: Opener, clock: Clock) -> None:
    store = await opener(PLANS)
    former = await order(store, offer=replace(MONTH, package="plus", plan="plus"))
    await credit(store, await paid(store, former, "c1", clock()))
    await credit(store, await paid(store, await order(store, offer=MONTH), "c2", clock()))
    await store.payments.note_renewal(former, Renewal.CANCELED)
    assert store.accounts.balance(ANNA).renewal is Renewal.ITSELF
