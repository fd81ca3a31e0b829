"""Somebody names the bot in reply to a recording, in a chat that it is no member of: its text appears there."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Unpack

import pytest
import pytest_asyncio

from tests.support.scene import ANSWER_TIMEOUT_SECONDS, SAMPLES, TEXTS, Scene, open_scene, send, thaw
from tests.support.telegram import GuestQuery, Message
from tests.support.telegram.people import How
from tests.support.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

SHORT = SAMPLES["seen_ru_18.ogg"]
LONG = SAMPLES["sentences_ru.ogg"]
NAME = "@loopback_bot"
METHODS = ("messages.SetBotGuestChatResult", "upload.GetFile", "messages.EditInlineBotMessage")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path_factory.mktemp("guests")) as scene:
        yield scene
        await scene.service.at_rest()
        with closing(sqlite3.connect(scene.service.state_path / "journal.sqlite")) as db:
            assert db.execute("SELECT count(*) FROM originals").fetchone() == (0,)


def hint(language: str = "ru") -> str:
    return TEXTS.get(language, "guest-hint")


class Meeting:
    """Anna and Boris in a chat of theirs, where Boris has said something."""

    def __init__(self, scene: Scene, *, is_private: bool = False) -> None:
        self.scene = scene
        self.anna, self.boris = scene.person(), scene.person()
        self.place = scene.telegram.elsewhere(self.anna, self.boris, is_private=is_private)

    async def speak(self, **how: Unpack[How]) -> Message:
        how["chat"], how["deliver"] = self.place.chat, False
        return await send(self.boris, SHORT, **how)

    async def ask(self, text: str = NAME, *, deliver: bool = True) -> GuestQuery:
        return await self.place.ask(self.anna, text, await self.speak(), deliver=deliver)

    async def assert_charged_once(self) -> None:
        assert [line.kind for line in await self.scene.ledger(self.anna)] == ["reserve", "settle"]
        assert (await self.scene.account(self.anna)).used_today_seconds == round(SHORT.seconds)
        assert not (await self.scene.account(self.boris)).is_known

    def said(self) -> list[str]:
        """What the bot says there now."""
        return [message.text for message in self.place.chat.visible if message.sender.is_bot]


async def known_status(scene: Scene, query: GuestQuery) -> Message:
    """The status, once the service knows where it is."""
    sql = "SELECT place IS NOT NULL FROM originals WHERE message_id = ?"
    async with asyncio.timeout(60):
        with closing(sqlite3.connect(scene.service.state_path / "journal.sqlite")) as db:
            await until(lambda: db.execute(sql, (query.id,)).fetchone() == (1,), step_seconds=0.05)
    assert query.answer is not None
    return query.answer


# --- what people get --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_private", [False, True])
async def test_a_voice_is_answered_where_it_is_and_charged_to_who_asked(scene: Scene, is_private: bool) -> None:
    meeting = Meeting(scene, is_private=is_private)
    query = await meeting.ask()
    answer = await meeting.place.wait_answer(query)
    assert answer.text == SHORT.text
    assert answer.texts[0].startswith("⏳")
    assert meeting.said() == [SHORT.text]
    await scene.service.at_rest()
    await meeting.assert_charged_once()


async def test_what_was_posted_is_changed_at_its_own_data_centre(scene: Scene) -> None:
    meeting = Meeting(scene)
    recording = await meeting.speak(dc=4)
    query = await meeting.place.ask(meeting.anna, NAME, recording, dc=4)
    assert (await meeting.place.wait_answer(query)).text == SHORT.text


async def test_the_recording_that_is_replied_to_is_meant(scene: Scene) -> None:
    meeting = Meeting(scene)
    meant, other = await meeting.speak(), await send(meeting.boris, LONG, chat=meeting.place.chat, deliver=False)
    query = await meeting.place.ask(meeting.anna, NAME, meant, other)
    assert (await meeting.place.wait_answer(query)).text == SHORT.text


@pytest.mark.parametrize(
    ("words", "language"), [("", "ru"), ("en", "en"), ("по-английски", "en"), ("what is it", "ru")]
)
async def test_a_language_that_is_named_is_the_one_it_is_recognised_in(scene: Scene, words: str, language: str) -> None:
    meeting = Meeting(scene)
    query = await meeting.ask(f"{NAME} {words}")
    await meeting.place.wait_answer(query)
    await scene.service.at_rest()
    with closing(sqlite3.connect(scene.service.state_path / "journal.sqlite")) as db:
        rows = db.execute("SELECT language FROM entries WHERE kind = 'usage' AND chat_id = ?", (meeting.anna.id,))
        assert rows.fetchall() == [(language,)]


async def test_the_chosen_language_is_spoken_there_too(scene: Scene) -> None:
    meeting = Meeting(scene)
    await meeting.anna.send_text("/settings interface en")
    await meeting.anna.wait_message()
    query = await meeting.ask(f"{NAME} кратко")
    answer = await meeting.place.wait_answer(query)
    assert answer.text.endswith(TEXTS.get("en", "guest-no-short"))
    query = await meeting.place.ask(meeting.anna, NAME)
    assert (await meeting.place.wait_answer(query)).text == hint("en")


async def test_who_asks_for_it_in_short_is_told_that_this_is_all_of_it(scene: Scene) -> None:
    meeting = Meeting(scene)
    query = await meeting.ask(f"{NAME} кратко")
    answer = await meeting.place.wait_answer(query)
    assert answer.text == f"{SHORT.text}\n\n{TEXTS.get('ru', 'guest-no-short')}"


@pytest.mark.parametrize("what", ["nothing", "a text", "a picture"])
async def test_who_points_at_no_recording_is_told_how_it_is_done(scene: Scene, what: str) -> None:
    meeting = Meeting(scene)
    chat = meeting.place.chat
    about = []
    if what == "a text":
        about.append(await meeting.boris.send_text("hello", chat=chat, deliver=False))
    if what == "a picture":
        about.append(await meeting.boris.send_photo(chat=chat, deliver=False))
    query = await meeting.place.ask(meeting.anna, NAME, *about)
    assert (await meeting.place.wait_answer(query)).text == hint()
    await scene.service.at_rest()
    await scene.assert_nothing_charged(meeting.anna)


async def test_who_has_used_up_their_quota_is_told_so_each_time(scene: Scene) -> None:
    meeting = Meeting(scene)
    await scene.set_quota(meeting.anna, 0)
    texts = [(await meeting.place.wait_answer(await meeting.ask())).text for _ in range(2)]
    assert texts[0] == texts[1]
    assert texts[0] not in (SHORT.text, hint())
    await scene.service.at_rest()
    await scene.assert_nothing_charged(meeting.anna)


async def test_a_file_that_can_t_be_had_any_more_is_an_honest_failure(scene: Scene) -> None:
    meeting = Meeting(scene)
    recording = await meeting.speak()
    scene.telegram.faults.expire_reference(recording)
    recording_reference = recording.document.reference if recording.document else b""
    query = await meeting.place.ask(meeting.anna, NAME, recording)
    assert recording.document is not None
    recording.document.reference = recording_reference + b"x"
    answer = await meeting.place.wait_answer(query)
    assert answer.text == TEXTS.get("ru", "failed-fetch-failed")
    await scene.service.at_rest()
    await scene.assert_nothing_charged(meeting.anna)


async def test_nothing_is_charged_when_somebody_has_deleted_the_answer(scene: Scene) -> None:
    meeting = Meeting(scene)
    frozen = await scene.freeze_workers()
    query = await meeting.ask()
    await scene.telegram.wait_for(lambda: query.answer, 30, "the status")
    assert query.answer is not None
    scene.telegram.world.delete([query.answer])
    thaw(frozen)
    await scene.service.at_rest()
    await scene.assert_nothing_charged(meeting.anna)


async def test_who_asked_may_cancel_there_and_nobody_else(scene: Scene) -> None:
    meeting = Meeting(scene)
    frozen = await scene.freeze_workers()
    query = await meeting.ask()
    status = await known_status(scene, query)
    button = TEXTS.get("ru", "cancel-button")
    refused = await (await meeting.boris.press(status, button)).wait_answer()
    assert refused.text == TEXTS.get("ru", "cancel-not-yours")
    await (await meeting.anna.press(status, button)).wait_answer()
    assert (await meeting.place.wait_answer(query)).text == TEXTS.get("ru", "failed-cancelled")
    thaw(frozen)
    await scene.service.at_rest()
    assert not status.buttons
    await scene.assert_nothing_charged(meeting.anna)


async def test_a_press_there_counts_though_the_service_is_killed_as_it_is_made(scene: Scene) -> None:
    meeting, service = Meeting(scene), scene.service
    frozen = await scene.freeze_workers()
    query = await meeting.ask()
    status = await known_status(scene, query)
    await scene.busy_worker()
    scene.telegram.faults.hook("messages.SetBotCallbackAnswer", lambda: service.send_signal(signal.SIGKILL))
    press = await meeting.anna.press(status, TEXTS.get("ru", "cancel-button"))
    await service.wait_exit()
    thaw(frozen)
    await service.start()
    await meeting.place.wait_answer(query, TEXTS.get("ru", "failed-cancelled"), ANSWER_TIMEOUT_SECONDS)
    await scene.service.at_rest()
    assert press.answered is not None
    assert [line.kind for line in await scene.ledger(meeting.anna)] == ["reserve", "refund"]


# --- what Telegram leaves out, and kills ------------------------------------------------------------------------------
async def test_a_query_that_telegram_did_not_tell_of_is_found_by_the_next_one(scene: Scene) -> None:
    meeting = Meeting(scene)
    unheard = await meeting.ask(deliver=False)
    heard = await meeting.ask()
    for query in (heard, unheard):
        assert (await meeting.place.wait_answer(query)).text == SHORT.text


async def test_what_was_asked_meanwhile_is_told_of_in_slices(scene: Scene) -> None:
    meeting, faults = Meeting(scene), scene.telegram.faults
    faults.difference_limit, faults.withhold_pushes = 2, True
    queries = [await meeting.ask() for _ in range(5)]
    await meeting.anna.send_text("/start")
    faults.withhold_pushes = False
    await scene.service.kill()
    await scene.service.start()
    for query in queries:
        assert (await meeting.place.wait_answer(query, timeout_seconds=ANSWER_TIMEOUT_SECONDS)).text == SHORT.text
    faults.difference_limit = 500
    await scene.service.at_rest()
    assert meeting.said() == [SHORT.text] * 5
    assert (await scene.account(meeting.anna)).used_today_seconds == 5 * round(SHORT.seconds)


async def test_queries_that_come_twice_and_out_of_order_are_answered_once_each(scene: Scene) -> None:
    meeting = Meeting(scene)
    scene.telegram.faults.hold_pushes, scene.telegram.faults.push_copies = True, 3
    queries = [await meeting.ask() for _ in range(3)]
    await scene.telegram.faults.release_pushes(newest_first=True)
    for query in queries:
        assert (await meeting.place.wait_answer(query)).text == SHORT.text
    scene.telegram.faults.push_copies = 1
    await scene.service.at_rest()
    assert meeting.said() == [SHORT.text] * 3
    assert (await scene.account(meeting.anna)).used_today_seconds == 3 * round(SHORT.seconds)


async def test_a_query_made_while_the_service_is_away_is_answered(scene: Scene) -> None:
    meeting = Meeting(scene)
    assert await scene.service.stop() == 0
    query = await meeting.ask()
    await scene.service.start()
    assert (await meeting.place.wait_answer(query)).text == SHORT.text
    await scene.service.at_rest()
    await meeting.assert_charged_once()


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("method", METHODS)
async def test_a_kill_at_each_request_costs_nobody_the_text(scene: Scene, method: str, performed: bool) -> None:
    meeting = Meeting(scene)
    await meeting.anna.send_text("/start")
    service = scene.service

    def kill() -> None:
        service.send_signal(signal.SIGKILL)
        if not performed:
            scene.telegram.faults.silence(method)

    scene.telegram.faults.hook(method, kill, performed=performed)
    await meeting.ask()
    await service.wait_exit()
    await service.start()
    places = [meeting.place.chat, meeting.anna.chat]

    def found() -> list[bool] | None:
        texts = [[message.text for message in place.visible if message.sender.is_bot] for place in places]
        there = [said.count(SHORT.text) == 1 for said in texts]
        return there if any(there) else None

    is_there, is_private = await scene.telegram.wait_for(found, ANSWER_TIMEOUT_SECONDS, "the text")
    await scene.service.at_rest()
    assert is_there != is_private
    if method != "upload.GetFile":  # while the file is fetched, the id of what was posted may have come or not
        assert is_private == (performed and method == "messages.SetBotGuestChatResult")
    assert found() == [is_there, is_private]
    assert len(meeting.said()) == 1
    await meeting.assert_charged_once()


async def test_who_can_t_be_told_at_all_is_charged_nothing(scene: Scene) -> None:
    """The status is there, but the service was killed before it knew where; and there is no private chat."""
    meeting = Meeting(scene)
    service = scene.service
    scene.telegram.faults.hook(
        "messages.SetBotGuestChatResult", lambda: service.send_signal(signal.SIGKILL), performed=True
    )
    await meeting.ask()
    await service.wait_exit()
    await service.start()
    await scene.service.at_rest()
    assert [line.kind for line in await scene.ledger(meeting.anna)] == ["reserve", "settle", "refund"]
    await scene.assert_nothing_charged(meeting.anna)


async def test_a_hint_is_given_once_though_the_service_is_killed_as_it_gives_it(scene: Scene) -> None:
    meeting = Meeting(scene)
    service = scene.service
    scene.telegram.faults.hook(
        "messages.SetBotGuestChatResult", lambda: service.send_signal(signal.SIGKILL), performed=True
    )
    query = await meeting.place.ask(meeting.anna, NAME)
    await service.wait_exit()
    await service.start()
    await scene.service.at_rest()
    assert query.answer is not None
    assert query.answer.texts == [hint()]
