"""Operations on payments: which there were, and giving one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicepipe.control.operations.users import user_id_of
from voicepipe.control.payments import (
    ListPayments,
    PaymentLine,
    PaymentList,
    PaymentReport,
    RefundPayment,
    ShowPayment,
)
from voicepipe.control.registry import Desk, performs, require
from voicepipe.domain.payments import Fault, PaymentState
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from voicepipe.domain.payments import Payment

MAX_LINES = 1_000_000


@performs(ListPayments)
async def list_payments(desk: Desk, request: ListPayments) -> PaymentList:
    require("The number of lines", request.limit, least=1, most=MAX_LINES)
    user_id = None if request.user is None else user_id_of(desk, request.user)
    found = await desk.payments.latest(request.limit, user_id)
    return PaymentList(payments=tuple(_line(desk, payment) for payment in found))


@performs(ShowPayment)
async def show_payment(desk: Desk, request: ShowPayment) -> PaymentReport:
    return PaymentReport(payment=_line(desk, await _named(desk, request.charge_id)))


@performs(RefundPayment)
async def refund_payment(desk: Desk, request: RefundPayment) -> PaymentReport:
    """What is not used of it is taken back at once; Telegram is told as soon as it can be."""
    known = await _named(desk, request.charge_id)
    if known.state is PaymentState.ABANDONED:
        raise RequestRefused(f"The payment {known.charge_id} was made to another bot, which alone could give it back")
    begun = await desk.payments.begin_refund(known.charge_id, Fault.ASKED, made_by=0)
    return PaymentReport(payment=_line(desk, begun or known))


async def _named(desk: Desk, charge_id: str) -> Payment:
    """Raises RequestRefused."""
    payment = await desk.payments.find(charge_id.strip())
    if payment is None:
        raise RequestRefused(f"There is no payment {charge_id!r}; `voicepipe payments list` shows which there are")
    return payment


def _line(desk: Desk, payment: Payment) -> PaymentLine:
    person = desk.people.person(payment.user_id)
    return PaymentLine(
        charge_id=payment.charge_id,
        user_id=payment.user_id,
        username=None if person is None else person.username,
        package=payment.package,
        stars=payment.stars,
        seconds=payment.seconds,
        taken_back=payment.taken_back,
        plan=payment.plan,
        until=payment.until,
        paid_at=payment.paid_at,
        state=payment.state.value,
        reason=None if payment.reason is None else payment.reason.value,
    )
