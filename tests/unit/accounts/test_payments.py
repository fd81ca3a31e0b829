"""The rules of buying: what may be paid, and what is given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from voicepipe.accounts.payments import fault_after, fault_before, order_number, paid_until, payload_of
from voicepipe.domain.payments import CURRENCY, Fault, Offer, Order, Paid

KEY = b"k" * 32
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = Offer(package="hour", stars=50, seconds=3600)
MONTH = Offer(package="month", stars=90, seconds=0, plan="pro")
ORDER = Order(order_id=1, user_id=7, offer=HOUR, expires_at=NOW + timedelta(minutes=30), paid_at=None)
SUBSCRIPTION = replace(ORDER, offer=MONTH)
OFFERS = {"hour": HOUR, "month": MONTH}


def paying(order: Order, **change: object) -> Paid:
    paid = Paid(
        charge_id="c",
        user_id=order.user_id,
        payload=payload_of(order, KEY),
        currency=CURRENCY,
        stars=order.offer.stars,
        paid_at=NOW,
    )
    return replace(paid, **change)  # type: ignore[arg-type]  # a change of any field


def test_a_payload_tells_its_order_and_fits_telegrams_bound() -> None:
    payload = payload_of(replace(ORDER, order_id=2**59), KEY)
    assert order_number(payload) == 2**59
    assert len(payload) <= 128


@pytest.mark.parametrize("payload", [b"", b".", b"x.1", b"-1.a", b"9" * 40, "١.a".encode()])
def test_what_is_no_payload_names_no_order(payload: bytes) -> None:
    assert order_number(payload) is None


def test_all_that_was_ordered_is_signed() -> None:
    others = (
        replace(ORDER, order_id=2),
        replace(ORDER, user_id=8),
        *(replace(ORDER, offer=replace(HOUR, **change)) for change in ({"stars": 1}, {"seconds": 9}, {"plan": "pro"})),
    )
    assert len({payload_of(order, KEY) for order in (ORDER, *others)}) == len(others) + 1
    assert payload_of(ORDER, b"other") != payload_of(ORDER, KEY)


@pytest.mark.parametrize(
    ("order", "change", "fault"),
    [
        (ORDER, {}, None),
        (None, {}, Fault.UNKNOWN),
        (ORDER, {"payload": b"1.forged"}, Fault.UNKNOWN),
        (ORDER, {"user_id": 8}, Fault.NOT_YOURS),
        (ORDER, {"stars": 49}, Fault.WRONG_AMOUNT),
        (ORDER, {"currency": "USD"}, Fault.WRONG_AMOUNT),
        (replace(ORDER, expires_at=NOW - timedelta(seconds=1)), {}, Fault.EXPIRED),
        (replace(ORDER, paid_at=NOW), {}, Fault.DOUBLED),
        (replace(ORDER, offer=replace(HOUR, package="day")), {}, Fault.GONE),
    ],
)
def test_before_it_is_paid(order: Order | None, change: dict[str, object], fault: Fault | None) -> None:
    assert fault_before(order, paying(order or ORDER, **change), KEY, NOW, OFFERS) is fault


def test_a_package_whose_price_has_changed_is_not_to_be_paid_but_credited_when_it_was() -> None:
    paid = paying(ORDER)
    assert fault_before(ORDER, paid, KEY, NOW, {"hour": replace(HOUR, stars=60)}) is Fault.GONE
    assert fault_after(ORDER, paid, KEY) is None


def test_what_telegram_was_told_to_let_through_is_credited_a_little_after_its_expiry() -> None:
    assert fault_after(ORDER, paying(ORDER, paid_at=ORDER.expires_at + timedelta(minutes=1)), KEY) is None
    assert fault_after(ORDER, paying(ORDER, paid_at=ORDER.expires_at + timedelta(hours=1)), KEY) is Fault.EXPIRED


def test_a_subscription_is_renewed_each_month_and_seconds_are_not() -> None:
    later = NOW + timedelta(days=30)
    paid_once = replace(SUBSCRIPTION, paid_at=NOW)
    assert fault_after(paid_once, paying(SUBSCRIPTION, paid_at=later), KEY) is None
    assert fault_after(paid_once, paying(SUBSCRIPTION, paid_at=NOW, is_renewal=True), KEY) is None
    assert fault_after(paid_once, paying(SUBSCRIPTION), KEY) is Fault.DOUBLED
    assert fault_after(replace(ORDER, paid_at=NOW), paying(ORDER, paid_at=later, is_renewal=True), KEY) is Fault.DOUBLED


def test_a_month_ends_when_telegram_says_or_after_thirty_days() -> None:
    told = NOW + timedelta(days=31)
    assert paid_until(SUBSCRIPTION, paying(SUBSCRIPTION, until=told)) == told
    assert paid_until(SUBSCRIPTION, paying(SUBSCRIPTION)) == NOW + timedelta(days=30)
    assert paid_until(ORDER, paying(ORDER)) is None
