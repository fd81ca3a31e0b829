"""Subscriptions: what a user has, and what comes after the month that is paid for. In transactions of others."""

from __future__ import annotations

import json

from voicepipe.domain.payments import Order, Paid, Payment
from voicepipe.domain.quota import Renewal
from voicepipe.store.entries import NOBODY, RENEWAL, SUBSCRIPTION, Entry, EntryKind, Value, subscription_value
from voicepipe.store.journal import Journal


def has_plan(journal: Journal, order: Order) -> bool:
    """Whether what the user has, or had last, is the plan of this order."""
    plan, _, _ = str(_setting(journal, order.user_id, SUBSCRIPTION) or "").partition(" ")
    return plan == order.offer.plan


def renewal_of(journal: Journal, order: Order, paid: Paid) -> str | None:
    """What comes after the month that is paid: Telegram may have told that before. What it could not pay, it has."""
    if paid.is_renewal:
        journal.execute(
            "UPDATE orders SET renewal = NULL WHERE order_id = ? AND renewal = ?", (order.order_id, Renewal.FAILED)
        )
    found = journal.execute("SELECT renewal FROM orders WHERE order_id = ?", (order.order_id,)).fetchone()[0]
    return None if found is None else str(found)


def changed_renewal(journal: Journal, word: str | None, blank: Entry) -> list[Entry]:
    """What sets how the subscription goes on, if that is another way than it is."""
    if _setting(journal, blank.user_id, RENEWAL) == word:
        return []
    return [Entry(EntryKind.SETTING, blank.user_id, blank.at, blank.quota_day, name=RENEWAL, value=word)]


def ending(journal: Journal, payment: Payment, entry: Entry) -> Entry | None:
    """What ends a subscription that this payment pays for; another may have taken its place."""
    if payment.plan is None or payment.until is None or payment.user_id == NOBODY:
        return None
    if _setting(journal, payment.user_id, SUBSCRIPTION) != subscription_value(payment.plan, payment.until):
        return None
    return Entry(EntryKind.SETTING, payment.user_id, entry.at, entry.quota_day, name=SUBSCRIPTION, value=None)


def _setting(journal: Journal, user_id: int, name: str) -> Value:
    """What a user has under a name."""
    sql = "SELECT value FROM entries WHERE user_id = ? AND kind = 'setting' AND name = ? ORDER BY seq DESC LIMIT 1"
    row = journal.execute(sql, (user_id, name)).fetchone()
    value: Value = None if row is None or row[0] is None else json.loads(row[0])
    return value
