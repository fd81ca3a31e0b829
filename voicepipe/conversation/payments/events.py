"""What happens to payments, for the log. Who has paid is not told."""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.events import Event


@dataclass(frozen=True, slots=True)
class PaymentBooked(Event):
    """Telegram told of a payment that was not known."""

    outcome: str
    """`credited`, `refunded`, or why it is given back."""
    stars: int


@dataclass(frozen=True, slots=True)
class RefundDelayed(Event):
    """Telegram gives a charge not back; it is tried again."""

    severity = "warning"
    cause: str
    attempt: int


@dataclass(frozen=True, slots=True)
class PaymentsReconciled(Event):
    """The journal was compared with what Telegram lists."""

    missing: int
    """How many payments and refunds the journal lacked."""
