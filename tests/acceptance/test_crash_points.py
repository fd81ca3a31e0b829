"""A sudden end at every step: whatever moment the service is killed at, one complete answer comes of it, charged once.

A crash point lies before, inside or after a transaction of the journal, or before or after a request takes effect at
Telegram. In each case somebody does something, the service is killed at the point (SIGKILL, by itself in the journal,
by the loopback Telegram at requests), and started again; a case may have a point for the second life too. A few scenes
run side by side, each with one service whose every new life is the end of one case and the beginning of the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support import tampered
from tests.support.answers import is_final
from tests.support.processes import children_of, is_alive
from tests.support.scene import ANSWER_TIMEOUT_SECONDS, SAMPLES, TEXTS, Scene, send, thaw
from tests.support.service import RunningService
from tests.support.telegram import ConnectedAccount, LoopbackTelegram, Message, RpcError, User
from tests.support.telegram.stars import Charge, PaymentRefused
from tests.support.waiting import until
from tests.support.words import in_one_line
from voicepipe.administration.office import Words
from voicepipe.config import LimitsConfig, QuotaConfig
from voicepipe.control.many import CheckQuotaLines, ImportQuotas, QuotaLine
from voicepipe.control.messages import ChangeSetting, ForgetUser, GrantSeconds, OperatorRequest, SetQuota, ShowStatus
from voicepipe.control.payments import RefundPayment
from voicepipe.control.work import RetryJob
from voicepipe.conversation.makings import said
from voicepipe.errors import VoicepipeError
from voicepipe.processing.builtin.lexrank import summary
from voicepipe.processing.kinds import Kind, Material, Piece
from voicepipe.store import Store
from voicepipe.telegram.chat.splitting import split_text

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

SHORT, LONGER, SENTENCES = SAMPLES["seen_ru_18.ogg"], SAMPLES["seen_ru_00.ogg"], SAMPLES["sentences_ru.ogg"]
SHORT_SECONDS = round(SHORT.seconds)
SCENES = 3
QUOTA = QuotaConfig(daily_seconds=86_400)
PART_UNITS = 16
KEPT_HOURS = 24
NEWS = "Новости"
BREATHS = (
    "сегодня девять пожалуйста три завтра",
    "утро дом время пожалуйста ноль",
    "звонок завтра вода вчера встреча семь сегодня",
    "вечер пожалуйста спасибо хорошо",
    "привет четыре хорошо три пожалуйста сегодня поезд нет",
    "вчера встреча пять нет сегодня завтра девять",
)
"""What SENTENCES says in one breath each."""
SPOKEN = Material(SENTENCES.text, "ru", tuple(Piece(0.0, 1.0, text) for text in BREATHS))
SUMMARY = said(TEXTS, "ru", Kind.SUMMARY, summary(SPOKEN)).text
HOUR = 3600
WORDS = Words(TEXTS, None, None)  # type: ignore[arg-type]  # what they would look up is told each time
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "telegram": {
        "administrators": " ".join(map(str, range(2_000, 5_000))),
        "broadcast_per_second": 30,
    },  # whoever takes part
    "alerts": {"summary_at": "", "disk_mib": 0, "queue_minutes": 0, "telegram_minutes": 0, "worker_given_up": False},
    "quota": {"daily_seconds": QUOTA.daily_seconds},
    "quota.plans.plus": {"daily_seconds": 7200},
    "payments.packages.hour": {"stars": 50, "seconds": HOUR},
    "payments.packages.month": {"stars": 200, "plan": "plus"},
    "preferences": {"defaults": "group_style=status"},
    "service": {"transcript_retention_hours": KEPT_HOURS},
    "processing": {"enabled": True, "min_signs": 100},
    # A recording is given up only for deaths of its worker that we did not cause.
    "workers": {"count": 1, "max_deaths_per_recording": 100, "max_failures": 1000},
    # No host has it, so all goes to the usual model; that this was decided is written.
    "remote.rules.any": {"model": "turbo", "when_away": "next"},
}


# --- what somebody does, and what must come of it ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Outcome:
    """What must be there at the end."""

    sent: Message | None
    texts: Sequence[str]
    """Of the answer, message by message."""
    ledger: Sequence[tuple[str, int]] = ()
    """The user's movements: kind, and the seconds that they change the pots by."""
    requests: Sequence[OperatorRequest[Any]] = ()
    """What the operator asked for, and asks for again."""
    buttons: Sequence[str] | None = None
    """Those under the answer, where that matters."""
    account: ConnectedAccount | None = None
    """Where it was sent, if that is an account of the user's that the bot is connected to."""
    said: Sequence[str] = ()
    """What the bot says there in the user's name."""
    asking: Message | None = None
    """What somebody wrote to have it."""
    credited: Sequence[Charge] = ()
    """What was paid and stays so: a receipt tells of each."""
    returned: Sequence[Charge] = ()
    """What was paid and comes back: the last message about each tells that."""

    renewals: Sequence[str] = ()
    """What is journaled of how a subscription goes on."""

    @property
    def charges(self) -> Sequence[Charge]:
        """All that was paid."""
        return *self.credited, *self.returned


Act = Callable[[Scene, User], Awaitable[Outcome]]


async def _speak(scene: Scene, anna: User) -> Outcome:
    return _charged(await send(anna, SHORT), [SHORT.text], SHORT_SECONDS)


async def _speak_long(scene: Scene, anna: User) -> Outcome:
    return _charged(await send(anna, SHORT), split_text(SHORT.text, PART_UNITS), SHORT_SECONDS)


async def _speak_in_supergroup(scene: Scene, anna: User) -> Outcome:
    return _charged(await send(anna, SHORT, chat=scene.supergroup(anna)), [SHORT.text], SHORT_SECONDS)


async def _speak_unheard(scene: Scene, anna: User) -> Outcome:
    """Telegram does not tell the bot, and the service is killed: the next life has to ask."""
    outcome = _charged(await send(anna, SHORT, deliver=False), [SHORT.text], SHORT_SECONDS)
    scene.service.send_signal(signal.SIGKILL)
    return outcome


async def _speak_without_status(scene: Scene, anna: User) -> Outcome:
    """The status can't be sent, so the answer is a message of its own."""
    scene.telegram.faults.answer("messages.SendMessage", RpcError(400, "MESSAGE_EMPTY"))
    return await _speak(scene, anna)


async def _speak_and_block(scene: Scene, anna: User) -> Outcome:
    """Nobody gets the text: when it is there, the bot may not write any more."""
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT)
    await anna.wait_reply(sent)
    anna.person.blocked_bot = True
    thaw(frozen)
    outcome = _charged(sent, [], SHORT_SECONDS)
    return replace(outcome, ledger=[*outcome.ledger, ("refund", SHORT_SECONDS)])


async def _speak_where_nobody_may(scene: Scene, anna: User) -> Outcome:
    """The status is refused: nothing is recognised."""
    group = scene.supergroup(anna)
    group.refusal = (400, "USER_BANNED_IN_CHANNEL")
    sent = await send(anna, SHORT, chat=group)
    return Outcome(sent, [], [("reserve", -SHORT_SECONDS - 1), ("refund", SHORT_SECONDS + 1)])


async def _speak_and_withdraw(scene: Scene, anna: User, *, is_heard: bool = True) -> Outcome:
    """The recording is deleted from its group while it is in work."""
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT, chat=scene.supergroup(anna))
    await anna.wait_reply(sent)
    scene.telegram.faults.withhold_pushes = not is_heard
    await anna.delete(sent)
    scene.telegram.faults.withhold_pushes = False
    thaw(frozen)
    return Outcome(sent, [], [("reserve", -SHORT_SECONDS - 1), ("refund", SHORT_SECONDS + 1)])


async def _speak_and_withdraw_unheard(scene: Scene, anna: User) -> Outcome:
    """The same, and nobody tells the bot: it has to ask when the text is there."""
    outcome = await _speak_and_withdraw(scene, anna, is_heard=False)
    return replace(outcome, ledger=[*_charged(outcome.sent, [], SHORT_SECONDS).ledger, ("refund", SHORT_SECONDS)])


async def _speak_amid_others(scene: Scene, anna: User) -> Outcome:
    """Far more is written than Telegram tells of at once, between the recording and its status."""
    bob = scene.person()
    group, faults = scene.group(bob), scene.telegram.faults
    faults.delay("messages.SendMessage", 2)
    statuses = len(scene.telegram.calls_of("messages.SendMessage"))
    outcome = await _speak(scene, anna)
    await scene.telegram.wait_call("messages.SendMessage", statuses + 1, ANSWER_TIMEOUT_SECONDS)
    for _ in range(250):
        await bob.send_text("See you at nine.", chat=group, deliver=False)
    faults.delay("messages.SendMessage", 0)
    return outcome


async def _speak_longer_than_declared(scene: Scene, anna: User) -> Outcome:
    sent = await anna.send_voice(LONGER.data, 1)
    again = LimitsConfig().max_recording_seconds + 1
    ledger = [("reserve", -2), ("refund", 2), ("reserve", -again), ("settle", again - round(LONGER.seconds))]
    return Outcome(sent, [LONGER.text], ledger)


async def _speak_too_long(scene: Scene, anna: User) -> Outcome:
    text = TEXTS.get("ru", "refused-too-long", seconds=400, limit=LimitsConfig().max_recording_seconds)
    return Outcome(await anna.send_voice(SHORT.data, 400), [text])


async def _ask(scene: Scene, anna: User) -> Outcome:
    """Somebody whose language nobody else would guess; it must survive with the question."""
    ben = scene.person("en")
    said = TEXTS.get("en", "privacy", kept_hours=KEPT_HOURS)
    of_texts = TEXTS.get("en", "privacy-made", where="nowhere", host="")
    return Outcome(await ben.send_text("/privacy"), [f"{said}\n\n{of_texts}\n\n{TEXTS.get('en', 'privacy-payments')}"])


async def _speak_and_be_interrupted(scene: Scene, anna: User) -> Outcome:
    """The service is killed while its worker is at the recording."""
    await scene.freeze_workers()
    outcome = await _speak(scene, anna)
    await scene.busy_worker()
    scene.service.send_signal(signal.SIGKILL)
    return outcome


async def _speak_and_lose_worker(scene: Scene, anna: User) -> Outcome:
    """The worker is killed until that is counted as the recording's fault."""
    outcome = _charged(await send(anna, SENTENCES), [SENTENCES.text], round(SENTENCES.seconds))
    process = scene.service.process
    assert process is not None
    async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
        while process.returncode is None:
            with contextlib.suppress(VoicepipeError, ProcessLookupError):  # the service may be dead, or the worker
                for worker in await scene.workers():
                    if worker.state == "busy" and worker.pid is not None:
                        os.kill(worker.pid, signal.SIGKILL)
            await asyncio.sleep(0.02)
    return outcome


async def _ask_as_guest(scene: Scene, anna: User) -> Outcome:
    """In a chat that the bot is no member of; the recording was forwarded there from another one."""
    bob = scene.person()
    sent = await send(bob, SHORT, chat=scene.telegram.elsewhere(anna, bob).chat, deliver=False)
    query = await scene.telegram.elsewhere(anna, bob).ask(anna, "@loopback_bot", sent)
    return _charged(query.asked, [SHORT.text], SHORT_SECONDS)


async def _ask_as_guest_in_vain(scene: Scene, anna: User) -> Outcome:
    """Where the status is nobody knows any more, so the text comes in private."""
    sent = await anna.send_text("Привет")
    await anna.wait_reply(sent)
    outcome = await _ask_as_guest(scene, anna)
    texts = [TEXTS.get("ru", "hint-text"), TEXTS.get("ru", "guest-elsewhere"), *outcome.texts]
    return replace(outcome, sent=sent, texts=texts)


async def _be_granted(scene: Scene, anna: User) -> Outcome:
    request = GrantSeconds(user=str(anna.id), seconds=50, request_id=f"crash-point-{anna.id}")
    await _try(scene, request)
    return Outcome(None, [], [("grant", 50)], [request])


async def _be_tried_again(scene: Scene, anna: User) -> Outcome:
    """What told of the failure becomes the text."""
    scene.telegram.faults.answer("upload.GetFile", RpcError(400, "LOCATION_INVALID"))
    sent = await send(anna, SHORT)
    await scene.answer_to(sent)
    await scene.delivered(sent)
    requests = [RetryJob(job=f"{anna.id}/{sent.id}")]
    await _try(scene, *requests)
    in_vain = [("reserve", -SHORT_SECONDS - 1), ("refund", SHORT_SECONDS + 1)]
    outcome = _charged(sent, [SHORT.text], SHORT_SECONDS)
    return replace(outcome, ledger=[*in_vain, *outcome.ledger], requests=requests)


async def _be_imported(scene: Scene, anna: User) -> Outcome:
    line, import_id = QuotaLine(line=2, user=str(anna.id), plan="default", grant_seconds=50), f"import-{anna.id}"
    requests = CheckQuotaLines(import_id=import_id, lines=(line,)), ImportQuotas(import_id=import_id, users=1)
    await _try(scene, *requests)
    return Outcome(None, [], [("grant", 50)], requests)


async def _try(scene: Scene, *requests: OperatorRequest[Any]) -> None:
    """Ask a service that may die meanwhile."""
    with contextlib.suppress(VoicepipeError, OSError):
        for request in requests:
            await scene.service.control.perform(request)


async def _ask_for_a_song(scene: Scene, anna: User) -> Outcome:
    """Nothing is recognised of it until somebody asks, who is charged."""
    ben = scene.person()
    group = scene.supergroup(ben, anna)
    song = await ben.send_audio(SHORT.data, SHORT.seconds, chat=group)
    asking = await anna.send_text("/transcribe@loopback_bot", chat=group, reply_to=song)
    return replace(_charged(song, [SHORT.text], SHORT_SECONDS), asking=asking)


async def _press(scene: Scene, anna: User) -> Outcome:
    """A press can't be asked for again, so it counts from the moment it is journaled."""
    sent = await anna.send_text("/probe")
    await anna.press(await anna.wait_reply(sent), "Проба!")
    return Outcome(sent, ["Проба? louder"])


async def _speak_and_cancel(scene: Scene, anna: User) -> Outcome:
    await scene.freeze_workers()
    sent = await send(anna, SENTENCES, chat=scene.supergroup(anna))
    await anna.press(await anna.wait_reply(sent), TEXTS.get("ru", "cancel-button"))
    reserved = round(SENTENCES.seconds) + 1
    return Outcome(sent, [], [("reserve", -reserved), ("refund", reserved)])


async def _choose(scene: Scene, anna: User) -> Outcome:
    """A language is chosen or taken away by the same button: acted upon twice, nothing would be chosen."""
    sent = await anna.send_text("/settings languages")
    await anna.press(await anna.wait_reply(sent), "Русский")
    line = TEXTS.get("ru", "settings-line", name=TEXTS.get("ru", "preference-languages"), value="Русский")
    return Outcome(sent, [f"{line}\n\n{TEXTS.get('ru', 'preference-languages-about')}"])


async def _add_words(scene: Scene, anna: User) -> Outcome:
    sent = await anna.send_text("/vocabulary Анна")
    return Outcome(sent, [TEXTS.get("ru", "vocabulary-words", words="Анна")])


async def _press_for_subtitles(scene: Scene, anna: User) -> Outcome:
    """A button under an answer that gives a file."""
    sent, answer = await _long_answer(scene, anna)
    await anna.press(answer, ".srt")
    return _charged(sent, [SENTENCES.text, ""], round(SENTENCES.seconds))


async def _press_for_summary(scene: Scene, anna: User) -> Outcome:
    """A button under an answer by which something is made of its text, in a process of its own."""
    sent, answer = await _long_answer(scene, anna)
    await anna.press(answer, TEXTS.get("ru", "answer-summary"))
    return _charged(sent, [SENTENCES.text, SUMMARY], round(SENTENCES.seconds))


async def _ask_for_summary(scene: Scene, anna: User) -> Outcome:
    """The same by the command."""
    sent, answer = await _long_answer(scene, anna)
    asking = await anna.send_text("/summary", reply_to=answer)
    outcome = _charged(sent, [SENTENCES.text, SUMMARY], round(SENTENCES.seconds))
    return replace(outcome, asking=asking)


async def _speak_for_summary(scene: Scene, anna: User) -> Outcome:
    """It is made without anybody's asking."""
    await scene.service.control.perform(_choosing_summaries(anna))
    sent = await send(anna, SENTENCES)
    return _charged(sent, [SENTENCES.text, SUMMARY], round(SENTENCES.seconds))


def _choosing_summaries(anna: User) -> ChangeSetting:
    return ChangeSetting(user=str(anna.id), name="auto_summary", value="summary", request_id=f"summaries-{anna.id}")


async def _press_for_times(scene: Scene, anna: User) -> Outcome:
    """A button under an answer that gives the text another form."""
    sent, answer = await _long_answer(scene, anna)
    labels = [button.text for button in answer.buttons]
    await anna.press(answer, TEXTS.get("ru", "answer-times"))
    labels[labels.index(TEXTS.get("ru", "answer-times"))] = TEXTS.get("ru", "answer-text")
    return replace(_charged(sent, [SENTENCES.text], round(SENTENCES.seconds)), buttons=labels)


async def _press_to_remove(scene: Scene, anna: User) -> Outcome:
    """Buttons under an answer that make it go, once that is confirmed."""
    sent, answer = await _long_answer(scene, anna)
    await anna.press(answer, TEXTS.get("ru", "answer-hide"))
    yes = TEXTS.get("ru", "answer-hide-yes")
    await scene.telegram.wait_for(lambda: yes in [each.text for each in answer.buttons] or None, 30, "the question")
    await anna.press(answer, yes)
    return _charged(sent, [], round(SENTENCES.seconds))


async def _let_buttons_fade(scene: Scene, anna: User) -> Outcome:
    """The buttons under an answer are due to go."""
    sent, _ = await _long_answer(scene, anna)
    with contextlib.closing(sqlite3.connect(scene.service.state_path / "journal.sqlite", timeout=10)) as db:
        db.execute("UPDATE answers SET hides_at = 0 WHERE hides_at IS NOT NULL")
        db.commit()
    return replace(_charged(sent, [SENTENCES.text], round(SENTENCES.seconds)), buttons=())


async def _long_answer(scene: Scene, anna: User) -> tuple[Message, Message]:
    sent = await send(anna, SENTENCES)
    answer = await scene.answer_to(sent)
    await scene.delivered(sent)
    return sent, answer


async def _be_granted_in_chat(scene: Scene, anna: User) -> Outcome:
    """An administrator's tap."""
    menu = await anna.wait_reply(await anna.send_text(f"/admin {anna.id}"))
    await anna.press(menu, f"admin:grant:{anna.id}:60")
    return Outcome(None, [], [("grant", 60)])


async def _ask_to_say_to_all(scene: Scene, anna: User) -> Outcome:
    sent = await anna.send_text(f"/admin broadcast {NEWS}")
    with _journal(scene) as db:
        reached = db.execute("SELECT user_id FROM people WHERE blocked_at IS NULL").fetchall()
    asked = WORDS.get("ru", "cast-ask", count=len({anna.id, *(user_id for (user_id,) in reached)}))
    return Outcome(sent, [f"{NEWS}\n\n———\n{asked}"])


async def _say_to_all(scene: Scene, anna: User) -> Outcome:
    """Everybody who has written reads it once, whoever asked for it among them, who is told once how many that were."""
    sent = await anna.send_text(f"/admin broadcast {NEWS}")
    preview = await anna.wait_reply(sent)
    with _journal(scene) as db:
        everybody = [user_id for (user_id,) in db.execute("SELECT user_id FROM people")]
    # Who has never written in private can't be written to.
    people = [scene.telegram.world.people[each] for each in everybody if each in scene.telegram.world.chats]
    blocked = sum(person.blocked_bot for person in people)
    await anna.press(preview, WORDS.get("ru", "button-cast-send"))
    done = WORDS.get(
        "ru",
        "cast-done",
        delivered=len(people) - blocked,
        blocked=blocked,
        strangers=len(everybody) - len(people),
        failed=0,
    )
    return Outcome(sent, [done, NEWS, done])


async def _order(scene: Scene, anna: User) -> Outcome:
    """Anna presses a button, and gets one invoice."""
    sent = await anna.send_text("/buy")
    shelf = await anna.wait_reply(sent)
    await anna.press(shelf, "buy:hour")
    return Outcome(sent, [shelf.text, ""])


async def _invoice(scene: Scene, anna: User) -> Message:
    shelf = await anna.wait_reply(await anna.send_text("/buy"))
    await anna.press(shelf, "buy:hour")
    return await anna.wait_reply(shelf)


async def _leave_the_counter(scene: Scene, anna: User) -> Outcome:
    """Telegram is not told in time that Anna may pay, so she does not."""
    with pytest.raises(PaymentRefused):
        await anna.pay(await _invoice(scene, anna), patience_seconds=2)
    return Outcome(None, [])


async def _pay(scene: Scene, anna: User) -> Outcome:
    return Outcome(None, [], [("purchase", HOUR)], credited=[await anna.pay(await _invoice(scene, anna))])


async def _pay_unheard(scene: Scene, anna: User) -> Outcome:
    """Telegram does not tell the bot, and the service is killed: the next life has to ask."""
    charge = await anna.pay(await _invoice(scene, anna), deliver=False)
    scene.service.send_signal(signal.SIGKILL)
    return Outcome(None, [], [("purchase", HOUR)], credited=[charge])


async def _pay_in_silence(scene: Scene, anna: User) -> Outcome:
    """No message ever tells of it: Telegram's list of transactions does."""
    invoice = (await _invoice(scene, anna)).invoice
    assert invoice is not None
    charge = scene.telegram.stars.charge(anna.person, invoice, int(scene.telegram.world.clock()))
    scene.service.send_signal(signal.SIGKILL)
    return Outcome(None, [], [("purchase", HOUR)], credited=[charge])


async def _pay_for_another(scene: Scene, anna: User) -> Outcome:
    """What Anna pays of Ben's order comes back."""
    await anna.wait_reply(await anna.send_text("/buy"))
    return Outcome(None, [], returned=[await anna.paid(await _invoice(scene, scene.person()))])


async def _bought(scene: Scene, anna: User) -> Charge:
    charge = await anna.pay(await _invoice(scene, anna))
    await _receipt(scene, anna, charge)
    return charge


async def _receipt(scene: Scene, anna: User, charge: Charge) -> None:
    """Wait until it is told, and that is journaled."""
    await anna.wait_message(lambda message: charge.id in message.text)
    # The receipt is there, and the journal learns of it after that.
    await until(lambda: not _count(scene, TO_SETTLE), ANSWER_TIMEOUT_SECONDS)


async def _cancel_subscription(scene: Scene, anna: User) -> Outcome:
    """Telegram tells of it in the line of updates that have a number of their own."""
    shelf = await anna.wait_reply(await anna.send_text("/buy"))
    await anna.press(shelf, "buy:month")
    url = (await anna.wait_reply(shelf)).buttons[0].url
    assert url is not None
    charge = await anna.pay(url)
    await _receipt(scene, anna, charge)
    await anna.turn_subscription(charge, "canceled")
    return Outcome(None, [], [("purchase", 0)], credited=[charge], renewals=['"canceled"'])


async def _be_paid_back(scene: Scene, anna: User) -> Outcome:
    """By an operator."""
    charge = await _bought(scene, anna)
    request = RefundPayment(charge_id=charge.id)
    await _try(scene, request)
    return Outcome(None, [], [("purchase", HOUR), ("take_back", -HOUR)], [request], returned=[charge])


async def _be_paid_back_elsewhere(scene: Scene, anna: User) -> Outcome:
    charge = await _bought(scene, anna)
    await anna.get_back(charge)
    return Outcome(None, [], [("purchase", HOUR), ("take_back", -HOUR)], returned=[charge])


async def _be_paid_back_while_speaking(scene: Scene, anna: User) -> Outcome:
    """What the recording does not use of the seconds set aside for it is taken back, too."""
    charge = await _bought(scene, anna)
    await scene.service.control.perform(SetQuota(user=str(anna.id), seconds=0, request_id=f"quota-{anna.id}"))
    frozen = await scene.freeze_workers()
    sent = await send(anna, SHORT, chat=scene.supergroup(anna))
    await anna.wait_reply(sent)
    request = RefundPayment(charge_id=charge.id)
    await _try(scene, request)
    thaw(frozen)
    reserved = SHORT_SECONDS + 1
    ledger = [("purchase", HOUR), ("reserve", -reserved), ("take_back", reserved - HOUR)]
    ledger += [("settle", 1), ("take_back", -1)]
    return Outcome(sent, [SHORT.text], ledger, [request], returned=[charge])


TO_SETTLE = "SELECT count(*) FROM payments WHERE state = 'refunding' OR notice IS NOT NULL"


def _count(scene: Scene, question: str) -> int:
    with _journal(scene) as db:
        return int(db.execute(question).fetchone()[0])


def _journal(scene: Scene) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(scene.service.state_path / "journal.sqlite", timeout=10))


async def _be_forgotten(scene: Scene, anna: User) -> Outcome:
    await scene.grant(anna, 50)
    return Outcome(await anna.send_text("/forget yes"), [TEXTS.get("ru", "forget-done")])


async def _be_forgotten_by_operator(scene: Scene, anna: User) -> Outcome:
    await scene.grant(anna, 50)
    request = ForgetUser(user_id=anna.id)
    await _try(scene, request)
    return Outcome(None, [], [], [request])


async def _connect(scene: Scene, anna: User) -> Outcome:
    """Anna connects her account, and that must be told to her once."""
    account = await scene.telegram.connect(anna, scene.person(), dc=4)
    return Outcome(None, [_told_of(account)], account=account)


async def _speak_by_account(scene: Scene, anna: User) -> Outcome:
    """Somebody speaks to Anna, and the text is for her."""
    account, ben = await _connected(scene, anna)
    sent = await account.receive_voice(ben, SHORT.data, SHORT.seconds)
    outcome = _charged(sent, [_told_of(account), f"🎙 {ben.person.first_name}:\n{SHORT.text}"], SHORT_SECONDS)
    return replace(outcome, account=account)


async def _speak_in_name(scene: Scene, anna: User) -> Outcome:
    """The same, and the text is said in her name."""
    account, ben = await _connected(scene, anna)
    asked = await anna.send_text("/settings business_answers chat")
    chosen = (await anna.wait_reply(asked)).text
    sent = await account.receive_voice(ben, SHORT.data, SHORT.seconds)
    outcome = _charged(sent, [_told_of(account), chosen], SHORT_SECONDS)
    return replace(outcome, account=account, said=[SHORT.text])


async def _withdraw_from_account(scene: Scene, anna: User) -> Outcome:
    """What was said to Anna is deleted while it is in work."""
    account, ben = await _connected(scene, anna)
    frozen = await scene.freeze_workers()
    sent = await account.receive_voice(ben, SHORT.data, SHORT.seconds)
    await scene.service.wait_event("job accepted", chat_id=ben.id, message_id=sent.id)
    await account.delete(sent)
    thaw(frozen)
    ledger = [("reserve", -SHORT_SECONDS - 1), ("refund", SHORT_SECONDS + 1)]
    return Outcome(sent, [_told_of(account)], ledger, account=account)


async def _disconnect(scene: Scene, anna: User) -> Outcome:
    """The account is disconnected while something of it is in work."""
    account, ben = await _connected(scene, anna)
    frozen = await scene.freeze_workers()
    sent = await account.receive_voice(ben, SHORT.data, SHORT.seconds)
    await scene.service.wait_event("job accepted", chat_id=ben.id, message_id=sent.id)
    await account.disconnect()
    thaw(frozen)
    ledger = [("reserve", -SHORT_SECONDS - 1), ("refund", SHORT_SECONDS + 1)]
    return Outcome(sent, [_told_of(account), TEXTS.get("ru", "business-disconnected")], ledger, account=account)


async def _connected(scene: Scene, anna: User) -> tuple[ConnectedAccount, User]:
    """Anna's account, when she knows that it is connected, and whom she talks with."""
    ben = scene.person()
    account = await scene.telegram.connect(anna, ben, dc=4)
    await anna.wait_message(timeout_seconds=ANSWER_TIMEOUT_SECONDS)
    return account, ben


def _told_of(account: ConnectedAccount) -> str:
    return TEXTS.get("ru", "business-connected", place="owner", can_reply=int(account.connection.can_reply))


def _charged(sent: Message | None, texts: Sequence[str], seconds: int) -> Outcome:
    """The answer of a recording that was as long as it declared."""
    reserved = seconds + 1
    return Outcome(sent, texts, [("reserve", -reserved), ("settle", reserved - seconds)])


_NOT_RECOGNISED = (_speak_where_nobody_may, _speak_and_withdraw)


# --- the table ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Case:
    """What somebody does, and where the lives end in which it happens."""

    act: Act
    points: tuple[str, ...]
    """One for each life: a moment, a method of the journal or of Telegram, and which such request it is."""
    is_long: bool = False
    """The answer takes several messages."""
    limits: int | None = None
    """Seconds that a recording may have from the second life on."""

    def __str__(self) -> str:
        ends = ", then ".join(point or "at some time" for point in self.points)
        return f"{self.act.__name__.strip('_')}: {ends}{', then allowed' if self.limits else ''}"


def _table() -> list[Case]:
    cases = [
        *_around(_speak, "receive", "see", "accept", "record_status_message", "conclude", "mark_done"),
        *(Case(_speak, (f"inside {method}",)) for method in ("accept", "conclude", "mark_done")),
        *_around(_speak, "messages.SendMessage", "messages.EditMessage", "upload.GetFile"),
        *(Case(_speak_in_supergroup, (f"after messages.{name}",)) for name in ("SendMessage", "EditMessage")),
        Case(_speak_without_status, ("before mark_done",)),
        *_around(_speak_and_block, "mark_unanswered"),
        Case(_speak_and_block, ("inside mark_unanswered",)),
        *(Case(act, (point,)) for act in _NOT_RECOGNISED for point in ("after conclude", "inside mark_unanswered")),
        Case(_speak_and_withdraw_unheard, ("after conclude",)),
        *(Case(_speak_and_withdraw, (f"{moment} channels.DeleteMessages",)) for moment in ("before", "after")),
        Case(_speak_amid_others, ("after messages.SendMessage",)),
        Case(_speak_and_be_interrupted, ("",)),
        *_around(_speak_longer_than_declared, "reserve_again"),
        *_around(_speak, "route"),
        *_around(_speak_and_lose_worker, "record_death"),
        *_around(_speak_too_long, "reject", "messages.SendMessage"),
        Case(_speak_too_long, ("after messages.SendMessage",), limits=500),
        Case(_speak_too_long, ("inside reject",)),
        *_around(_ask, "messages.SendMessage"),
        Case(_ask, ("after receive",)),
        *(Case(_ask_for_a_song, (f"after {method}",)) for method in ("receive", "accept", "record_status_message")),
        *_around(_ask_for_a_song, "dismiss", "conclude", "mark_done", "channels.GetMessages"),
        *(Case(_press, (point,)) for point in ("after receive_press", "inside finish_press", "after finish_press")),
        Case(_press, ("after append_once",)),
        *(Case(_press, (f"after messages.{name}",)) for name in ("SetBotCallbackAnswer", "EditMessage")),
        *_around(_speak_and_cancel, "cancel"),
        Case(_speak_and_cancel, ("after receive_press",)),
        Case(_speak_and_cancel, ("after conclude",)),
        *(Case(_choose, (f"{moment} append_once",)) for moment in ("before", "inside", "after")),
        *(Case(_add_words, (point,)) for point in ("after append_once", "before messages.SendMessage")),
        *(
            Case(_ask_as_guest, (point,))
            for point in (
                *("after receive", "after accept", "after keep_place", "after conclude", "before mark_done"),
                *("before messages.SetBotGuestChatResult", "after messages.EditInlineBotMessage"),
            )
        ),
        *(Case(_ask_as_guest_in_vain, (f"{moment} keep_place",)) for moment in ("before", "inside")),
        *(Case(_press_for_subtitles, (f"{moment} messages.SendMedia",)) for moment in ("before", "after")),
        *(Case(_press_for_subtitles, (point,)) for point in ("after receive_press", "inside finish_press")),
        *_around(_press_for_summary, "ask_making", "keep_made", "end_making"),
        *(Case(_press_for_summary, (f"inside {write}",)) for write in ("ask_making", "keep_made", "end_making")),
        *(Case(_press_for_summary, (point,)) for point in ("after receive_press", "after finish_press")),
        *(Case(_press_for_summary, (f"{moment} messages.SendMessage 2",)) for moment in ("before", "after")),
        *_around(_ask_for_summary, "ask_making", "dismiss"),
        *_around(_speak_for_summary, "mark_done", "keep_made", "end_making"),
        Case(_press_for_times, ("after messages.EditMessage 2",)),
        *(Case(_press_to_remove, (f"{moment} messages.DeleteMessages",)) for moment in ("before", "after")),
        *_around(_let_buttons_fade, "note_hidden"),
        *_around(_connect, "record", "mark_told", "messages.SendMessage"),
        *(Case(_speak_by_account, (point,)) for point in ("after receive", "before keep_place", "after keep_place")),
        *(Case(_speak_by_account, (f"{moment} messages.SendMessage 2",)) for moment in ("before", "after")),
        *_around(_speak_in_name, "InvokeWithBusinessConnection"),
        Case(_speak_in_name, ("after keep_place",)),
        Case(_speak_in_name, ("before mark_done",)),
        *_around(_withdraw_from_account, "mark_deleted"),
        Case(_withdraw_from_account, ("after conclude",)),
        Case(_disconnect, ("after conclude",)),
        *_around(_order, "place_order"),
        *(Case(_order, (point,)) for point in ("after receive_press", "after messages.SendMedia")),
        Case(_leave_the_counter, ("before messages.SetBotPrecheckoutResults",)),
        *_around(_pay, "credit", "mark_payment_told"),
        *(Case(_pay_unheard, ("", point)) for point in ("before receive", "after updates.GetDifference")),
        Case(_pay_unheard, ("", "after receive", "inside credit")),
        *(Case(_pay_in_silence, ("", point)) for point in ("after credit", "before mark_reconciled")),
        *_around(_pay_for_another, "payments.RefundStarsCharge"),
        Case(_pay_for_another, ("after credit", "after payments.RefundStarsCharge")),
        *_around(_be_paid_back, "begin_refund", "end_refund"),
        Case(_be_paid_back, ("inside begin_refund",)),
        Case(_be_paid_back, ("after begin_refund", "after payments.RefundStarsCharge")),
        Case(_be_paid_back, ("after end_refund", "before mark_payment_told")),
        *_around(_be_paid_back_elsewhere, "record_refund"),
        *(Case(_be_paid_back_while_speaking, (f"{moment} conclude",)) for moment in ("before", "inside", "after")),
        Case(_be_paid_back_while_speaking, ("after begin_refund",)),
        *_around(_cancel_subscription, "note_renewal"),
        Case(_cancel_subscription, ("inside note_renewal",)),
        *_around(_be_granted, "append_once"),
        *_around(_be_tried_again, "retry"),
        Case(_be_tried_again, ("inside retry",)),
        Case(_be_tried_again, ("after messages.EditMessage 2",)),
        *(Case(_be_granted_in_chat, (f"{moment} append_once",)) for moment in ("before", "inside", "after")),
        *_around(_ask_to_say_to_all, "draft_broadcast"),
        Case(_ask_to_say_to_all, ("after messages.SendMessage",)),
        *_around(_say_to_all, "begin_broadcast", "note_recipient", "end_broadcast"),
        *(Case(_say_to_all, (f"inside {write}",)) for write in ("begin_broadcast", "note_recipient", "end_broadcast")),
        *(Case(_say_to_all, (f"{moment} messages.SendMessage 2",)) for moment in ("before", "after")),
        *_around(_be_imported, "change_many"),
        Case(_be_imported, ("inside change_many",)),
        *_around(_be_forgotten, "forget", "compact", "messages.SendMessage", "end_farewell"),
        Case(_be_forgotten, ("inside forget",)),
        *(Case(_be_forgotten_by_operator, (f"after {method}",)) for method in ("forget", "compact", "end_farewell")),
    ]
    # Answers in several messages: the first is the status, edited; the others are sent after it.
    moments = [f"{moment} messages.SendMessage {number}" for number in (2, 3) for moment in ("before", "after")]
    moments += ["after messages.EditMessage", "before mark_done"]
    cases += [Case(_speak_long, (moment,), is_long=True) for moment in moments]
    twice = [
        (_speak_unheard, "", "after updates.GetDifference"),
        (_speak_unheard, "", "after receive"),
        (_speak, "after receive", "before messages.GetMessages"),
        (_speak, "after receive", "after accept"),
        (_speak, "after messages.SendMessage", "after messages.GetMessages"),
        (_speak, "after messages.SendMessage", "before record_status_message"),
        (_speak, "after accept", "after conclude"),
        (_speak, "after conclude", "after messages.EditMessage"),
        (_speak, "after messages.EditMessage", "before mark_done"),
        (_speak_too_long, "before reject", "before messages.GetMessages"),
        (_be_forgotten, "before forget", "after forget"),
        (_be_forgotten, "after forget", "after compact"),
        (_be_forgotten, "after forget", "after messages.SendMessage"),
        (_be_forgotten, "after compact", "before end_farewell"),
        (_speak, "after accept", "inside prune"),
        (_speak, "after conclude", "after prune"),
    ]
    return cases + [Case(act, (first, second)) for act, first, second in twice]


def _around(act: Act, *methods: str) -> list[Case]:
    return [Case(act, (f"{moment} {method}",)) for method in methods for moment in ("before", "after")]


CASES = {str(case): case for case in _table()}


# --- playing it -----------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Stage:
    """A scene whose service can be made to die at a point."""

    scene: Scene
    settings: dict[str, dict[str, str | int | float | bool]]
    crash_file: Path

    async def play(self, case: Case) -> None:
        """Raises AssertionError, TimeoutError."""
        scene = self.scene
        anna = scene.person()
        outcome = await self._first_life(case, anna)
        for point in case.points[1:]:
            self._prepare(point)
            await scene.service.spawn()
            await self._dies()
        self.settings["limits"] = {"max_recording_seconds": case.limits} if case.limits else {}
        await scene.service.start()
        for request in outcome.requests:
            await scene.service.control.perform(request)
        await self._at_rest()
        await self._check(outcome, anna)
        if self.settings.pop("limits"):
            assert await scene.service.stop() == 0
            await scene.service.start()

    async def _first_life(self, case: Case, anna: User) -> Outcome:
        self._prepare(case.points[0])
        outcome = await case.act(self.scene, anna)
        await self._dies()
        return outcome

    def _prepare(self, point: str) -> None:
        """Have the service die at this point, in this life or the next."""
        moment, _, where = point.partition(" ")
        method, _, number = where.partition(" ")
        if "." not in method and not method.startswith("Invoke"):
            self.crash_file.write_text(point)
            return
        faults = self.scene.telegram.faults
        if number:
            faults.hook(method, lambda: None, times=int(number) - 1)
        faults.hook(method, partial(self._kill, method, moment), performed=moment == "after")

    def _kill(self, method: str, moment: str) -> None:
        if moment == "before":
            self.scene.telegram.faults.silence(method)  # it never reached Telegram
        self.scene.service.send_signal(signal.SIGKILL)

    async def _dies(self) -> None:
        """Wait until the service has died at its point, and see that it leaves no process behind."""
        workers = children_of(self.scene.service.pid)
        assert await self.scene.service.wait_exit() == -signal.SIGKILL, self.scene.service.log
        self.crash_file.unlink(missing_ok=True)
        await until(lambda: not any(map(is_alive, workers)), 10)

    async def _at_rest(self) -> None:
        """Wait until the service has nothing left to do."""
        async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
            while True:
                jobs = (await self.scene.service.control.perform(ShowStatus())).jobs
                if jobs.undecided + jobs.accepted + jobs.concluded + self._to_do() == 0:
                    return
                await asyncio.sleep(0.05)

    def _to_do(self) -> int:
        """Farewells and presses that are not finished, buttons that are due to go, and owners who were not told."""
        with contextlib.closing(sqlite3.connect(self.scene.service.state_path / "journal.sqlite")) as db:
            count = (
                "SELECT (SELECT count(*) FROM farewells) + (SELECT count(*) FROM presses WHERE state = 'received')"
                " + (SELECT count(*) FROM answers WHERE hides_at <= 0)"
                " + (SELECT count(*) FROM makings)"
                " + (SELECT count(*) FROM connections WHERE NOT is_told)"
                " + (SELECT count(*) FROM broadcasts WHERE state = 'running')"
                f" + ({TO_SETTLE})"
            )
            return int(db.execute(count).fetchone()[0])

    async def _check(self, outcome: Outcome, anna: User) -> None:
        if outcome.account is not None:
            await self._check_account(outcome, anna)
        elif outcome.sent is not None:
            answers = await self._answers(outcome.sent, len(outcome.texts))
            assert [_said(answer.text) for answer in answers] == [*map(_said, outcome.texts)]
            asked = [] if outcome.sent.is_deleted else [outcome.sent]
            asked += [] if outcome.asking is None else [outcome.asking]
            assert outcome.sent.chat.visible == sorted([*asked, *answers], key=lambda message: message.id)
            for answer in answers:
                labels = [button.text for button in answer.buttons]
                assert labels == (labels if outcome.buttons is None else list(outcome.buttons))
                seen = [(edit.text, edit.keyboard) for edit in answer.edits]
                assert seen.count((answer.text, answer.keyboard)) == 1
        with _journal(self.scene) as db:
            sql = "SELECT value FROM entries WHERE user_id = ? AND name = 'subscription_renewal' ORDER BY seq"
            assert [row[0] for row in db.execute(sql, (anna.id,))] == list(outcome.renewals)
        for charge in outcome.charges:
            await self._check_charge(charge, anna, is_returned=charge in outcome.returned)
        movements = [(line.kind, line.seconds + line.extra_seconds) for line in await self.scene.ledger(anna)]
        assert movements == list(outcome.ledger)

    async def _check_charge(self, charge: Charge, anna: User, *, is_returned: bool) -> None:
        """Each is told of once: that it was credited, or that it came back."""
        words = "вернулись" if is_returned else "Спасибо"

        def told() -> list[Message]:
            return [message for message in anna.chat.visible if charge.id in message.text and words in message.text]

        await anna.wait_for(lambda: told() or None, ANSWER_TIMEOUT_SECONDS)
        await self._at_rest()
        assert len(told()) == 1
        assert (charge.refunded_at is not None) == is_returned

    async def _check_account(self, outcome: Outcome, anna: User) -> None:
        """What Anna is told in her own chat, and what is said in her name."""

        def told() -> list[str] | None:
            texts = [message.text for message in anna.chat.visible if message.sender.is_bot]
            return texts if len(texts) >= len(outcome.texts) else None

        assert await self.scene.telegram.wait_for(told, ANSWER_TIMEOUT_SECONDS, "Anna to be told") == outcome.texts
        if outcome.sent is not None:
            said = [message for message in outcome.sent.chat.visible if message.sender.is_bot]
            assert [message.text for message in said] == list(outcome.said)
            assert all(message.reply_to == outcome.sent.id for message in said)

    async def _answers(self, sent: Message, number: int) -> list[Message]:
        """The bot's messages, once it is through with them."""

        def found() -> list[Message] | None:
            answers = [message for message in sent.chat.visible if message.sender.is_bot]
            return answers if len(answers) >= number and all(map(is_final, answers)) else None

        if not number:
            return [message for message in sent.chat.visible if message.sender.is_bot]
        return await self.scene.telegram.wait_for(found, ANSWER_TIMEOUT_SECONDS, "the answer")


def _said(text: str) -> str:
    """What an answer says, without its paragraphs and its times."""
    return in_one_line(re.sub(r"\b\d+:\d\d ", "", text))


@asynccontextmanager
async def _stage(directory: Path, *, is_long: bool) -> AsyncIterator[Stage]:
    """A stage; when its cases are played, its service is stopped and its books are checked."""
    async with LoopbackTelegram() as telegram:
        settings = {section: dict(keys) for section, keys in SETTINGS.items()}
        service = RunningService(telegram, directory, settings)
        crash_file = directory / "crash"
        service.environment |= {tampered.CRASH_FILE: str(crash_file), tampered.PROBE: "yes"}
        if is_long:
            service.environment |= {tampered.MESSAGE_UNITS: str(PART_UNITS)}
        await service.start()
        try:
            yield Stage(Scene(telegram, service), settings, crash_file)
        finally:
            status = await service.stop()
        assert status == 0, service.log
        assert not list((service.state_path / "spool").iterdir())
        assert telegram.unknown_methods == []
        assert await _broken_invariants(service.state_path) == []


async def _broken_invariants(state_path: Path) -> list[str]:
    store = await Store.open(state_path, QUOTA)
    try:
        return await store.reports.check()
    finally:
        await store.close()


Results = dict[str, BaseException | None]


async def _play(cases: Sequence[Case], directory: Path, results: Results) -> None:
    """Play the cases one after the other; after one that fails, the stage is set anew."""
    left = list(cases)
    for number in count():
        if not left:
            return
        failed = None
        try:
            async with _stage(directory / str(number), is_long=left[0].is_long) as stage:
                while left and failed is None:
                    case = left.pop(0)
                    try:
                        await stage.play(case)
                        results[str(case)] = None
                    except (AssertionError, TimeoutError, RuntimeError, VoicepipeError) as error:
                        failed = results[str(case)] = error
        except Exception as error:
            results[str(case)] = failed or error


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What came of each case that was asked for (as by `-k`); None where all is well."""
    found: Results = {}
    parametrized = (item for item in request.session.items if hasattr(item, "callspec"))
    asked_for = {item.callspec.params.get("case") for item in parametrized}
    cases = [case for name, case in CASES.items() if name in asked_for]
    short = [case for case in cases if not case.is_long]
    shares = [short[number::SCENES] for number in range(SCENES)] + [[case for case in cases if case.is_long]]
    await asyncio.gather(*(_play(cases, tmp_path_factory.mktemp("stage"), found) for cases in shares))
    return found


@pytest.mark.parametrize("case", CASES)
async def test_one_answer_and_one_charge_come_of_it(case: str, results: Results) -> None:
    if (error := results[case]) is not None:
        raise error
