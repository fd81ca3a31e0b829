"""How what is sold, paid and paid back is told to whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from voicepipe.accounts.preferences import Preferences
from voicepipe.config import PaymentsConfig
from voicepipe.config.live import LiveConfig
from voicepipe.config.payments import PackageConfig
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.payments import Invoice, Notice, Offer, Payment
from voicepipe.domain.people import Person

TITLE_SIGNS = 32
DESCRIPTION_SIGNS = 255
"""Telegram's bounds of an invoice: core.telegram.org/bots/api#sendinvoice"""


class PeopleBook(Protocol):
    """Of the store: who has written to the bot."""

    def person(self, user_id: int) -> Person | None: ...


def offers(payments: PaymentsConfig) -> Mapping[str, Offer]:
    """What is sold, by the names of the packages."""
    return {
        name: Offer(package=name, stars=package.stars, seconds=package.seconds or 0, plan=package.plan)
        for name, package in payments.packages.items()
    }


class PaymentWords:
    """What is said about payments, in the language of each."""

    def __init__(self, texts: Texts, preferences: Preferences, people: PeopleBook, live: LiveConfig) -> None:
        self._texts = texts
        self._preferences = preferences
        self._people = people
        self._live = live

    def language_of(self, user_id: int) -> str:
        """One of `texts.LANGUAGES`."""
        person = self._people.person(user_id) or Person(user_id, None, None)
        return self._texts.language_for(language_in(self._preferences, person, user_id))

    def text(self, language: str, key: str, **facts: int | str) -> str:
        return self._texts.get(language, key, **facts)

    def title(self, language: str, offer: Offer) -> str:
        """What is sold, in a few words."""
        package = self._live.payments.packages.get(offer.package)
        return (package and package.title_in(language)) or self._plain_title(language, offer, package)

    def _plain_title(self, language: str, offer: Offer, package: PackageConfig | None) -> str:
        if offer.plan is None:
            title = self.text(language, "buy-seconds", seconds=offer.seconds)
        else:
            plan = self._live.quota.plans.get(offer.plan)
            title = plan.title_in(language, offer.plan) if plan is not None else offer.plan
        return title[:TITLE_SIGNS]

    def invoice(self, language: str, offer: Offer, payload: bytes) -> Invoice:
        """What Telegram shows to who is to pay."""
        key = "buy-description" if offer.plan is None else "buy-description-plan"
        facts: dict[str, int | str] = {"title": self.title(language, offer), "seconds": offer.seconds}
        description = self.text(language, key, **facts)[:DESCRIPTION_SIGNS]
        return Invoice(
            title=self.title(language, offer),
            description=description,
            stars=offer.stars,
            payload=payload,
            is_subscription=offer.plan is not None,
        )

    def notice(self, payment: Payment, extra_seconds: int) -> Reply:
        """What its user is told of a payment; `extra_seconds` are those that they have, beside the day's."""
        language = self.language_of(payment.user_id)
        facts: dict[str, int | str] = {"stars": payment.stars, "charge": payment.charge_id, "extra": extra_seconds}
        if payment.notice is Notice.RETURNED:
            reason = str(payment.reason or "unknown").replace("_", "-")
            text = self.text(language, "payment-returned", reason=reason, taken=payment.taken_back, **facts)
        elif payment.until is not None:
            offer = _offer_of(payment)
            facts["until"] = day_of(payment.until)
            text = self.text(language, "payment-receipt-plan", title=self.title(language, offer), **facts)
        else:
            text = self.text(language, "payment-receipt", seconds=payment.seconds, **facts)
        return Reply(text)

    def line(self, language: str, payment: Payment) -> str:
        """A payment, in a list of them."""
        facts: dict[str, int | str] = {
            "at": day_of(payment.paid_at),
            "stars": payment.stars,
            "state": payment.state.value,
        }
        title = self.title(language, _offer_of(payment)) if payment.package else "—"
        return self.text(language, "history-line", title=title, charge=payment.charge_id, **facts)


def day_of(moment: date) -> str:
    """A date as everybody reads it."""
    return moment.strftime("%d.%m.%Y")


def _offer_of(payment: Payment) -> Offer:
    package = payment.package or ""
    return Offer(package=package, stars=payment.stars, seconds=payment.seconds, plan=payment.plan)
