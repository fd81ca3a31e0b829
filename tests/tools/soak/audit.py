"""What became of every message: read from the chats, and from the files of the stopped service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.answers import is_counted, is_final, without_count
from tests.support.telegram import LoopbackTelegram, Message
from tests.support.telegram.stars import Charge
from tests.tools.soak.traffic import Cast, Outcome, Pressed, Sent, is_heading
from voicepipe.config import QuotaConfig
from voicepipe.domain.payments import PaymentState
from voicepipe.store import LedgerRow, Store

EVERYTHING = 1_000_000


@dataclass(slots=True)
class Findings:
    """What is not as it must be, a sentence each."""

    lost: list[str] = field(default_factory=list)
    """Without the right answer."""
    doubled: list[str] = field(default_factory=list)
    """Answered more than once, or though nothing was asked."""
    mischarged: list[str] = field(default_factory=list)
    """Not charged exactly once, and as the answer says; or the books do not balance."""

    def all(self) -> Iterable[str]:
        yield from self.lost
        yield from self.doubled
        yield from self.mischarged


def is_answered(sent: Sent) -> bool:
    """Whether nothing more is to come for it."""
    answers = sent.answers()
    return not sent.outcomes or any(map(is_final, answers)) or (not answers and _is_counted(sent))


async def audit(cast: Cast, telegram: LoopbackTelegram, state_path: Path, quota: QuotaConfig) -> Findings:
    """Compare everything with what must be."""
    chats = telegram.world.chats.values()
    findings, sent = Findings(), cast.sent
    store = await Store.open(state_path, quota)
    try:
        findings.mischarged += await store.reports.check()
        ledger = await _ledger(store, {item.charged_id for item in sent})
        await _check_payments(store, telegram, findings)
        findings.lost += [f"{making} is still to be made" for making in await store.makings.waiting()]
    finally:
        await store.close()
    for item in sent:
        _check(item, ledger.get(item.place, []), findings)
    for pressed in cast.presses:
        _check_press(pressed, findings)
    claimed = {answer for item in sent for answer in item.answers()}
    for chat in chats:
        strays = [message for message in chat.visible if message.sender.is_bot and message.reply_to is None]
        unasked = [message.text for message in strays if _is_told_unasked(message)]
        findings.doubled += [f"{text!r} is told twice" for text in set(unasked) if unasked.count(text) > 1]
        others = (message for message in strays if message not in claimed and not _is_told_unasked(message))
        findings.doubled += [f"{message!r} answers nothing" for message in others]
    return findings


def _check(sent: Sent, movements: list[LedgerRow], findings: Findings) -> None:
    answers = sent.answers()
    final = [answer for answer in answers if is_final(answer)]
    outcome = _outcome(sent, final[0]) if final else None
    if sent.outcomes and outcome is None and (answers or not _is_counted(sent)):
        findings.lost.append(f"{sent.message!r} is answered by {answers}")
    if len(answers) > bool(sent.outcomes) or any(answer.texts.count(answer.text) > 1 for answer in answers):
        findings.doubled.append(f"{sent.message!r} is answered by {answers}")
    taken = -sum(row.seconds + row.extra_seconds for row in movements)
    reserved = sum(row.kind == "reserve" for row in movements)
    is_right = outcome.is_right_charge(taken) if outcome else taken == 0
    if not is_right or reserved * 2 != len(movements) or reserved > 1:
        findings.mischarged.append(f"{sent.message!r}, answered by {answers}, was charged {taken} s by {movements}")


async def _check_payments(store: Store, telegram: LoopbackTelegram, findings: Findings) -> None:
    """Each charge is credited or given back, and told of once; what buyers have left is what they paid for."""
    for charge in telegram.stars.charges.values():
        payment = await store.payments.find(charge.id)
        is_back = charge.refunded_at is not None
        expected = PaymentState.REFUNDED if is_back else PaymentState.CREDITED
        if payment is None or payment.state is not expected or payment.notice is not None:
            findings.lost.append(f"{charge} is known as {payment}")
        if payment is not None and (payment.seconds - payment.taken_back) * is_back:
            findings.mischarged.append(f"{charge} came back, and so much was left of {payment}")
        if (times := len(_told_of(telegram, charge))) > 2 - (not is_back):
            findings.doubled.append(f"{charge} is told of {times} times")
    for user_id in {charge.payer.id for charge in telegram.stars.charges.values()}:
        bought = await store.payments.latest(EVERYTHING, user_id)
        paid_for = sum(payment.seconds - payment.taken_back for payment in bought)
        left = store.accounts.balance(user_id).extra_left_seconds
        if left != paid_for:
            findings.mischarged.append(f"{user_id} has {left} s of {paid_for} s that were paid for")


def all_told(telegram: LoopbackTelegram) -> bool:
    """Whether everybody has heard of what they paid."""
    return all(_is_told(telegram, charge) for charge in telegram.stars.charges.values())


def all_done(cast: Cast) -> bool:
    """Whether something has come of every press that the bot has taken."""
    return all(pressed.effects() for pressed in cast.presses if pressed.is_taken)


def _is_told(telegram: LoopbackTelegram, charge: Charge) -> bool:
    """A charge that was given back by somebody else before it was known is nobody's news."""
    return bool(_told_of(telegram, charge)) or charge.refunded_at is not None


def _told_of(telegram: LoopbackTelegram, charge: Charge) -> list[Message]:
    chat = telegram.world.private_chat(charge.payer.id)
    return [message for message in chat.visible if message.sender.is_bot and charge.id in message.text]


def _outcome(sent: Sent, answer: Message) -> Outcome | None:
    """Which of the right answers it is, or was before it was shown in another form."""
    found = (sent.outcome_of(without_count(text)) for text in reversed(answer.texts))
    return next((outcome for outcome in found if outcome), None)


def _check_press(pressed: Pressed, findings: Findings) -> None:
    if pressed.is_taken and not pressed.effects():
        findings.lost.append(f"nothing came of {pressed.label} under {pressed.answer!r}")
    if pressed.effects() > 1:
        findings.doubled.append(f"{pressed.label} under {pressed.answer!r} was done {pressed.effects()} times")


def _is_told_unasked(message: Message) -> bool:
    """What the bot says of a connection or a payment, and above a text that it can't show where it was asked for."""
    is_of_payment = "stx" in message.text
    return message.text.startswith(("Ваш аккаунт", "Your account")) or is_heading(message) or is_of_payment


async def _ledger(store: Store, users: Iterable[int]) -> Mapping[tuple[int, int], list[LedgerRow]]:
    ledger: dict[tuple[int, int], list[LedgerRow]] = defaultdict(list)
    for user_id in users:
        for row in await store.reports.history(user_id, EVERYTHING):
            if row.key is not None:
                ledger[row.key.chat_id, row.key.message_id].append(row)
    return ledger


def _is_counted(sent: Sent) -> bool:
    """Whether it was refused together with others, and they say so."""
    return sent.is_recording and is_counted(sent.message)
