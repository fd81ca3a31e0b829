"""Seconds for Telegram Stars: whatever is paid, doubled, withheld, given back or killed, what everybody has left is
what they have paid for less what they used, to the second."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.scene import SAMPLES, TEXTS, Scene, open_scene, send
from tests.support.telegram import Message, User
from tests.support.telegram.stars import Charge, PaymentRefused

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

SHORT = SAMPLES["seen_ru_18.ogg"]
HOUR, STARS = 3600, 50
ADMINISTRATOR = 1_999
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "telegram": {"administrators": str(ADMINISTRATOR)},
    "alerts": {"summary_at": "", "disk_mib": 0, "queue_minutes": 0, "telegram_minutes": 0, "worker_given_up": False},
    "quota": {"daily_seconds": 0},
    "quota.plans.plus": {"daily_seconds": 7200},
    "payments.packages.hour": {"stars": STARS, "seconds": HOUR},
    "payments.packages.month": {"stars": 200, "plan": "plus"},
    "workers": {"count": 1},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path_factory.mktemp("payments"), SETTINGS) as opened:
        yield opened
        await assert_ledger(opened)


async def assert_ledger(scene: Scene) -> None:
    """What everybody has left is what they paid for, less what they used and what was taken back."""
    with contextlib.closing(sqlite3.connect(scene.service.state_path / "journal.sqlite")) as db:
        credited = dict(db.execute("SELECT user_id, sum(seconds - taken_back) FROM payments GROUP BY user_id"))
        left = dict(db.execute("SELECT user_id, sum(extra_seconds) FROM entries GROUP BY user_id"))
        used = dict(
            db.execute(
                "SELECT user_id, -sum(extra_seconds) FROM entries WHERE kind IN ('reserve', 'settle', 'refund')"
                " GROUP BY user_id"
            )
        )
    users = {user_id for user_id in credited | left if user_id}
    assert {each: left.get(each, 0) for each in users} == {
        each: credited.get(each, 0) - used.get(each, 0) for each in users
    }


async def invoice_for(anna: User, package: str = "hour") -> Message:
    """What somebody gets who presses a button of /buy."""
    shelf = await anna.wait_reply(await anna.send_text("/buy"))
    await anna.press(shelf, f"buy:{package}")
    return await anna.wait_reply(shelf)


async def told(anna: User, word: str) -> Message:
    """A receipt, or whatever else tells of a charge."""
    return await anna.wait_message(lambda message: word in message.text)


async def extra(scene: Scene, anna: User) -> int:
    return (await scene.account(anna)).extra_left_seconds


async def test_what_is_bought_is_credited_used_and_shown(scene: Scene) -> None:
    anna = scene.person()
    refusal = await anna.wait_reply(await send(anna, SHORT))
    assert [button.text for button in refusal.buttons] == [TEXTS.get("ru", "buy-offer")]
    await anna.press(refusal, TEXTS.get("ru", "buy-offer"))
    shelf = await anna.wait_reply(refusal)
    assert [button.data for button in shelf.buttons] == [b"buy:hour", b"buy:month"]
    await anna.press(shelf, "buy:hour")
    invoice = await anna.wait_reply(shelf)
    assert invoice.invoice is not None
    assert invoice.invoice.title == "1 час речи"
    charge = await anna.pay(invoice)
    receipt = await told(anna, charge.id)
    assert "Добавлено: 1 час." in receipt.text
    sent = await send(anna, SHORT)
    assert await scene.text_for(sent) == SHORT.text
    await scene.delivered(sent)
    assert await extra(scene, anna) == HOUR - round(SHORT.seconds)
    kinds = [(line.kind, line.extra_seconds) for line in await scene.ledger(anna)]
    assert kinds[0] == ("purchase", HOUR)
    history = await anna.wait_reply(await anna.send_text("/history"))
    assert charge.id in history.text
    assert "зачислено" in history.text
    assert "1 запись" in history.text


async def test_an_order_paid_twice_at_once_is_credited_once_and_one_payment_comes_back(scene: Scene) -> None:
    anna = scene.person()
    await anna.pay(await invoice_for(anna), times=2)
    returned = await told(anna, "дважды")
    charges = [charge for charge in scene.telegram.stars.charges.values() if charge.payer.id == anna.id]
    back = [charge for charge in charges if charge.refunded_at is not None]
    assert len(back) == 1
    assert back[0].id in returned.text
    assert await extra(scene, anna) == HOUR


async def test_who_pays_must_be_who_ordered(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    invoice = await invoice_for(anna)
    with pytest.raises(PaymentRefused, match="не вам"):
        await ben.pay(invoice)
    await ben.send_text("/start")
    charge = await ben.paid(invoice)  # Telegram let it through all the same
    await told(ben, charge.id)
    assert charge.refunded_at is not None
    assert await extra(scene, ben) == await extra(scene, anna) == 0


async def test_a_paid_invoice_can_not_be_paid_again_and_another_s_order_is_none(scene: Scene) -> None:
    anna = scene.person()
    invoice = await invoice_for(anna)
    await told(anna, (await anna.pay(invoice)).id)
    with pytest.raises(PaymentRefused, match="уже оплачен"):
        await anna.pay(invoice)
    assert invoice.invoice is not None
    invoice.invoice.payload = b"1.forged"
    with pytest.raises(PaymentRefused, match="Такого заказа нет"):
        await anna.pay(invoice)


async def test_a_late_answer_only_lets_the_purchase_fail(scene: Scene) -> None:
    anna = scene.person()
    invoice = await invoice_for(anna)
    answers = len(scene.telegram.calls_of("messages.SetBotPrecheckoutResults"))
    with pytest.raises(PaymentRefused):
        await anna.pay(invoice, patience_seconds=0.0)
    await scene.telegram.wait_call("messages.SetBotPrecheckoutResults", answers + 1)
    await told(anna, (await anna.pay(invoice)).id)
    assert await extra(scene, anna) == HOUR


async def test_a_payment_that_is_told_thrice_is_credited_once(scene: Scene) -> None:
    anna = scene.person()
    invoice = await invoice_for(anna)
    scene.telegram.faults.push_copies = 3
    charge = await anna.pay(invoice)
    scene.telegram.faults.push_copies = 1
    await told(anna, charge.id)
    assert await extra(scene, anna) == HOUR


async def test_a_refund_by_an_operator_takes_back_what_is_left(scene: Scene) -> None:
    anna = scene.person()
    charge = await anna.pay(await invoice_for(anna))
    await told(anna, charge.id)
    await scene.text_for(await send(anna, SHORT))
    status, out, err = await scene.service.command("payments", "refund", charge.id)
    assert status == 0, err
    assert charge.id in out
    returned = await told(anna, "владельцем")
    assert charge.id in returned.text
    assert charge.refunded_at is not None
    assert await extra(scene, anna) == 0
    (shown,) = (await scene.service.report("payments", "list", "--user", str(anna.id)))["payments"]
    assert (shown["state"], shown["taken_back"]) == ("refunded", HOUR - round(SHORT.seconds))
    assert "already" in (await scene.service.command("payments", "refund", charge.id))[1]


async def test_a_refund_made_elsewhere_takes_back_as_well(scene: Scene) -> None:
    anna = scene.person()
    charge = await anna.pay(await invoice_for(anna))
    await told(anna, charge.id)
    await anna.get_back(charge)
    await told(anna, "Оплата возвращена")
    assert await extra(scene, anna) == 0


async def test_telegram_may_refuse_a_refund_for_a_while_or_have_made_it(scene: Scene) -> None:
    anna = scene.person()
    charge = await anna.pay(await invoice_for(anna))
    await told(anna, charge.id)
    charge.refunded_at = 1  # another program has, and nobody told
    assert (await scene.service.command("payments", "refund", charge.id))[0] == 0
    await told(anna, "владельцем")
    assert await extra(scene, anna) == 0


async def test_a_subscription_gives_a_plan_and_is_renewed(scene: Scene) -> None:
    anna = scene.person()
    offered = await invoice_for(anna, "month")
    url = offered.buttons[0].url
    assert url is not None
    charge = await anna.pay(url)
    await told(anna, charge.id)
    assert (await scene.account(anna)).daily_quota_seconds == 7200
    for said, renewal in (("canceled", "canceled"), ("restored", "itself"), ("payment_failed", "failed")):
        await anna.turn_subscription(charge, said)
        await quota_tells(anna, renewal)
    renewed = await anna.renew(charge)
    await told(anna, renewed.id)
    await quota_tells(anna, "itself")
    await scene.service.command("payments", "refund", renewed.id)
    await told(anna, "владельцем")
    assert (await scene.account(anna)).daily_quota_seconds == 0
    assert renewed.is_ended


async def quota_tells(anna: User, renewal: str) -> None:
    """Wait until /quota says what comes after the month that is paid for; it may be asked before the bot knows."""
    marks = {"canceled": "подписка отменена", "itself": "продлится сам", "failed": "не удалось"}
    async with asyncio.timeout(30):
        while marks[renewal] not in (await anna.wait_reply(await anna.send_text("/quota"))).text:  # noqa: ASYNC110  the service tells only whoever asks
            await asyncio.sleep(0.1)


async def test_forgetting_keeps_the_accounts_and_no_name(scene: Scene) -> None:
    anna = scene.person()
    charge = await anna.pay(await invoice_for(anna))
    await told(anna, charge.id)
    warning = await anna.wait_reply(await anna.send_text("/forget"))
    assert TEXTS.get("ru", "forget-payments") in warning.text
    await anna.wait_reply(await anna.send_text("/forget да"))
    (shown,) = [
        row for row in (await scene.service.report("payments", "list"))["payments"] if row["charge_id"] == charge.id
    ]
    assert (shown["user_id"], shown["stars"], shown["package"]) == (0, STARS, "hour")
    # What was lost by that can be given back still: Telegram knows whose it was.
    assert (await scene.service.command("payments", "refund", charge.id))[0] == 0
    await scene.telegram.wait_for(lambda: charge.refunded_at, 30, "the refund")


async def test_questions_reach_the_administrators_and_terms_are_told(scene: Scene) -> None:
    anna, chief = scene.person(), scene.telegram.user(ADMINISTRATOR)
    await chief.wait_reply(await chief.send_text("/start"))
    assert (await anna.wait_reply(await anna.send_text("/terms"))).text == TEXTS.get("ru", "terms")
    assert (await anna.wait_reply(await anna.send_text("/paysupport"))).text == TEXTS.get("ru", "paysupport")
    asked = await anna.send_text("/paysupport где мои секунды?")
    assert (await anna.wait_reply(asked)).text == TEXTS.get("ru", "paysupport-sent")
    question = await chief.wait_message(lambda message: "где мои секунды?" in message.text)
    assert str(anna.id) in question.text


async def test_what_was_withheld_is_found_by_comparing_the_books(scene: Scene) -> None:
    """Last, as the service is killed: a payment and a refund that no update tells of."""
    anna, ben, celia = scene.person(), scene.person(), scene.person()
    invoices = [await invoice_for(each) for each in (anna, ben, celia)]
    of_ben = await ben.pay(invoices[1])
    await told(ben, of_ben.id)
    await scene.service.kill()
    of_anna = await unheard(scene, anna, invoices[0])
    of_ben.refunded_at = of_anna.date + 1
    of_celia = await celia.paid(invoices[2], deliver=False)  # the catch-up finds this one
    await scene.service.start()
    for each, charge in ((anna, of_anna), (celia, of_celia)):
        await told(each, charge.id)
        assert await extra(scene, each) == HOUR
    await told(ben, "Оплата возвращена")
    assert await extra(scene, ben) == 0
    assert scene.service.events("payments reconciled")[-1]["missing"] == 2


async def unheard(scene: Scene, anna: User, invoice: Message) -> Charge:
    """Somebody pays, and no message ever tells of it."""
    assert invoice.invoice is not None
    await asyncio.sleep(0)
    return scene.telegram.stars.charge(anna.person, invoice.invoice, int(scene.telegram.world.clock()))
