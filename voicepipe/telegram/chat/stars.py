"""Telegram Stars: who may pay, what is given back, and what Telegram lists of both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.domain.payments import CURRENCY, Invoice, Paid
from voicepipe.errors import Undeliverable
from voicepipe.telegram.intake.reading import chat_id
from voicepipe.telegram.session.errors import is_error, name_of
from voicepipe.telegram.session.rpc import Rpc

PAGE = 100
"""Transactions asked for at once."""
MONTH_SECONDS = 30 * 86_400
"""The only period that Telegram lets a subscription have."""
OTHER_BUSINESS = ("gift", "reaction", "stargift", "paid_messages", "extended_media", "premium_gift_months", "pending")
"""What marks a transaction that paid no invoice, or has not paid it yet."""


class Stars:
    """Deals in Stars. What Telegram refuses raises Undeliverable."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def answer_checkout(self, query_id: int, error: str) -> None:
        """Let somebody pay, or tell them why not."""
        query = raw.functions.messages.SetBotPrecheckoutResults(
            query_id=query_id, success=not error or None, error=error or None
        )
        await self._call(query)

    async def give_back(self, user_id: int, charge_id: str) -> None:
        """Harmless when it was given back before."""
        query = raw.functions.payments.RefundStarsCharge(user_id=await self._user(user_id), charge_id=charge_id)
        try:
            await self._rpc.call(query)
        except RPCError as error:
            if not is_error(error, "CHARGE_ALREADY_REFUNDED"):
                raise Undeliverable(name_of(error)) from error

    async def end_subscription(self, user_id: int, charge_id: str) -> None:
        """Take no more for further months."""
        user = await self._user(user_id)
        await self._call(raw.functions.payments.BotCancelStarsSubscription(user_id=user, charge_id=charge_id))

    async def invoice_link(self, invoice: Invoice) -> str:
        """Where an invoice is paid: that of a subscription can't be sent as a message."""
        exported = await self._call(raw.functions.payments.ExportInvoice(invoice_media=raw_invoice(invoice)))
        return str(exported.url)

    async def payer_of(self, charge_id: str) -> int | None:
        """Who has paid a charge; None where Telegram does not know."""
        query = raw.functions.payments.GetStarsTransactionsByID(
            peer=raw.types.InputPeerSelf(), id=[raw.types.InputStarsTransaction(id=charge_id)]
        )
        found = await self._call(query)
        users = (_payer(each) for each in found.history or ())
        return next((user_id for user_id in users if user_id is not None), None)

    async def transactions(self) -> AsyncIterator[Sequence[Paid]]:
        """What was paid to the bot by its invoices and paid back, page by page, the latest first."""
        offset: str | None = ""
        while offset is not None:
            query = raw.functions.payments.GetStarsTransactions(
                peer=raw.types.InputPeerSelf(), offset=offset, limit=PAGE
            )
            found = await self._call(query)
            yield [paid for paid in map(read_transaction, found.history or ()) if paid is not None]
            offset = found.next_offset or None

    async def _user(self, user_id: int) -> raw.types.InputUser:
        try:
            peer = await self._rpc.peer(user_id)
        except RPCError as error:
            raise Undeliverable(name_of(error)) from error
        return raw.types.InputUser(user_id=user_id, access_hash=getattr(peer, "access_hash", 0))

    async def _call(self, query: Any) -> Any:
        try:
            return await self._rpc.call(query)
        except RPCError as error:
            raise Undeliverable(name_of(error)) from error


def raw_invoice(invoice: Invoice) -> raw.types.InputMediaInvoice:
    """An invoice in Telegram's own form."""
    return raw.types.InputMediaInvoice(
        title=invoice.title,
        description=invoice.description,
        invoice=raw.types.Invoice(
            currency=CURRENCY,
            prices=[raw.types.LabeledPrice(label=invoice.title, amount=invoice.stars)],
            subscription_period=MONTH_SECONDS if invoice.is_subscription else None,
        ),
        payload=invoice.payload,
        provider_data=raw.types.DataJSON(data="{}"),
    )


def read_transaction(transaction: raw.types.StarsTransaction) -> Paid | None:
    """A payment of an invoice, or its being paid back; None for other business."""
    user_id = _payer(transaction)
    if user_id is None or transaction.failed or any(getattr(transaction, mark) for mark in OTHER_BUSINESS):
        return None
    if not transaction.refund and transaction.bot_payload is None:
        return None
    paid_at = datetime.fromtimestamp(transaction.date, UTC)
    period = transaction.subscription_period
    return Paid(
        charge_id=transaction.id,
        user_id=user_id,
        payload=transaction.bot_payload or b"",
        currency=CURRENCY,
        stars=abs(transaction.amount.amount) + abs(getattr(transaction.starref_amount, "amount", 0)),
        paid_at=paid_at,
        is_refund=bool(transaction.refund),
        until=None if period is None else paid_at + timedelta(seconds=period),
    )


def _payer(transaction: raw.types.StarsTransaction) -> int | None:
    peer = getattr(transaction.peer, "peer", None)
    return chat_id(peer) if isinstance(peer, raw.types.PeerUser) else None
