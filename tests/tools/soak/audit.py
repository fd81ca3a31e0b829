"""What became of every message: read from the chats, and from the files of the stopped service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.answers import is_counted, is_final, without_count
from tests.support.telegram import Chat, Message
from tests.tools.soak.traffic import Sent
from voicepipe.config import QuotaConfig
from voicepipe.domain.jobs import JobKey
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


def answers_to(message: Message) -> list[Message]:
    return [reply for reply in message.chat.replies_to(message) if reply.sender.is_bot]


def is_answered(sent: Sent) -> bool:
    """Whether nothing more is to come for it."""
    answers = answers_to(sent.message)
    return not sent.outcomes or any(map(is_final, answers)) or (not answers and _is_counted(sent))


async def audit(sent: Iterable[Sent], chats: Iterable[Chat], state_path: Path, quota: QuotaConfig) -> Findings:
    """Compare everything with what must be."""
    findings = Findings()
    store = await Store.open(state_path, quota)
    try:
        findings.mischarged += await store.reports.check()
        ledger = await _ledger(store, {item.message.sender.id for item in sent})
    finally:
        await store.close()
    for item in sent:
        _check(item, ledger.get(_key(item.message), []), findings)
    for chat in chats:
        strays = (message for message in chat.visible if message.sender.is_bot and message.reply_to is None)
        findings.doubled += [f"{message!r} answers nothing" for message in strays]
    return findings


def _check(sent: Sent, movements: list[LedgerRow], findings: Findings) -> None:
    answers = answers_to(sent.message)
    final = [answer for answer in answers if is_final(answer)]
    outcome = sent.outcome_of(without_count(final[0].text)) if final else None
    if sent.outcomes and outcome is None and (answers or not _is_counted(sent)):
        findings.lost.append(f"{sent.message!r} is answered by {answers}")
    if len(answers) > bool(sent.outcomes) or any(answer.texts.count(answer.text) > 1 for answer in answers):
        findings.doubled.append(f"{sent.message!r} is answered by {answers}")
    taken = -sum(row.seconds + row.extra_seconds for row in movements)
    reserved = sum(row.kind == "reserve" for row in movements)
    is_right = outcome.is_right_charge(taken) if outcome else taken == 0
    if not is_right or reserved * 2 != len(movements) or reserved > 1:
        findings.mischarged.append(f"{sent.message!r}, answered by {answers}, was charged {taken} s by {movements}")


async def _ledger(store: Store, users: Iterable[int]) -> Mapping[JobKey, list[LedgerRow]]:
    ledger: dict[JobKey, list[LedgerRow]] = defaultdict(list)
    for user_id in users:
        for row in await store.reports.history(user_id, EVERYTHING):
            if row.key is not None:
                ledger[row.key].append(row)
    return ledger


def _is_counted(sent: Sent) -> bool:
    """Whether it was refused together with others, and they say so."""
    return sent.is_recording and is_counted(sent.message)


def _key(message: Message) -> JobKey:
    return JobKey(message.chat.id, message.id)
