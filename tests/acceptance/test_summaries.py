"""What is made of texts in the chat: by buttons, by /summary, with a language model on loopback, and exactly once."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.language_model import LanguageModel, Reply
from tests.support.processes import children_of
from tests.support.scene import SAMPLES, TEXTS, Scene, open_scene, send
from tests.support.service import Settings
from tests.support.telegram import Chat, Message, User
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCES = SAMPLES["sentences_ru.ogg"]
SHORT_LABEL, POINTS, TASKS, TRANSLATION = (
    TEXTS.get("ru", f"answer-{name}") for name in ("summary", "points", "tasks", "translation")
)
TAKEN, GONE = TEXTS.get("ru", "made-taken"), TEXTS.get("ru", "summary-gone")
NAME = "loopback-1"
BY_MODEL = TEXTS.get("ru", "made-by-model", model=NAME)
MOST_USES = 3


def settings(endpoint: str = "", uses: int = MOST_USES) -> Settings:
    return {
        "service": {"transcript_retention_hours": 24},
        "quota": {"daily_seconds": 3600},
        "processing": {
            "enabled": True,
            "min_signs": 100,
            "uses_per_day": uses,
            "endpoint": endpoint,
            "model": NAME,
            "attempts": 1,
        },
    }


SETTINGS = settings()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clever(running_model: LanguageModel, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A service with a language model on another machine: that is what 0.0.0.0 is taken for."""
    endpoint = running_model.endpoint.replace("127.0.0.1", "0.0.0.0")
    async with open_scene(tmp_path_factory.mktemp("clever"), settings(endpoint)) as opened:
        opened.telegram.world.takes_drafts = True
        yield opened


async def answer_of(scene: Scene, anna: User, chat: Chat | None = None) -> tuple[Message, Message]:
    """A recording and its answer, once the service knows that it is there."""
    sent = await send(anna, SENTENCES, chat=chat or anna.chat)
    answer = await scene.answer_to(sent)
    await scene.delivered(sent)
    return sent, answer


async def press(user: User, message: Message, button: str) -> str:
    """The notice."""
    return (await (await user.press(message, button)).wait_answer()).text


async def replies(scene: Scene, message: Message, number: int = 1) -> list[Message]:
    """The bot's replies to a message, once there are so many."""

    def found() -> list[Message] | None:
        there = [each for each in message.chat.replies_to(message) if each.sender.is_bot]
        return there if len(there) >= number else None

    return await scene.telegram.wait_for(found, 60, "what was made")


async def agree(scene: Scene, user: User, answer: Message, button: str) -> Message:
    """Consent at the first use; the question, which is then none any more."""
    await press(user, answer, button)
    (question,) = await replies(scene, answer)
    assert "0.0.0.0" in question.text
    await press(user, question, TEXTS.get("ru", "made-agree"))
    return question


def uses_of(scene: Scene, user: User) -> int:
    with closing(sqlite3.connect(scene.service.state_path / "journal.sqlite", timeout=10)) as db:
        return int(db.execute("SELECT count(*) FROM uses WHERE user_id = ?", (user.id,)).fetchone()[0])


async def at_rest(scene: Scene) -> None:
    """Until nothing is to be made any more."""

    def is_done() -> bool:
        with closing(sqlite3.connect(scene.service.state_path / "journal.sqlite", timeout=10)) as db:
            return not db.execute("SELECT 1 FROM makings").fetchone()

    await until(is_done, 60)


# --- what is built in -----------------------------------------------------------------------------------------------
async def test_a_button_gives_the_key_sentences_of_a_text(scene: Scene) -> None:
    anna = scene.person()
    sent, answer = await answer_of(scene, anna)
    assert [button.text for button in answer.keyboard[0]] == [SHORT_LABEL]
    assert await press(anna, answer, SHORT_LABEL) == TAKEN
    (made,) = await replies(scene, answer)
    heading, _, *points = made.text.splitlines()
    assert heading == TEXTS.get("ru", "made-phrases")
    assert len(points) == 3
    assert all(point.partition(" ")[2].partition(" ")[2] in SENTENCES.text for point in points)
    assert [entity.kind for entity in made.entities] == ["Bold"]
    # What is made already costs nothing.
    await press(anna, answer, SHORT_LABEL)
    again = (await replies(scene, answer, 2))[-1]
    assert again.text == made.text
    await at_rest(scene)
    assert uses_of(scene, anna) == 1
    command = await anna.send_text("/summary", reply_to=answer)
    assert (await anna.wait_reply(command)).text == made.text
    of_recording = await anna.send_text("/summary", reply_to=sent)
    assert (await anna.wait_reply(of_recording)).text == made.text
    assert uses_of(scene, anna) == 1


async def test_the_command_says_what_it_is_for(scene: Scene) -> None:
    anna = scene.person()
    alone = await anna.send_text("/summary")
    assert (await anna.wait_reply(alone)).text == TEXTS.get("ru", "summary-nothing")
    other = await anna.send_text("/summary", reply_to=await anna.wait_reply(alone))
    assert (await anna.wait_reply(other)).text == GONE


async def test_who_wants_it_at_once_gets_it_without_asking(scene: Scene) -> None:
    anna = scene.person()
    await scene.choose(anna, anna.chat, "auto_summary", "summary")
    sent = await send(anna, SENTENCES)
    scene.answered_in_parts.append(sent)
    _, made = await replies(scene, sent, 2)
    assert made.text.startswith(TEXTS.get("ru", "made-phrases"))


async def test_what_is_forgotten_is_no_longer_made_of(scene: Scene) -> None:
    anna = scene.person()
    _, answer = await answer_of(scene, anna)
    await press(anna, answer, SHORT_LABEL)
    await replies(scene, answer)
    await at_rest(scene)
    asked = await anna.send_text(f"/forget {TEXTS.get('ru', 'forget-yes')}")
    await anna.wait_reply(asked)
    await until(lambda: uses_of(scene, anna) == 0, 30)
    with closing(sqlite3.connect(scene.service.state_path / "journal.sqlite", timeout=10)) as db:
        assert db.execute("SELECT count(*) FROM made WHERE user_id = ?", (anna.id,)).fetchone() == (0,)


async def test_privacy_says_that_texts_stay(scene: Scene) -> None:
    anna = scene.person()
    for command in ("/privacy", "/start"):
        said = (await anna.wait_reply(await anna.send_text(command))).text
        assert said.endswith(TEXTS.get("ru", "privacy-made", where="nowhere", host=""))


async def test_what_can_not_be_made_here_is_not_promised(scene: Scene) -> None:
    anna = scene.person()
    _, answer = await answer_of(scene, anna)
    for asked in ("/summary задачи", "/summary что-нибудь"):
        said = await anna.wait_reply(await anna.send_text(asked, reply_to=answer))
        assert said.text == TEXTS.get("ru", "summary-what", words="кратко")


# --- by a language model --------------------------------------------------------------------------------------------
async def test_nothing_goes_to_another_machine_before_somebody_agrees(clever: Scene, model: LanguageModel) -> None:
    anna = clever.person()
    said = (await anna.wait_reply(await anna.send_text("/privacy"))).text
    assert said.endswith(TEXTS.get("ru", "privacy-made", where="away", host="0.0.0.0"))
    _, answer = await answer_of(clever, anna)
    assert [button.text for button in answer.keyboard[0]] == [SHORT_LABEL, POINTS, TASKS, TRANSLATION]
    await press(anna, answer, POINTS)
    (question,) = await replies(clever, answer)
    assert (model.requests, uses_of(clever, anna)) == ([], 0)
    assert await press(anna, question, TEXTS.get("ru", "made-agree")) == TAKEN
    (made,) = await replies(clever, question)
    assert made.text.splitlines()[0] == TEXTS.get("ru", "made-points")
    assert made.text.endswith(BY_MODEL)
    assert question.text == TEXTS.get("ru", "made-agreed")
    await press(anna, answer, TASKS)
    assert (await replies(clever, answer, 2))[-1].text.startswith(TEXTS.get("ru", "made-tasks"))


async def test_uses_are_counted_by_the_day_and_failures_are_not(clever: Scene, model: LanguageModel) -> None:
    ben = clever.person()
    _, answer = await answer_of(clever, ben)
    model.faults.append(Reply(status=500))
    question = await agree(clever, ben, answer, TASKS)
    (failed,) = await replies(clever, question)
    assert failed.text == TEXTS.get("ru", "made-unavailable")
    await at_rest(clever)
    assert uses_of(clever, ben) == 0
    for number, button in enumerate((TASKS, POINTS, TRANSLATION), start=2):
        assert await press(ben, answer, button) == TAKEN
        await replies(clever, answer, number)
    assert await press(ben, answer, SHORT_LABEL) == TEXTS.get("ru", "made-over", limit=MOST_USES)


async def test_in_a_group_its_administrators_agree(clever: Scene, model: LanguageModel) -> None:
    anna, ben = clever.person(), clever.person()
    group = clever.supergroup(anna, ben)
    group.administrators.add(ben.id)
    _, answer = await answer_of(clever, anna, group)
    await press(anna, answer, SHORT_LABEL)
    (question,) = await replies(clever, answer)
    yes = TEXTS.get("ru", "made-agree")
    assert await press(anna, question, yes) == TEXTS.get("ru", "settings-administrators-only")
    assert model.requests == []
    assert await press(ben, question, yes) == TAKEN
    (made,) = await replies(clever, question)
    assert made.text.endswith(BY_MODEL)


async def test_it_is_said_once_whatever_is_killed_while_the_model_is_slow(clever: Scene, model: LanguageModel) -> None:
    anna = clever.person()
    _, answer = await answer_of(clever, anna)
    await (await anna.press(answer, SHORT_LABEL)).wait_answer()
    (question,) = await replies(clever, answer)
    model.always = lambda request: Reply(pause_seconds=2.0)
    await press(anna, question, TEXTS.get("ru", "made-agree"))
    await until(lambda: bool(model.requests), 60)
    os.kill(processor_of(clever), signal.SIGKILL)
    await until(lambda: len(model.requests) >= 2, 60)
    await clever.service.kill()
    model.always = None
    await clever.service.start()
    (made,) = await replies(clever, question)
    await at_rest(clever)
    assert made.text.endswith(BY_MODEL)
    assert await replies(clever, question) == [made]
    assert uses_of(clever, anna) == 1


def processor_of(scene: Scene) -> int:
    """The process of the text processors."""
    for pid in children_of(scene.service.pid):
        if b"voicepipe.processing.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise AssertionError("it does not run")


async def test_the_command_takes_what_is_wanted(clever: Scene, model: LanguageModel) -> None:
    anna = clever.person()
    _, answer = await answer_of(clever, anna)
    asked = await anna.send_text("/summary перевод на немецкий", reply_to=answer)
    question = await anna.wait_reply(asked)
    assert await press(anna, question, TEXTS.get("ru", "made-agree")) == TAKEN
    (made,) = await replies(clever, question)
    assert made.text.startswith(TEXTS.get("ru", "made-translation"))
    with closing(sqlite3.connect(clever.service.state_path / "journal.sqlite", timeout=10)) as db:
        made_in = db.execute("SELECT kind, language FROM made WHERE user_id = ?", (anna.id,)).fetchall()
    assert made_in == [("translation", "de")]
    tasks = await anna.wait_reply(await anna.send_text("/summary tasks", reply_to=answer))
    assert tasks.text.startswith(TEXTS.get("ru", "made-tasks"))
    same = await anna.wait_reply(await anna.send_text("/summary перевод русский", reply_to=answer))
    assert same.text == TEXTS.get("ru", "summary-same")


async def test_a_text_is_seen_being_made_in_private(clever: Scene, model: LanguageModel) -> None:
    anna = clever.person()
    _, answer = await answer_of(clever, anna)
    model.always = lambda request: Reply(pause_seconds=0.4)
    question = await agree(clever, anna, answer, TRANSLATION)
    begun = SENTENCES.text.upper()[:30]
    draft = await anna.wait_draft(lambda draft: begun in draft.texts[-1])
    (made,) = await replies(clever, question)
    assert draft.texts[0] == TAKEN
    assert SENTENCES.text.upper() in " ".join(made.text.split())
    assert anna.chat.draft is None


async def growing(scene: Scene, anna: User, model: LanguageModel) -> Message:
    """Somebody sees a translation grow; the question below which it is said."""
    _, answer = await answer_of(scene, anna)
    model.always = lambda request: Reply(pause_seconds=0.7)
    question = await agree(scene, anna, answer, TRANSLATION)
    await anna.wait_draft(lambda draft: SENTENCES.text.upper()[:10] in draft.texts[-1])
    return question


async def test_what_is_stopped_is_said_as_far_as_it_goes_and_counts(clever: Scene, model: LanguageModel) -> None:
    anna = clever.person()
    question = await growing(clever, anna, model)
    await anna.stop_draft()
    (made,) = await replies(clever, question)
    assert TEXTS.get("ru", "made-stopped", limit=MOST_USES) in made.text
    assert made.text.endswith(BY_MODEL)
    part = made.text.splitlines()[2]
    assert SENTENCES.text.upper().startswith(part)
    assert len(part) < len(SENTENCES.text)
    assert (anna.chat.draft, uses_of(clever, anna)) == (None, 1)
    assert len(model.requests) == 1


async def test_what_is_stopped_before_anything_is_there_counts_not(clever: Scene, model: LanguageModel) -> None:
    anna = clever.person()
    _, answer = await answer_of(clever, anna)
    model.always = lambda request: Reply(pause_seconds=30.0)
    question = await agree(clever, anna, answer, TRANSLATION)
    await anna.wait_draft(lambda draft: TAKEN in draft.texts[-1])
    await until(lambda: bool(model.requests), 30)
    await anna.stop_draft()
    (said,) = await replies(clever, question)
    assert said.text == TEXTS.get("ru", "made-stopped-empty")
    await at_rest(clever)
    assert uses_of(clever, anna) == 0


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_what_is_stopped_is_said_once_whatever_is_killed(
    clever: Scene, model: LanguageModel, moment: str
) -> None:
    anna = clever.person()
    question = await growing(clever, anna, model)
    faults = clever.telegram.faults

    def kill() -> None:
        if moment == "before":
            faults.silence("messages.SendMessage")  # it never reached Telegram
        clever.service.send_signal(signal.SIGKILL)

    faults.hook("messages.SendMessage", kill, performed=moment == "after")
    await anna.stop_draft()
    assert await clever.service.wait_exit() == -signal.SIGKILL
    model.always = None
    await clever.service.start()
    await at_rest(clever)
    (made,) = await replies(clever, question)
    assert TEXTS.get("ru", "made-stopped", limit=MOST_USES) in made.text
    assert (len(model.requests), uses_of(clever, anna)) == (1, 1)


async def test_a_text_that_is_just_being_delivered_is_waited_for(scene: Scene) -> None:
    """The service is killed with an answer in the chat that the journal does not know to be there."""
    anna = scene.person()
    scene.telegram.faults.hook(
        "messages.EditMessage", lambda: scene.service.send_signal(signal.SIGKILL), performed=True
    )
    sent = await send(anna, SENTENCES)
    assert await scene.service.wait_exit() == -signal.SIGKILL
    asked = await anna.send_text("/summary", reply_to=sent)
    scene.telegram.faults.delay("messages.EditMessage", 3)
    await scene.service.start()
    (made,) = await replies(scene, asked)
    scene.telegram.faults.delay("messages.EditMessage", 0)
    assert made.text.startswith(TEXTS.get("ru", "made-phrases"))
