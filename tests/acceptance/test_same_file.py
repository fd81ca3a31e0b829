"""The same file again is answered at once and free while its text is kept; two at once are recognised once."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.scene import SAMPLES, Scene, send, thaw
from tests.support.telegram import Message, User
from tests.support.telegram.world import Document

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT, OTHER = SAMPLES["seen_ru_18.ogg"], SAMPLES["seen_ru_15.ogg"]
CHARGE = round(SHORT.seconds)
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "workers": {"count": 1},
    "service": {"transcript_retention_hours": 1},
}


async def forward(user: User, document: Document) -> Message:
    """As people do: it stays the same file."""
    return await user.forward(document)


async def used(scene: Scene, *users: User) -> list[int]:
    return [(await scene.account(user)).used_today_seconds for user in users]


async def recognised(scene: Scene) -> int:
    return len(scene.service.events("job concluded", outcome="recognised"))


async def test_the_same_file_again_is_free_and_needs_no_worker(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    first = await send(anna, SHORT)
    assert await scene.text_for(first) == SHORT.text
    await scene.delivered(first)
    assert first.document is not None
    await scene.set_quota(ben, 0)
    frozen = await scene.freeze_workers()
    for who in (anna, ben):
        assert await scene.text_for(await forward(who, first.document)) == SHORT.text
    thaw(frozen)
    assert await used(scene, anna, ben) == [CHARGE, 0]


async def test_two_people_at_once_cost_one_recognition(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    frozen, before = await scene.freeze_workers(), await recognised(scene)
    first = await send(anna, OTHER)
    await scene.busy_worker()
    assert first.document is not None
    second = await forward(ben, first.document)
    await asyncio.sleep(0.5)
    thaw(frozen)
    assert [await scene.text_for(each) for each in (first, second)] == [OTHER.text] * 2
    await scene.delivered(second)
    assert (await used(scene, anna, ben), await recognised(scene)) == ([round(OTHER.seconds), 0], before + 1)
    ledger = [(line.kind, line.seconds) for line in await scene.ledger(ben)]
    assert sum(seconds for _, seconds in ledger) == 0


async def test_who_wants_no_texts_kept_gets_none_of_others(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    await ben.wait_reply(await ben.send_text("/settings keep_texts off"))
    first = await send(anna, SHORT)
    await scene.delivered(first)
    assert first.document is not None
    assert await scene.text_for(await forward(ben, first.document)) == SHORT.text
    assert await used(scene, ben) == [CHARGE]
    own = await send(ben, OTHER)
    await scene.delivered(own)
    assert own.document is not None
    assert await scene.text_for(await forward(anna, own.document)) == OTHER.text
    assert await used(scene, anna) == [CHARGE + round(OTHER.seconds)]


async def test_another_language_is_another_text(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    await ben.wait_reply(await ben.send_text("/settings languages en"))
    first = await send(anna, SHORT)
    await scene.delivered(first)
    assert first.document is not None
    before = await recognised(scene)
    await scene.delivered(await forward(ben, first.document))
    assert await recognised(scene) + len(scene.service.events("job concluded", outcome="no_speech")) > before


async def test_it_is_forgotten_with_the_text(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    first = await send(anna, SHORT)
    await scene.delivered(first)
    assert first.document is not None
    await anna.wait_reply(await anna.send_text("/forget да"))
    assert await scene.text_for(await forward(ben, first.document)) == SHORT.text
    assert await used(scene, ben) == [CHARGE]
