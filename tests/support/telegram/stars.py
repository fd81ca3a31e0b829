"""Stars: invoices, who is about to pay them, what was paid and paid back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from itertools import count

from pyrogram.raw import types

from .watch import Signal
from .world import Person

CURRENCY = "XTR"


class PaymentRefused(Exception):
    """The bot lets nobody pay this, or said nothing in time (then without a word)."""


@dataclass(slots=True)
class Checkout:
    """Somebody has pressed the button, and the bot is asked."""

    query_id: int
    error: str | None = None
    is_answered: bool = False
    answered: Signal = field(default_factory=Signal)

    def answer(self, error: str | None) -> None:
        self.error, self.is_answered = error, True
        self.answered.notify()


@dataclass(slots=True)
class Charge:
    """Something that was paid."""

    id: str
    payer: Person
    stars: int
    payload: bytes
    date: int
    period: int | None = None
    """Of a subscription, in seconds."""
    refunded_at: int | None = None
    is_ended: bool = False
    """Whether the subscription is renewed no more."""


@dataclass(slots=True)
class Stars:
    """The bot's account of Stars."""

    charges: dict[str, Charge] = field(default_factory=dict)
    """By id, in the order in which they were paid."""
    checkouts: dict[int, Checkout] = field(default_factory=dict)
    links: dict[str, types.InputMediaInvoice] = field(default_factory=dict)
    """Invoices by the link that leads to them."""
    numbers: count[int] = field(default_factory=lambda: count(8_000_001))

    @property
    def balance(self) -> int:
        return sum(charge.stars for charge in self.charges.values() if charge.refunded_at is None)

    def ask(self) -> Checkout:
        checkout = Checkout(next(self.numbers))
        self.checkouts[checkout.query_id] = checkout
        return checkout

    def charge(self, payer: Person, invoice: types.InputMediaInvoice, date: int) -> Charge:
        """The payer has paid."""
        charge = Charge(
            f"stx{secrets.token_hex(12)}",
            payer,
            sum(price.amount for price in invoice.invoice.prices),
            invoice.payload,
            date,
            invoice.invoice.subscription_period,
        )
        self.charges[charge.id] = charge
        return charge

    def transactions(self) -> list[types.StarsTransaction]:
        """What Telegram lists, the latest first."""
        made = []
        for charge in self.charges.values():
            made.append(_transaction(charge, charge.date, is_refund=False))
            if charge.refunded_at is not None:
                made.append(_transaction(charge, charge.refunded_at, is_refund=True))
        made.reverse()
        return sorted(made, key=lambda each: -each.date)


def paid(charge: Charge, *, is_renewal: bool = False) -> types.MessageActionPaymentSentMe:
    """What the bot is told."""
    return types.MessageActionPaymentSentMe(
        currency=CURRENCY,
        total_amount=charge.stars,
        payload=charge.payload,
        charge=types.PaymentCharge(id=charge.id, provider_charge_id=charge.id),
        recurring_init=(charge.period is not None and not is_renewal) or None,
        recurring_used=is_renewal or None,
        subscription_until_date=None if charge.period is None else charge.date + charge.period,
    )


def paid_back(charge: Charge) -> types.MessageActionPaymentRefunded:
    """The same of a charge that was given back."""
    return types.MessageActionPaymentRefunded(
        peer=types.PeerUser(user_id=charge.payer.id),
        currency=CURRENCY,
        total_amount=charge.stars,
        charge=types.PaymentCharge(id=charge.id, provider_charge_id=charge.id),
        payload=charge.payload,
    )


def _transaction(charge: Charge, date: int, *, is_refund: bool) -> types.StarsTransaction:
    return types.StarsTransaction(
        id=charge.id,
        amount=types.StarsAmount(amount=-charge.stars if is_refund else charge.stars, nanos=0),
        date=date,
        peer=types.StarsTransactionPeer(peer=types.PeerUser(user_id=charge.payer.id)),
        refund=is_refund or None,
        bot_payload=charge.payload,
        subscription_period=charge.period,
    )
