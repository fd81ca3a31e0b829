"""What an operator can ask about payments, and have given back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from voicepipe.control.messages import OperatorRequest, Report


class PaymentLine(Report):
    """A payment."""

    charge_id: str
    """Telegram's name of it."""
    user_id: int
    """0: the user was forgotten."""
    username: str | None
    package: str | None
    """None: it was for no order that is known."""
    stars: int
    seconds: int
    """That were credited for it."""
    taken_back: int
    """Of these, because it was given back."""
    plan: str | None
    until: datetime | None
    """How long a subscription is paid for."""
    paid_at: datetime
    state: str
    """credited, refunding, refunded; abandoned: by a bot whose state directory this is no longer."""
    reason: str | None
    """Why it is given back."""


class PaymentList(Report):
    payments: tuple[PaymentLine, ...]


class PaymentReport(Report):
    payment: PaymentLine


class ListPayments(OperatorRequest[PaymentList]):
    """The latest, newest first."""

    verb: Literal["list_payments"] = "list_payments"
    user: str | None = None
    """Whose; None: everybody's."""
    limit: int = 50


class ShowPayment(OperatorRequest[PaymentReport]):
    verb: Literal["show_payment"] = "show_payment"
    charge_id: str


class RefundPayment(OperatorRequest[PaymentReport]):
    """Given back twice, it is given back once, so it needs no key."""

    verb: Literal["refund_payment"] = "refund_payment"
    charge_id: str
