"""Reads what Telegram tells of Stars: who is about to pay, what was paid or paid back, how a subscription goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pyrogram import raw

from voicepipe.domain.payments import Checkout, Paid, RenewalChange
from voicepipe.domain.quota import Renewal

PAYMENTS = (raw.types.MessageActionPaymentSentMe, raw.types.MessageActionPaymentRefunded)
"""What service messages tell of payments."""


def read_checkout(update: raw.types.UpdateBotPrecheckoutQuery) -> Checkout:
    """Who is about to pay."""
    return Checkout(
        query_id=update.query_id,
        user_id=update.user_id,
        payload=update.payload,
        currency=update.currency,
        stars=update.total_amount,
    )


def read_renewal(update: raw.types.UpdateBotStarsSubscription) -> RenewalChange | None:
    """What becomes of a subscription; None where the update does not say."""
    said = {
        Renewal.CANCELED: update.canceled,
        Renewal.FAILED: update.payment_failed,
        Renewal.ITSELF: update.restored,
    }
    for renewal, is_said in said.items():
        if is_said:
            return RenewalChange(user_id=update.user_id, payload=update.payload, renewal=renewal)
    return None


def read_payment(action: Any, payer_id: int, at: datetime) -> Paid | None:
    """What was paid, or paid back; None of a service message that tells of something else."""
    if not isinstance(action, PAYMENTS):
        return None
    until = getattr(action, "subscription_until_date", None)
    return Paid(
        charge_id=action.charge.id,
        user_id=payer_id,
        payload=action.payload or b"",
        currency=action.currency,
        stars=action.total_amount,
        paid_at=at,
        is_refund=isinstance(action, raw.types.MessageActionPaymentRefunded),
        until=None if until is None else datetime.fromtimestamp(until, UTC),
        is_renewal=bool(getattr(action, "recurring_used", False)) and not getattr(action, "recurring_init", False),
    )
