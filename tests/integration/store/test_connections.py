"""What the store keeps of connected accounts, and of messages that Telegram gives once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.support.store.tools import USER, Opener, job
from voicepipe.domain.connections import Connection, connection_id_of, is_business
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.messages import Deletion
from voicepipe.store import InboxMessage, Store

CONTACT, OTHER = 900, 901
HOME = Connection(connection_id="AbC_-1", owner_id=USER, dc_id=4, can_reply=True, is_enabled=True, qts=5, since=5)


def behind(door: str, number: int = 5) -> Job:
    """A recording in the owner's chat with somebody."""
    return replace(job(5), key=JobKey(CONTACT, number, door), is_private=False)


async def receive(keeper: Store, each: Job) -> list[JobKey]:
    return await keeper.inbox.receive([InboxMessage(each.key, True, each.accepted_at, each.user_id)])


async def test_a_connection_is_as_its_latest_change_says(keeper: Store, opener: Opener) -> None:
    assert keeper.connections.find("AbC_-1") is None
    assert await keeper.connections.record(HOME)
    assert not await keeper.connections.record(HOME)
    muted = replace(HOME, can_reply=False, qts=9, since=9)
    assert await keeper.connections.record(muted)
    # Changes come in any order.
    assert not await keeper.connections.record(replace(HOME, is_enabled=False, qts=7))
    assert keeper.connections.find("AbC_-1") == muted
    keeper = await opener()
    assert keeper.connections.find("AbC_-1") == muted


async def test_an_owner_is_told_until_it_is_known_that_they_were(keeper: Store, opener: Opener) -> None:
    await keeper.connections.record(HOME)
    keeper = await opener()
    assert await keeper.connections.untold() == [HOME]
    await keeper.connections.mark_told(HOME)
    assert await keeper.connections.untold() == []
    # Other chats were chosen: nothing that the bot goes by.
    await keeper.connections.record(replace(HOME, qts=6))
    assert await keeper.connections.untold() == []
    ended = replace(HOME, is_enabled=False, qts=7, since=7)
    await keeper.connections.record(ended)
    # It was told of an older state.
    await keeper.connections.mark_told(HOME)
    assert await keeper.connections.untold() == [ended]


async def test_what_the_owner_is_told_is_no_other_news_when_chats_are_chosen_meanwhile(keeper: Store) -> None:
    """Told again by the same number, it would be there once; and it is known that it was told."""
    await keeper.connections.record(HOME)
    (told,) = await keeper.connections.untold()
    await keeper.connections.record(replace(HOME, qts=6, since=6))
    assert await keeper.connections.untold() == [replace(HOME, qts=6)]
    await keeper.connections.mark_told(told)
    assert await keeper.connections.untold() == []


async def test_a_deletion_is_remembered_for_the_message_whatever_file_it_has(keeper: Store, opener: Opener) -> None:
    first, edited = behind(HOME.door_of(77)), behind(HOME.door_of(78))
    elsewhere = replace(first, key=JobKey(OTHER, 5, HOME.door_of(77)))
    other_owner = replace(first, key=JobKey(CONTACT, 5, "business:AbC_-12+77"))
    later = behind(HOME.door_of(79), 6)
    everything = (first, edited, elsewhere, other_owner, later)
    for each in everything:
        await receive(keeper, each)
    await keeper.inbox.mark_deleted(Deletion(chat_id=CONTACT, message_ids=frozenset({5, 99}), door=HOME.door))
    keeper = await opener()
    deleted = [await keeper.inbox.is_deleted(each.key) for each in everything]
    assert deleted == [True, True, False, False, False]


async def test_a_file_that_takes_another_s_place_is_not_deleted_with_it(keeper: Store) -> None:
    first, edited = behind(HOME.door_of(77)), behind(HOME.door_of(78))
    for each in (first, edited):
        await receive(keeper, each)
    replaced = Deletion(chat_id=CONTACT, message_ids=frozenset({5}), door=HOME.door, but=edited.key.door)
    await keeper.inbox.mark_deleted(replaced)
    assert [await keeper.inbox.is_deleted(each.key) for each in (first, edited)] == [True, False]


async def test_forgetting_an_owner_takes_the_connections_and_what_came_by_them(keeper: Store, state_dir: Path) -> None:
    await keeper.connections.record(HOME)
    await keeper.connections.record(replace(HOME, connection_id="AbC_-12", owner_id=OTHER))
    refused = behind(HOME.door_of(77))
    # The connection's id could be taken for a pattern.
    others = behind("business:AbCx-1+77")
    for each in (refused, others):
        await receive(keeper, each)
    assert (await keeper.forgetting.forget(USER)).unfinished == 1
    await keeper.inbox.dismiss(refused.key)
    assert (await keeper.forgetting.forget(USER)).was_known
    assert keeper.connections.find("AbC_-1") is None
    assert [each.key for each in await keeper.inbox.undecided()] == [others.key]
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
        assert db.execute("SELECT user_id FROM connections").fetchall() == [(OTHER,)]
        assert db.execute("SELECT door FROM inbox").fetchall() == [(others.key.door,)]


async def test_another_bot_is_connected_to_nobody(keeper: Store) -> None:
    await keeper.belong_to(1)
    await keeper.connections.record(HOME)
    await keeper.belong_to(2)
    assert keeper.connections.find("AbC_-1") is None
    assert await keeper.connections.untold() == []


def test_a_door_tells_its_connection() -> None:
    doors = ("", "guest", HOME.door, HOME.door_of(77))
    assert [is_business(door) for door in doors] == [False, False, True, True]
    assert [connection_id_of(door) for door in doors] == ["", "", "AbC_-1", "AbC_-1"]
