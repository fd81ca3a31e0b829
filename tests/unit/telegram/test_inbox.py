"""What Telegram hands over, taken in: with a store that remembers nothing but what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest
from pyrogram import raw

from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.messages import Deletion, DraftStop, InlineQuery, Press
from voicepipe.domain.payments import Checkout, RenewalChange
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Renewal
from voicepipe.errors import DiskFull
from voicepipe.events import BackgroundError, Event, Events, UpdateUnread
from voicepipe.store import InboxMessage, UpdateState
from voicepipe.telegram.intake import positions
from voicepipe.telegram.intake.business import ConnectedAccounts
from voicepipe.telegram.intake.inbox import Inbox
from voicepipe.telegram.intake.positions import COMMON_BOX, Positions
from voicepipe.telegram.intake.reading import Message


class KnowsNobody:
    """A store to which every message is new, and everybody who is not in `known`."""

    def __init__(self) -> None:
        self.inbox: KnowsNobody = self
        self.people: KnowsNobody = self
        self.states: list[UpdateState | None] = []
        self.known: dict[int, Person] = {}
        self.is_full = False

    async def receive(self, messages: Sequence[InboxMessage], state: UpdateState | None = None) -> list[JobKey]:
        if self.is_full:
            raise DiskFull
        self.states.append(state)
        return [message.key for message in messages]

    def person(self, user_id: int) -> Person | None:
        return self.known.get(user_id)


class Desk:
    """An inbox that wants everything, and what comes out of it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.heard: list[Message] = []
        self.wants = True
        events = Events()
        events.subscribe(self.events.append)
        self.store = KnowsNobody()
        self.positions = Positions([UpdateState(COMMON_BOX, 10, 0, 0, 0)])
        self.pressed: list[Press] = []
        self.deleted: list[Deletion] = []
        self.asked: list[InlineQuery] = []
        self.checkouts: list[Checkout] = []
        self.stopped: list[DraftStop] = []
        self.renewals: list[RenewalChange] = []
        self.inbox = Inbox(
            cast(Any, self.store),
            self.positions,
            events,
            accounts=ConnectedAccounts(cast(Any, self.store), LiveConfig(Config()), events, lambda: cast(Any, None)),
            is_wanted=lambda item: self.wants,
            hand_on=self._hear,
            on_press=self.pressed.append,
            on_deletion=self.deleted.append,
            on_draft_stop=self.stopped.append,
            on_question=self.asked.append,
            on_checkout=self.checkouts.append,
            on_renewal=self._renew,
        )

    async def _renew(self, change: RenewalChange) -> None:
        self.renewals.append(change)

    async def _hear(self, item: Message) -> None:
        self.heard.append(item)

    @property
    def keys(self) -> list[JobKey]:
        return [item.key for item in self.heard]


@pytest.fixture
async def desk() -> Desk:
    return Desk()


def text(number: int, **fields: Any) -> raw.types.Message:
    defaults = {"id": number, "peer_id": raw.types.PeerUser(user_id=7), "date": 1_700_000_000, "message": "hello"}
    return raw.types.Message(**defaults | fields)


def news(*messages: raw.types.Message, pts: int, users: Sequence[raw.types.User] = ()) -> raw.types.Updates:
    """An update for each of the messages, the last of which ends at `pts`."""
    first = pts - len(messages) + 1
    updates = [
        raw.types.UpdateNewMessage(message=message, pts=first + number, pts_count=1)
        for number, message in enumerate(messages)
    ]
    return raw.types.Updates(updates=updates, users=list(users), chats=[], date=0, seq=0)


@pytest.mark.parametrize(
    ("shown", "taken"),
    [
        ([], Person(7, "ann", "en")),
        ([raw.types.User(id=7, min=True)], Person(7, "ann", "en")),
        ([raw.types.User(id=7, min=True, username="former")], Person(7, "ann", "en")),
        ([raw.types.UserEmpty(id=7)], Person(7, "ann", "en")),
        ([raw.types.User(id=7, username="ann")], Person(7, "ann", "en")),
        ([raw.types.User(id=7)], Person(7, None, "en")),
        ([raw.types.User(id=7, username="anna", lang_code="ru")], Person(7, "anna", "ru")),
        ([raw.types.User(id=8, username="ben", lang_code="ru")], Person(7, "ann", "en")),
    ],
)
async def test_what_is_known_of_somebody_is_not_overwritten_by_nothing(
    desk: Desk, shown: list[raw.types.User], taken: Person
) -> None:
    desk.store.known[7] = Person(7, "ann", "en")
    query = raw.types.UpdateBotCallbackQuery(
        query_id=1, user_id=7, peer=raw.types.PeerUser(user_id=7), msg_id=1, chat_instance=1, data=b"yes"
    )
    pressed = raw.types.Updates(updates=[query], users=shown, chats=[], date=0, seq=0)
    await desk.inbox.journal_updates(news(text(1), pts=11, users=shown))
    await desk.inbox.journal_updates(pressed)
    assert [each.person for each in (*desk.heard, *desk.pressed)] == [taken, taken]


async def test_of_somebody_never_heard_of_is_taken_what_there_is(desk: Desk) -> None:
    users = [raw.types.User(id=7, min=True, username="ann")]
    await desk.inbox.journal_updates(news(text(1), pts=11, users=users))
    assert desk.heard[0].person == Person(7, "ann", None)


async def test_a_message_that_cannot_be_read_is_passed_over(desk: Desk) -> None:
    await desk.inbox.journal_updates(news(text(1), text(2, peer_id=None), text(3), pts=13))
    assert desk.keys == [JobKey(7, 1), JobKey(7, 3)]
    assert desk.events == [BackgroundError("read message", "ValueError")]
    assert desk.store.states == [UpdateState(COMMON_BOX, 13, 0, 1_700_000_000, 0)]


async def test_a_box_with_a_gap_is_not_complete_until_its_latest_message(desk: Desk) -> None:
    await desk.inbox.journal_updates(news(text(5), pts=15))
    assert desk.store.states == [UpdateState(COMMON_BOX, 10, 0, 0, 0)]


async def test_what_telegram_leaves_out_is_wanted_of_a_box_never_heard_of_too(desk: Desk) -> None:
    await desk.inbox.journal_updates(raw.types.UpdateShort(update=raw.types.UpdateChannelTooLong(channel_id=5), date=0))
    await desk.inbox.journal_updates(raw.types.UpdatesTooLong())
    assert await desk.positions.wanted() == [COMMON_BOX, -1_000_000_000_005]


async def test_lines_that_nobody_wants_cost_no_commit_each(desk: Desk) -> None:
    desk.wants = False
    for number in range(1, 101):
        await desk.inbox.journal_updates(news(text(number), pts=10 + number))
    assert len(desk.store.states) == 1
    desk.wants = True
    await desk.inbox.journal_updates(news(text(101), pts=111))
    assert desk.store.states[1:] == [UpdateState(COMMON_BOX, 111, 0, 1_700_000_000, 0)]
    assert desk.keys == [JobKey(7, 101)]


# --- what is numbered by qts ------------------------------------------------------------------------------------------
def in_line(*numbers: int, message: raw.types.Message | None = None, pts: int = 0) -> raw.types.Updates:
    updates: list[Any] = [raw.types.UpdateBotStarsSubscription(user_id=7, payload="", qts=qts) for qts in numbers]
    if message is not None:
        updates.append(raw.types.UpdateNewMessage(message=message, pts=pts, pts_count=1))
    return raw.types.Updates(updates=updates, users=[], chats=[], date=0, seq=0)


async def test_what_comes_twice_or_out_of_order_in_line_is_acted_upon_once(desk: Desk) -> None:
    for numbers, heard in (((2,), 0), ((2, 3), 0), ((1,), 3), ((1, 2, 3), 3), ((5,), 3), ((4,), 5)):
        await desk.inbox.journal_updates(in_line(*numbers))
        assert len(desk.events) == heard
    assert desk.positions.state(COMMON_BOX) == UpdateState(COMMON_BOX, 10, 5, 0, 0)


async def test_what_becomes_of_a_subscription_is_told_in_order_and_before_its_place_is_journaled(
    desk: Desk,
) -> None:
    said: list[dict[str, Any]] = [{"canceled": True}, {"restored": True}, {"payment_failed": True}]
    updates = [
        raw.types.UpdateBotStarsSubscription(user_id=7, payload=b"1.x", qts=number, **each)
        for number, each in enumerate(said, 1)
    ]
    told = raw.types.Updates(updates=[updates[1], updates[0], updates[2]], users=[], chats=[], date=0, seq=0)
    for _ in range(2):
        await desk.inbox.journal_updates(told)
    assert [change.renewal for change in desk.renewals] == [Renewal.CANCELED, Renewal.ITSELF, Renewal.FAILED]
    assert desk.renewals[0] == RenewalChange(user_id=7, payload=b"1.x", renewal=Renewal.CANCELED)
    assert desk.events == []


async def test_the_line_is_journaled_with_the_messages(desk: Desk) -> None:
    await desk.inbox.journal_updates(in_line(1, 2, message=text(1), pts=11))
    await desk.inbox.journal_updates(in_line(4, message=text(2), pts=12))
    assert [(state.pts, state.qts) for state in desk.store.states if state] == [(11, 2), (12, 2)]
    assert len(desk.events) == 2


async def test_a_difference_fills_the_line_and_may_be_behind_it(desk: Desk) -> None:
    await desk.inbox.journal_updates(in_line(3))
    await desk.inbox.journal_difference([], [], UpdateState(COMMON_BOX, 10, 2, 9, 0), others=in_line(1, 2))
    assert desk.events == [UpdateUnread("UpdateBotStarsSubscription")] * 3
    await desk.inbox.journal_difference([], [], UpdateState(COMMON_BOX, 10, 2, 9, 0), others=in_line(1, 2))
    assert len(desk.events) == 3
    assert desk.store.states == [UpdateState(COMMON_BOX, 10, 3, 9, 0)] * 2
    # A supergroup's has nothing to do with it.
    await desk.inbox.journal_difference([], [], UpdateState(-1_000_000_000_005, 10, 0, 9, 0))
    assert desk.positions.state(COMMON_BOX) == UpdateState(COMMON_BOX, 10, 3, 9, 0)


async def test_a_gap_in_line_asks_for_the_difference(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "GAP_SECONDS", 0.0)
    await desk.inbox.journal_updates(in_line(2))
    assert await asyncio.wait_for(desk.positions.wanted(), 5) == [COMMON_BOX]


async def test_a_line_that_begins_anew_goes_on_from_where_telegram_is(desk: Desk) -> None:
    await desk.inbox.journal_updates(in_line(1, 2, 3))
    await desk.inbox.journal_difference([], [], UpdateState(COMMON_BOX, 10, 1, 9, 0), begins_anew=True)
    await desk.inbox.journal_updates(in_line(2))
    assert desk.positions.state(COMMON_BOX) == UpdateState(COMMON_BOX, 10, 2, 9, 0)


async def test_what_found_no_room_on_the_disk_comes_again(desk: Desk) -> None:
    desk.store.is_full = True
    with pytest.raises(DiskFull):
        await desk.inbox.journal_updates(in_line(1, 2, message=text(1), pts=11))
    desk.store.is_full = False
    await desk.inbox.journal_difference([text(1)], [], UpdateState(COMMON_BOX, 11, 2, 9, 0), others=in_line(1, 2))
    assert desk.store.states == [UpdateState(COMMON_BOX, 11, 2, 9, 0)]
    assert desk.keys == [JobKey(7, 1)]
