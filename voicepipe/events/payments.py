"""What happens to payments. Who has paid is not told."""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.events.base import Event


@dataclass(frozen=True, slots=True)
class OrderBegun(Event):
    """Somebody was given an invoice."""

    severity = "debug"


@dataclass(frozen=True, slots=True)
class CheckoutAnswered(Event):
    """Telegram was told whether somebody may pay."""

    severity = "debug"
    outcome: str
    """`allowed`, or why not."""


@dataclass(frozen=True, slots=True)
class PaymentBooked(Event):
    """A payment became known, or Telegram has given it back."""

    outcome: str
    """`credited`, `refunded` (once for each charge, whoever gave it back), or why it is to be given back at once."""
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
