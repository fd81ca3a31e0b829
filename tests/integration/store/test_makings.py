"""What is to be made of kept texts: each use counts once, and all of it goes with the text, or with whoever asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.store.tools import Clock, Opener, job, transcript, usage
from voicepipe.domain.jobs import JobKey
from voicepipe.store import Delivered, Making, Store
from voicepipe.store.books.makings import Asked

ANNA = 4242
KEY = JobKey(ANNA, 2)
WISH = Making(
    key=KEY,
    kind="summary",
    language="ru",
    by_model=False,
    user_id=ANNA,
    said=JobKey(ANNA, 3),
    topic_id=7,
    purpose="press 1",
    speaks="ru",
)


async def deliver(keeper: Store, message_id: int = 2, making: Making | None = None, most_uses: int = 0) -> None:
    """A text of Anna's that is kept."""
    accepted = replace(job(message_id, user_id=ANNA), key=JobKey(ANNA, message_id))
    await keeper.jobs.accept(accepted)
    await keeper.jobs.conclude(accepted, transcript(), charged_seconds=4, usage=usage())
    kept = Delivered([JobKey(ANNA, message_id + 100)], None, making, most_uses)
    await keeper.jobs.mark_done(accepted.key, kept=kept)


async def uses(keeper: Store) -> int:
    return len((await keeper.portrait.of(ANNA)).get("uses", ()))


async def test_the_same_wish_again_is_the_same(opener: Opener) -> None:
    keeper = await opener()
    await deliver(keeper)
    assert await keeper.makings.ask_making(WISH, 1) is Asked.TAKEN
    keeper = await opener()
    assert await keeper.makings.ask_making(WISH, 1) is Asked.TAKEN
    assert await keeper.makings.ask_making(replace(WISH, purpose="press 2"), 1) is Asked.IN_WORK
    assert await keeper.makings.waiting() == [WISH]
    assert await uses(keeper) == 1


async def test_what_is_made_costs_nothing_more(keeper: Store) -> None:
    await deliver(keeper)
    await keeper.makings.ask_making(WISH, 1)
    await keeper.makings.keep_made(WISH, "{}")
    await keeper.makings.end_making(WISH, counts=True)
    assert (await keeper.makings.waiting(), await keeper.makings.result(WISH)) == ([], "{}")
    assert await keeper.makings.ask_making(replace(WISH, purpose="press 2"), 1) is Asked.TAKEN
    assert await keeper.makings.ask_making(replace(WISH, kind="points"), 1) is Asked.OVER
    assert await keeper.makings.ask_making(replace(WISH, kind="points"), 0) is Asked.TAKEN
    assert await uses(keeper) == 2


async def test_what_could_not_be_made_does_not_count(keeper: Store) -> None:
    await deliver(keeper)
    await keeper.makings.ask_making(WISH, 1)
    await keeper.makings.end_making(WISH, counts=False)
    assert await uses(keeper) == 0
    assert await keeper.makings.ask_making(WISH, 1) is Asked.TAKEN


async def test_another_day_is_another_day(keeper: Store, clock: Clock) -> None:
    await deliver(keeper)
    assert await keeper.makings.ask_making(WISH, 1) is Asked.TAKEN
    assert await keeper.makings.ask_making(replace(WISH, kind="points"), 1) is Asked.OVER
    clock.now += timedelta(days=1)
    assert await keeper.makings.ask_making(replace(WISH, kind="points"), 1) is Asked.TAKEN


async def test_many_at_once_take_no_more_than_there_is(keeper: Store) -> None:
    await deliver(keeper)
    wishes = [replace(WISH, kind=f"kind-{number}") for number in range(8)]
    asked = await asyncio.gather(*(keeper.makings.ask_making(wish, 3) for wish in wishes))
    assert sorted(asked) == [Asked.OVER] * 5 + [Asked.TAKEN] * 3


@pytest.mark.parametrize("most_uses", [0, 1])
async def test_what_nobody_asks_for_is_noted_with_the_delivery(keeper: Store, most_uses: int) -> None:
    await deliver(keeper, making=WISH, most_uses=most_uses)
    assert await keeper.makings.waiting() == [WISH]
    await deliver(keeper, 9, making=replace(WISH, key=JobKey(ANNA, 9)), most_uses=most_uses)
    assert len(await keeper.makings.waiting()) == 2 - most_uses


async def test_what_was_made_goes_with_its_text(keeper: Store, clock: Clock) -> None:
    await deliver(keeper)
    await keeper.makings.keep_made(WISH, "{}")
    clock.now += timedelta(hours=2)
    await keeper.transcripts.prune_kept(timedelta(hours=1))
    assert await keeper.makings.result(WISH) is None
    await keeper.makings.keep_made(WISH, "{}")
    assert await keeper.makings.result(WISH) is None, "there is no text that it is of"


async def test_whoever_is_forgotten_wants_nothing_any_more(keeper: Store) -> None:
    await deliver(keeper)
    await keeper.makings.ask_making(WISH, 1)
    await keeper.makings.keep_made(WISH, "{}")
    assert await keeper.makings.is_wanted(WISH)
    await keeper.forgetting.forget(ANNA)
    assert not await keeper.makings.is_wanted(WISH)
    assert (await keeper.makings.waiting(), await keeper.makings.result(WISH)) == ([], None)
    assert await uses(keeper) == 0


async def test_a_text_is_found_by_its_recording_and_by_its_answer(keeper: Store) -> None:
    await deliver(keeper)
    by_itself, by_answer = await keeper.transcripts.text_of(KEY), await keeper.transcripts.behind(JobKey(ANNA, 102))
    assert by_itself is not None
    assert by_itself == by_answer
    assert (by_itself.key, by_itself.is_protected) == (KEY, False)
    assert await keeper.transcripts.text_of(JobKey(ANNA, 102)) is None
