"""Stars, as a bot deals in them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from .. import wire
from ..faults import RpcError
from ..stars import CURRENCY, Charge, paid_back
from ..world import Change, Content
from .registry import Request, rpc

MOST_STARS = 10_000
MONTH_SECONDS = 2_592_000
TITLE_SIGNS, DESCRIPTION_SIGNS, PAYLOAD_BYTES = 32, 255, 128


def check_invoice(media: types.InputMediaInvoice, *, is_link: bool) -> None:
    """Raises RpcError for what Telegram does not take."""
    if not 0 < len(media.title) <= TITLE_SIGNS or not 0 < len(media.description) <= DESCRIPTION_SIGNS:
        raise RpcError(400, "INPUT_TEXT_TOO_LONG")
    if not 0 < len(media.payload) <= PAYLOAD_BYTES:
        raise RpcError(400, "INVOICE_PAYLOAD_INVALID")
    if media.invoice.currency != CURRENCY or len(media.invoice.prices) != 1:
        raise RpcError(400, "CURRENCY_TOTAL_AMOUNT_INVALID")
    if not 0 < media.invoice.prices[0].amount <= MOST_STARS:
        raise RpcError(400, "CURRENCY_TOTAL_AMOUNT_INVALID")
    if media.invoice.subscription_period not in ((None, MONTH_SECONDS) if is_link else (None,)):
        raise RpcError(400, "SUBSCRIPTION_PERIOD_INVALID")


@rpc(functions.messages.SetBotPrecheckoutResults)
def set_bot_precheckout_results(request: Request, query: functions.messages.SetBotPrecheckoutResults) -> TLObject[Any]:
    checkout = request.backend.stars.checkouts.pop(query.query_id, None)
    if checkout is None:
        raise RpcError(400, "QUERY_ID_INVALID")
    if not query.success and not query.error:
        raise RpcError(400, "ERROR_TEXT_EMPTY")
    checkout.answer(query.error)
    return wire.true()


@rpc(functions.payments.ExportInvoice)
def export_invoice(request: Request, query: functions.payments.ExportInvoice) -> TLObject[Any]:
    assert isinstance(query.invoice_media, types.InputMediaInvoice)
    check_invoice(query.invoice_media, is_link=True)
    url = f"https://t.me/$invoice{secrets.token_hex(6)}"
    request.backend.stars.links[url] = query.invoice_media
    return types.payments.ExportedInvoice(url=url)


@rpc(functions.payments.RefundStarsCharge)
def refund_stars_charge(request: Request, query: functions.payments.RefundStarsCharge) -> TLObject[Any]:
    charge = _charge(request, query.user_id, query.charge_id)
    if charge.refunded_at is not None:
        raise RpcError(400, "CHARGE_ALREADY_REFUNDED")
    return wire.updates(request.world, [give_back(request, charge)])


def give_back(request: Request, charge: Charge) -> Change:
    """The payer has the Stars again, and a message in the chat tells of it."""
    charge.refunded_at = int(request.world.clock())
    chat = request.world.private_chat(charge.payer.id)
    return request.world.post(chat, charge.payer, Content(action=paid_back(charge)))


@rpc(functions.payments.BotCancelStarsSubscription)
def bot_cancel_stars_subscription(
    request: Request, query: functions.payments.BotCancelStarsSubscription
) -> TLObject[Any]:
    _charge(request, query.user_id, query.charge_id).is_ended = True
    return wire.true()


@rpc(functions.payments.GetStarsTransactions)
def get_stars_transactions(request: Request, query: functions.payments.GetStarsTransactions) -> TLObject[Any]:
    listed, start = request.backend.stars.transactions(), int(query.offset or 0)
    end = start + query.limit
    return _status(request, listed[start:end], str(end) if end < len(listed) else None)


@rpc(functions.payments.GetStarsTransactionsByID)
def get_stars_transactions_by_id(request: Request, query: functions.payments.GetStarsTransactionsByID) -> TLObject[Any]:
    wanted = {(each.id, bool(each.refund)) for each in query.id if isinstance(each, types.InputStarsTransaction)}
    listed = request.backend.stars.transactions()
    return _status(request, [each for each in listed if (each.id, bool(each.refund)) in wanted], None)


def _status(request: Request, history: Sequence[types.StarsTransaction], next_offset: str | None) -> TLObject[Any]:
    payers = {request.backend.stars.charges[each.id].payer.id: each for each in history}
    return types.payments.StarsStatus(
        balance=types.StarsAmount(amount=request.backend.stars.balance, nanos=0),
        chats=[],
        users=[wire.user(request.world.people[user_id]) for user_id in payers],
        history=list(history),
        next_offset=next_offset,
    )


def _charge(request: Request, user: Any, charge_id: str) -> Charge:
    charge = request.backend.stars.charges.get(charge_id)
    if charge is None:
        raise RpcError(400, "CHARGE_ID_INVALID")
    if charge.payer.id != getattr(user, "user_id", 0):
        raise RpcError(400, "USER_ID_INVALID")
    return charge
