"""Whoever types the bot's name in any chat is offered their own latest texts, as long as these are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.processes import children_of, is_alive
from tests.support.samples import Sample
from tests.support.scene import SAMPLES, TEXTS, Scene, send
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram, RpcError, User, server_error

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

REFUSALS = (RpcError(400, "QUERY_ID_INVALID"), RpcError(400, "RESULT_ID_INVALID"), server_error())
FIRST, SECOND = SAMPLES["seen_ru_18.ogg"], SAMPLES["seen_ru_00.ogg"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    settings: dict[str, dict[str, str | int | float | bool]] = {
        "service": {"transcript_retention_hours": 1},
        "quota": {"daily_seconds": 3600},
    }
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path_factory.mktemp("inline"), settings)
        async with service:
            scene = Scene(telegram, service)
            yield scene
            workers = children_of(service.pid)
            assert await service.stop() == 0, service.log
            assert not [pid for pid in workers if is_alive(pid)]
        scene.assert_one_answer_each()
        scene.assert_log_is_clean()
        assert telegram.unknown_methods == []


async def have_recognised(scene: Scene, who: User, *samples: Sample) -> None:
    for sample in samples:
        sent = await send(who, sample)
        assert await scene.text_for(sent) == sample.text
        await scene.delivered(sent)


async def test_ones_own_latest_texts_are_offered_the_newest_first(scene: Scene) -> None:
    anna, boris = scene.person(), scene.person()
    await have_recognised(scene, anna, FIRST, SECOND)
    await have_recognised(scene, boris, FIRST)
    answer = await (await anna.type_name()).wait_answer()
    assert answer.texts == [SECOND.text, FIRST.text]
    assert (answer.is_private, answer.cache_time, answer.hint, answer.next_offset) == (True, 0, "", "")
    assert all(offer.text.startswith(offer.title) and len(offer.title) <= 60 for offer in answer.offers)
    # After a kill they are there as well.
    await scene.service.kill()
    await scene.service.start()
    assert (await (await anna.type_name()).wait_answer()).texts == answer.texts


async def test_words_choose_among_them_in_any_case(scene: Scene) -> None:
    anna = scene.person()
    await have_recognised(scene, anna, FIRST, SECOND)
    (word,) = sorted(set(FIRST.text.split()) - set(SECOND.text.split()))[:1]
    assert (await (await anna.type_name(word.upper()[:-1])).wait_answer()).texts == [FIRST.text]
    nothing = await (await anna.type_name(f"{word} zebra")).wait_answer()
    assert (nothing.texts, nothing.hint) == ([], TEXTS.get("ru", "inline-not-found"))


async def test_who_has_none_is_led_into_the_private_chat(scene: Scene) -> None:
    answer = await (await scene.person("en").type_name()).wait_answer()
    assert (answer.texts, answer.hint, answer.start_param) == ([], TEXTS.get("en", "inline-none"), "help")


async def test_who_has_texts_not_kept_is_told_so(scene: Scene) -> None:
    anna = scene.person()
    await anna.send_text("/settings keep_texts off")
    await anna.wait_message()
    sent = await send(anna, FIRST)
    assert await scene.text_for(sent) == FIRST.text
    answer = await (await anna.type_name()).wait_answer()
    assert (answer.texts, answer.hint) == ([], TEXTS.get("ru", "inline-not-kept"))


async def test_what_is_forgotten_is_offered_no_more(scene: Scene) -> None:
    anna = scene.person()
    await have_recognised(scene, anna, FIRST)
    asked = await anna.send_text("/forget да")
    await anna.wait_reply(asked)
    assert (await (await anna.type_name()).wait_answer()).texts == []


async def test_while_somebody_types_the_last_question_is_answered(scene: Scene) -> None:
    anna = scene.person()
    await have_recognised(scene, anna, FIRST)
    word = FIRST.text.split()[0]
    questions = [await anna.type_name(word[:length]) for length in range(1, len(word) + 1)]
    assert (await questions[-1].wait_answer()).texts == [FIRST.text]


@pytest.mark.parametrize(
    "error", [RpcError(400, "QUERY_ID_INVALID"), server_error(), RpcError(400, "RESULT_ID_INVALID")]
)
async def test_an_answer_that_telegram_refuses_harms_nobody(scene: Scene, error: RpcError) -> None:
    anna = scene.person()
    method = "messages.SetInlineBotResults"
    calls = len(scene.telegram.calls_of(method))
    scene.telegram.faults.answer(method, error)
    await anna.type_name()
    await scene.telegram.wait_call(method, calls + 1)
    assert (await (await anna.type_name()).wait_answer()).hint == TEXTS.get("ru", "inline-none")
    # What is asked with each letter is not answered again.
    assert len(scene.telegram.calls_of(method)) == calls + 2
