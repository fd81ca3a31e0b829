"""Buying in the chat: no such command unless something is sold, and texts that fit Telegram in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.talk import Talk
from voicepipe.config import Config, PaymentsConfig, QuotaConfig
from voicepipe.config.live import LiveConfig
from voicepipe.config.payments import PackageConfig
from voicepipe.config.quota import PlanConfig
from voicepipe.conversation.commands import COMMANDS
from voicepipe.conversation.payments.wording import DESCRIPTION_SIGNS, TITLE_SIGNS
from voicepipe.conversation.texts import LANGUAGES, Texts
from voicepipe.domain.payments import Fault, Notice, Payment, PaymentState
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance, Renewal

TEXTS = Texts(lambda: "ru")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
BALANCE = Balance(60, 0, 600, NOW, NOW.date(), is_unlimited=False, is_banned=False)
SOLD = Config(
    quota=QuotaConfig(plans={"plus": PlanConfig(daily_seconds=7200)}),
    payments=PaymentsConfig(
        packages={
            "odd": PackageConfig(stars=7, seconds=366 * 86_400 - 1),
            "month": PackageConfig(stars=200, plan="plus"),
        },
        terms={"en": "Our terms."},
    ),
)
OF_SELLERS = {"buy", "history", "paysupport", "terms"}


def menu(config: Config) -> set[str]:
    return set(COMMANDS.offered(LiveConfig(config)).menu(lambda key: key))


def test_the_commands_are_there_only_where_something_is_sold() -> None:
    assert menu(SOLD) - menu(Config()) == OF_SELLERS


async def test_where_nothing_is_sold_they_are_unknown() -> None:
    talk = Talk(Config(), BALANCE, COMMANDS.offered(LiveConfig(Config())))
    for name in OF_SELLERS:
        (reply,) = await talk.replies(f"/{name}")
        assert reply.text == TEXTS.get("ru", "unknown-command")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_sold_is_shown_and_its_invoice_fits(language: str) -> None:
    talk = Talk(SOLD, BALANCE)
    (shelf,) = await talk.replies("/buy", Person(7, "anna", language))
    assert [row[0].data for row in shelf.buttons] == ["buy:odd", "buy:month"]
    assert "200 ⭐" in shelf.buttons[1][0].text
    for package in ("odd", "month"):
        invoice = await talk.cashier.order(7, package, language, request_id=f"press-{package}")
        assert invoice is not None
        assert 0 < len(invoice.title) <= TITLE_SIGNS
        assert 0 < len(invoice.description) <= DESCRIPTION_SIGNS
        assert invoice.is_subscription == (package == "month")
    assert await talk.cashier.order(7, "gone", language, request_id="press-gone") is None


async def test_the_operators_terms_take_the_place_of_ours() -> None:
    (reply,) = await Talk(SOLD, BALANCE).replies("/terms")
    assert reply.text == "Our terms."


PAYMENT = Payment(
    charge_id="stx1",
    user_id=7,
    package="odd",
    stars=50,
    seconds=3600,
    taken_back=0,
    plan=None,
    until=None,
    paid_at=NOW,
    state=PaymentState.CREDITED,
    reason=None,
    refund_to=None,
    notice=Notice.RECEIPT,
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "Добавлено: 1 час. Теперь в запасе 10 минут сверх дневных."),
        ({"plan": "plus", "until": NOW + timedelta(days=30), "seconds": 0}, "действует до 31.03.2026."),
        (
            {"notice": Notice.RETURNED, "reason": Fault.ASKED, "taken_back": 1800},
            "Оплата возвращена владельцем бота. 50 ⭐ вернулись к вам. Неизрасходованное снято с запаса: 30 минут.",
        ),
        (
            {"notice": Notice.RETURNED, "reason": Fault.EXPIRED},
            "Заказ к моменту оплаты устарел. 50 ⭐ вернулись",
        ),
    ],
)
def test_a_payment_is_told_of_with_its_number(change: dict[str, Any], words: str) -> None:
    text = Talk(SOLD, BALANCE).cashier.words.notice(replace(PAYMENT, **change), 600).text
    assert words in text
    assert text.endswith("Номер платежа: stx1")


async def test_a_question_that_reaches_nobody_is_said_to() -> None:
    (reply,) = await Talk(SOLD, BALANCE).replies("/paysupport где секунды?")
    assert reply.text == TEXTS.get("ru", "paysupport-nobody")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_privacy_tells_of_payments_where_something_is_sold(language: str) -> None:
    anna = Person(7, "anna", language)
    of_payments = TEXTS.get(language, "privacy-payments")
    assert of_payments in (await Talk(SOLD, BALANCE).replies("/privacy", anna))[0].text
    assert of_payments not in (await Talk(Config(), BALANCE).replies("/privacy", anna))[0].text
    assert "/forget" in of_payments


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("renewal", Renewal)
async def test_quota_tells_how_long_a_subscription_is_paid_for(language: str, renewal: Renewal) -> None:
    subscribed = replace(BALANCE, plan="plus", plan_until=NOW + timedelta(days=30, hours=23), renewal=renewal)
    anna = Person(7, "anna", language)
    (reply,) = await Talk(SOLD, subscribed).replies("/quota", anna)
    assert reply.text.endswith(TEXTS.get(language, "quota-plan-until", until="31.03.2026", renewal=renewal.value))
    assert len({TEXTS.get(language, "quota-plan-until", until="31.03.2026", renewal=each) for each in Renewal}) == 3
    (given,) = await Talk(SOLD, replace(BALANCE, plan="plus")).replies("/quota", anna)
    assert "2026" not in given.text
