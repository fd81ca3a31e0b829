"""The rules of buying: how an order is signed, who may pay it, and what becomes of what was paid. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from voicepipe.domain.payments import CURRENCY, Fault, Offer, Order, Paid, RenewalChange

SUBSCRIPTION_DAYS = 30
"""For how long Telegram lets a subscription be paid at a time."""
GRACE = timedelta(minutes=15)
"""How long after its expiry an order that Telegram was told to let through may be paid."""
RENEWED_AFTER = timedelta(days=SUBSCRIPTION_DAYS - 5)
"""How soon a subscription's next month may be paid. What is paid sooner was paid twice."""
_SIGNATURE_BYTES = 16


def payload_of(order: Order, key: bytes) -> bytes:
    """What the invoice of an order carries: its number, and a signature of all that was ordered."""
    return b"%d.%s" % (order.order_id, _signature(order, key))


def order_number(payload: bytes) -> int | None:
    """The order that a payload says it is of; None where it says nothing of the kind."""
    number = payload.partition(b".")[0]
    return int(number) if number.isdigit() and len(number) < 19 else None


def fault_before(
    order: Order | None, paid: Paid, key: bytes, now: datetime, offers: Mapping[str, Offer]
) -> Fault | None:
    """Why somebody who is about to pay must not; None where all is well."""
    fault = _fault(order, paid, key)
    if fault is not None or order is None:
        return fault or Fault.UNKNOWN
    if now > order.expires_at:
        return Fault.EXPIRED
    if order.paid_at is not None:
        return Fault.DOUBLED
    return None if offers.get(order.offer.package) == order.offer else Fault.GONE


def fault_after(order: Order | None, paid: Paid, key: bytes) -> Fault | None:
    """Why something that was paid must be given back; None where it is to be credited.

    Whether the package is still sold makes no difference any more.
    """
    fault = _fault(order, paid, key)
    if fault is not None or order is None:
        return fault or Fault.UNKNOWN
    if order.paid_at is not None:
        is_next_month = order.offer.plan is not None and abs(paid.paid_at - order.paid_at) >= RENEWED_AFTER
        return None if is_next_month or _is_renewal(order, paid) else Fault.DOUBLED
    return Fault.EXPIRED if paid.paid_at > order.expires_at + GRACE and not _is_renewal(order, paid) else None


def paid_until(order: Order, paid: Paid) -> datetime | None:
    """How long a subscription is paid for; None for what is none."""
    if order.offer.plan is None:
        return None
    return paid.until or paid.paid_at + timedelta(days=SUBSCRIPTION_DAYS)


def is_orders(order: Order, change: RenewalChange, key: bytes) -> bool:
    """Whether a change is one of the subscription that was ordered."""
    return hmac.compare_digest(change.payload, payload_of(order, key)) and change.user_id == order.user_id


def _is_renewal(order: Order, paid: Paid) -> bool:
    return paid.is_renewal and order.offer.plan is not None


def _fault(order: Order | None, paid: Paid, key: bytes) -> Fault | None:
    """What is wrong whenever it is looked at."""
    if order is None or not hmac.compare_digest(paid.payload, payload_of(order, key)):
        return Fault.UNKNOWN
    if paid.user_id != order.user_id:
        return Fault.NOT_YOURS
    if (paid.currency, paid.stars) != (CURRENCY, order.offer.stars):
        return Fault.WRONG_AMOUNT
    return None


def _signature(order: Order, key: bytes) -> bytes:
    offer = order.offer
    said = f"{order.order_id}.{order.user_id}.{offer.package}.{offer.stars}.{offer.seconds}.{offer.plan or ''}"
    return hmac.digest(key, said.encode(), sha256)[:_SIGNATURE_BYTES].hex().encode()
