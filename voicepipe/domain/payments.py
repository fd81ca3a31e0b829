"""Seconds bought with Telegram Stars, as plain immutable data. Instants are UTC-aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from voicepipe.domain.quota import Renewal

CURRENCY = "XTR"
"""Telegram's name for Stars where a currency is named."""


class Fault(StrEnum):
    """Why an order can't be paid, or a payment is given back."""

    UNKNOWN = "unknown"
    """There is no such order, or its payload was not made here."""
    NOT_YOURS = "not_yours"
    """Somebody else ordered it."""
    EXPIRED = "expired"
    DOUBLED = "doubled"
    """It was paid before."""
    WRONG_AMOUNT = "wrong_amount"
    GONE = "gone"
    """The package is not sold any more, or not for that price."""
    NOT_NOW = "not_now"
    """Who wants to pay is banned, or nothing is accepted at present."""
    ASKED = "asked"
    """An operator gave it back."""
    ELSEWHERE = "elsewhere"
    """It was given back by Telegram, or by another program."""


class PaymentState(StrEnum):
    """What became of a payment."""

    CREDITED = "credited"
    REFUNDING = "refunding"
    """It is to be given back; Telegram has not confirmed it yet."""
    REFUNDED = "refunded"
    ABANDONED = "abandoned"
    """It was to be given back by a bot whose journal this is no longer."""


class Notice(StrEnum):
    """What a user is to be told of a payment."""

    RECEIPT = "receipt"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What can be bought, at present."""

    package: str
    stars: int
    seconds: int
    """0 for a subscription."""
    plan: str | None = None
    """The quota plan that a subscription gives for 30 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wanted to buy."""

    order_id: int
    user_id: int
    offer: Offer
    expires_at: datetime
    paid_at: datetime | None
    """When it was paid last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What Telegram shows to who is to pay."""

    title: str
    """1 to 32 signs."""
    description: str
    """1 to 255 signs."""
    stars: int
    payload: bytes
    """Comes back with the payment: 1 to 128 bytes."""
    is_subscription: bool = False
    """Whether it is to be paid every 30 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Somebody is about to pay, and Telegram asks whether that is all right. It waits for 10 seconds."""

    query_id: int
    user_id: int
    payload: bytes
    currency: str
    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Something was paid, or given back, as Telegram tells."""

    charge_id: str
    """Telegram's name of the payment."""
    user_id: int
    payload: bytes
    currency: str
    stars: int
    paid_at: datetime
    is_refund: bool = False
    until: datetime | None = None
    """How long a subscription is paid for."""
    is_renewal: bool = False
    """Whether Telegram has taken it for a further month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalChange:
    """Who pays for a subscription has cancelled or restored it, or it could not be paid for another month."""

    user_id: int
    payload: bytes
    """Of the order that it was begun with."""
    renewal: Renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment, as it is kept."""

    charge_id: str
    user_id: int
    """0: the user was forgotten."""
    package: str | None
    stars: int
    seconds: int
    """That were credited."""
    taken_back: int
    """Of these, because the payment was given back."""
    plan: str | None
    until: datetime | None
    paid_at: datetime
    state: PaymentState
    reason: Fault | None
    refund_to: int | None
    """Who is still to get the Stars back; 0: somebody who was forgotten, as Telegram knows."""
    notice: Notice | None
    """What the user is still to be told."""
