"""What comes in is journaled before anybody acts upon it, and acted upon once; with a store in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from pyrogram import raw

from tests.support.inbox_books import ANNA, InboxBooks
from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.domain.jobs import JobKey, Recording
from voicepipe.domain.messages import DraftStop, InlineQuery, Press, Remark, ServiceMessage
from voicepipe.domain.payments import Checkout, Paid, RenewalChange
from voicepipe.events import Event, Events, UpdateUnread
from voicepipe.store import UpdateState
from voicepipe.telegram.intake.intake import Desk, Intake
from voicepipe.telegram.intake.positions import COMMON_BOX, Positions


class Life:
    """One life of the service: an open intake, and what was done with what came in."""

    def __init__(self, books: InboxBooks) -> None:
        self.events: list[Event] = []
        self.pressed: list[Press] = []
        self.checkouts: list[Checkout] = []
        self.paid: list[Paid] = []
        self.crashes = False
        events = Events()
        events.subscribe(self.events.append)
        self.intake = Intake(
            cast(Any, books),
            positions=Positions([UpdateState(COMMON_BOX, 10, 0, 0, 0)]),
            live=LiveConfig(Config()),
            events=events,
        )

    async def open(self) -> None:
        leftovers = await self.intake.leftovers()
        self.intake.open(
            Desk(
                admit=self._admit,
                respond=self._respond,
                press=self._press,
                withdraw=lambda deletion: None,
                stop_draft=self._stop_draft,
                answer=self._answer,
                follow=self._greet,
                greet=self._greet,
                check_out=self._check_out,
                take_payment=self._take_payment,
                note_renewal=self._note_renewal,
                wants=lambda item: not getattr(item, "newcomers", ()),
                parts_of=lambda recording: (recording,),
                accounts=cast(Any, None),
            )
        )
        await self.intake.take_up(leftovers, cast(Any, None))
        await settled()

    async def _admit(self, recording: Recording) -> None:
        raise AssertionError("nobody sent a recording")

    async def _respond(self, remark: Remark) -> None:
        raise AssertionError("nobody wrote anything")

    async def _check_out(self, checkout: Checkout) -> None:
        self.checkouts.append(checkout)

    async def _take_payment(self, message: ServiceMessage) -> None:
        assert message.paid is not None
        self.paid.append(message.paid)

    async def _note_renewal(self, change: RenewalChange) -> None:
        raise AssertionError("nobody has a subscription")

    async def _answer(self, query: InlineQuery) -> None:
        raise AssertionError("nobody typed the bot's name")

    async def _stop_draft(self, stop: DraftStop) -> None:
        raise AssertionError("nobody stopped anything")

    async def _greet(self, message: ServiceMessage) -> None:
        raise AssertionError("nobody was added")

    async def _press(self, press: Press) -> None:
        self.pressed.append(press)
        if self.crashes:
            await asyncio.Event().wait()


@pytest.fixture
async def books() -> InboxBooks:
    return InboxBooks()


@pytest.fixture
async def life(books: InboxBooks) -> Life:
    life = Life(books)
    await life.open()
    return life


async def settled() -> None:
    """All tasks have gone as far as they can."""
    for _ in range(20):
        await asyncio.sleep(0)


def press(query_id: int, **fields: Any) -> raw.types.UpdateBotCallbackQuery:
    defaults: dict[str, Any] = {"peer": raw.types.PeerUser(user_id=7), "msg_id": 55, "chat_instance": 1, "data": b"yes"}
    return raw.types.UpdateBotCallbackQuery(query_id=query_id, user_id=7, **defaults | fields)


def short(update: Any) -> raw.types.UpdateShort:
    return raw.types.UpdateShort(update=update, date=0)


def packed(*updates: Any) -> raw.types.Updates:
    return raw.types.Updates(updates=list(updates), users=[], chats=[], date=0, seq=0)


async def test_a_press_is_journaled_acted_upon_and_finished(books: InboxBooks, life: Life) -> None:
    await life.intake.ingest(packed(press(1)))
    await settled()
    (pressed,) = life.pressed
    assert (pressed.query_id, pressed.key, pressed.data, pressed.is_private) == (1, JobKey(7, 55), "yes", True)
    assert pressed.person == ANNA  # whom Telegram left out
    assert (list(books.presses), books.finished) == ([1], {1})


@pytest.mark.parametrize("form", [short, packed])
async def test_a_press_that_comes_again_is_acted_upon_once(life: Life, form: Callable[[Any], Any]) -> None:
    for query_id in (1, 1, 2, 1):
        await life.intake.ingest(form(press(query_id)))
    await settled()
    assert [pressed.query_id for pressed in life.pressed] == [1, 2]


async def test_a_press_that_a_crash_left_over_is_acted_upon_by_the_next_life(books: InboxBooks, life: Life) -> None:
    life.crashes = True
    await life.intake.ingest(short(press(1)))
    await settled()
    await life.intake.stop()
    second = Life(books)
    await second.open()
    await second.intake.ingest(short(press(1)))
    await settled()
    assert [pressed.query_id for pressed in second.pressed] == [1]
    third = Life(books)
    await third.open()
    assert third.pressed == []


async def test_a_press_waits_for_room_on_the_disk(books: InboxBooks, life: Life) -> None:
    books.refusals = 3
    await life.intake.ingest(short(press(1)))
    await settled()
    assert [pressed.query_id for pressed in life.pressed] == [1]


async def test_a_press_that_cannot_be_read_harms_nobody(life: Life) -> None:
    await life.intake.ingest(packed(press(1, data=b"\xff"), press(2)))
    await settled()
    assert [pressed.query_id for pressed in life.pressed] == [2]


async def test_a_payment_is_journaled_and_passed_on(books: InboxBooks, life: Life) -> None:
    charge = raw.types.PaymentCharge(id="x", provider_charge_id="y")
    action = raw.types.MessageActionPaymentSentMe(currency="XTR", total_amount=5, payload=b"", charge=charge)
    paid = raw.types.MessageService(id=3, peer_id=raw.types.PeerUser(user_id=7), date=1_700_000_000, action=action)
    update = raw.types.UpdateNewMessage(message=paid, pts=11, pts_count=1)
    await life.intake.ingest(packed(update))
    await life.intake.ingest(packed(update))
    await settled()
    assert books.messages == {JobKey(7, 3): False}  # whoever takes it decides
    assert [(paid.charge_id, paid.user_id, paid.stars, paid.is_refund) for paid in life.paid] == [("x", 7, 5, False)]
    assert life.events == []


async def test_who_is_about_to_pay_is_passed_on_and_not_journaled(books: InboxBooks, life: Life) -> None:
    query = raw.types.UpdateBotPrecheckoutQuery(query_id=1, user_id=7, payload=b"1.a", currency="XTR", total_amount=5)
    await life.intake.ingest(short(query))
    await settled()
    assert life.checkouts == [Checkout(query_id=1, user_id=7, payload=b"1.a", currency="XTR", stars=5)]
    assert books.messages == {}


async def test_a_member_who_comes_is_nobody_s_business(books: InboxBooks, life: Life) -> None:
    action = raw.types.MessageActionChatAddUser(users=[7])
    joined = raw.types.MessageService(id=3, peer_id=raw.types.PeerUser(user_id=7), date=1_700_000_000, action=action)
    await life.intake.ingest(packed(raw.types.UpdateNewMessage(message=joined, pts=11, pts_count=1)))
    assert books.messages == {}
    assert life.events == []


async def test_a_known_kind_that_nobody_acts_upon_is_told_of(life: Life) -> None:
    query = raw.types.UpdateBotPurchasedPaidMedia(user_id=7, payload="", qts=1)
    await life.intake.ingest(short(query))
    await life.intake.ingest(packed(press(1, data=None, game_short_name="chess")))
    assert life.events == [UpdateUnread("UpdateBotPurchasedPaidMedia"), UpdateUnread("UpdateBotCallbackQuery")]
