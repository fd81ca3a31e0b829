"""What is added by registration works end to end, without an edit elsewhere.

The additions, a command with a button and a document, a preference, a format and a metric, are in
tests/support/probe.py; an engine is in tests/support/probe_engine.py.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.broken_engine import QUOTED
from tests.support.places import ROOT
from tests.support.probe import REFUSALS
from tests.support.probe_engine import WINDOW_SECONDS
from tests.support.scene import SAMPLES, TEXTS, Scene, close_scene
from tests.support.service import RunningService, Settings
from tests.support.telegram import LoopbackTelegram, Message, User
from voicepipe.control.messages import ShowStatus
from voicepipe.conversation.texts import LANGUAGES

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = SAMPLES["seen_ru_18.ogg"]
LONG = SAMPLES["long_ru_1.ogg"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A service with the additions."""
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path_factory.mktemp("scene"))
        service.module = "tests.support.probe"
        async with service:
            opened = Scene(telegram, service)
            yield opened
            await close_scene(opened)


async def test_an_added_command_is_in_the_menu_and_in_the_help(scene: Scene) -> None:
    anna = scene.person()
    answer = await anna.wait_reply(await anna.send_text("/help"))
    assert "\n/probe — Проба now\n" in answer.text
    commands = scene.telegram.commands
    await scene.telegram.wait_for(lambda: {code for _, code in commands} == {"", *LANGUAGES} or None, 30, "menus")
    menus = {code: menu["probe"] for (_, code), menu in commands.items()}
    # Where it has no texts of its own, the English ones are told.
    assert menus == dict.fromkeys(LANGUAGES, "Probe it") | {"": "Проба it", "ru": "Проба it"}


@pytest.mark.parametrize("place", ["private", "group", "supergroup"])
async def test_an_added_command_answers_with_a_button(scene: Scene, place: str) -> None:
    anna = scene.person("en")
    chat = anna.chat if place == "private" else getattr(scene, place)(anna)
    answer = await anna.wait_reply(await anna.send_text("/probe", chat=chat))
    assert (answer.text, [button.text for button in answer.buttons]) == ("Probe?", ["Probe!"])


async def test_an_added_command_answers_with_a_document(scene: Scene) -> None:
    anna = scene.person("en")
    answer = await anna.wait_reply(await anna.send_text("/probe file"))
    assert answer.document is not None
    assert (answer.text, answer.document.file_name, answer.document.data) == ("Probe: file", "probe.txt", b"probed")


@pytest.mark.parametrize("place", ["private", "group", "supergroup"])
async def test_a_press_changes_the_message_and_sets_the_preference(scene: Scene, place: str) -> None:
    anna = scene.person("en")
    chat = anna.chat if place == "private" else getattr(scene, place)(anna)
    answer = await anna.wait_reply(await anna.send_text("/probe", chat=chat))
    assert (await (await anna.press(answer, "Probe!")).wait_answer()).text == "Probe: done"
    changed = await _changed(anna, answer)
    assert (changed.texts, [button.text for button in changed.buttons]) == (["Probe?", "Probe? louder"], ["Probe!"])
    again = await anna.wait_reply(await anna.send_text("/probe", chat=chat))
    assert again.text == "PROBE?"


async def _changed(user: User, message: Message) -> Message:
    """The message, once it has been edited."""
    return await user.wait_message(lambda each: each is message and len(each.texts) > 1, message.chat)


async def test_a_press_may_be_replied_to(scene: Scene) -> None:
    anna = scene.person("en")
    answer = await anna.wait_reply(await anna.send_text("/probe"))
    await anna.press(answer, "Probe!")
    changed = await _changed(anna, answer)
    await anna.press(changed, "Probe!")
    reply = await anna.wait_reply(changed)
    assert reply.text == "Probe: file"


async def test_a_preference_outlasts_a_kill_and_is_forgotten_with_its_user(scene: Scene) -> None:
    anna = scene.person("en")
    answer = await anna.wait_reply(await anna.send_text("/probe"))
    await (await anna.press(answer, "Probe!")).wait_answer()
    await scene.service.kill()
    await scene.service.start()
    assert (await anna.wait_reply(await anna.send_text("/probe"))).text == "PROBE?"
    await scene.answer_to(await anna.send_text("/forget yes"))
    assert (await anna.wait_reply(await anna.send_text("/probe"))).text == "Probe?"


async def test_a_button_that_nobody_knows_any_more_is_told_of(scene: Scene) -> None:
    anna = scene.person("en")
    answer = await anna.wait_reply(await anna.send_text("/probe"))
    assert await scene.service.stop() == 0
    scene.service.module = "voicepipe"
    await scene.service.start()
    notice = await (await anna.press(answer, "Probe!")).wait_answer()
    assert notice.text == TEXTS.get("en", "button-gone")
    assert await scene.service.stop() == 0
    scene.service.module = "tests.support.probe"
    await scene.service.start()


async def test_an_added_metric_counts(scene: Scene) -> None:
    before = await _refusals(scene)
    await scene.answer_to(await scene.person().send_voice(SHORT.data, 4000))
    assert await _refusals(scene) == before + 1


async def _refusals(scene: Scene) -> float:
    status = await scene.service.control.perform(ShowStatus())
    (shown,) = [metric for metric in status.metrics if metric.name == REFUSALS]
    return sum(sample.value for sample in shown.samples)


async def test_an_added_format_is_offered_and_written(scene: Scene) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.probe", "--config", str(scene.service.config_path), "transcribe"),
        *("--format", "letters", str(SHORT.path)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=scene.service.environment,
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors
    assert out.decode().strip() == str(len(SHORT.text))


@asynccontextmanager
async def with_engine(name: str, directory: Path) -> AsyncIterator[Scene]:
    """A service with an engine that is found where Python finds modules."""
    settings: Settings = {
        "recognition": {"engine": f"tests.support.{name}"},
        "workers": {"count": 2},
        "quota": {"daily_seconds": 600},
    }
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, directory, settings)
        service.environment["PYTHONPATH"] = str(ROOT)
        async with service:
            opened = Scene(telegram, service)
            yield opened
            await close_scene(opened)


async def test_an_added_engine_recognises_in_windows_of_its_own(tmp_path: Path) -> None:
    async with with_engine("probe_engine", tmp_path) as scene:
        anna = scene.person()
        short = await scene.answer_to(await anna.send_voice(SHORT.data, SHORT.seconds))
        long = await scene.answer_to(await anna.send_voice(LONG.data, LONG.seconds))
    assert len(_windows(short)) == 1
    assert len(_windows(long)) >= 5
    assert max(_windows(long)) <= WINDOW_SECONDS


async def test_an_error_of_ours_leaves_its_type_and_place_and_nothing_of_what_was_said(tmp_path: Path) -> None:
    async with with_engine("broken_engine", tmp_path) as scene:
        anna = scene.person()
        answer = await scene.answer_to(await anna.send_voice(SHORT.data, SHORT.seconds))
        crashed = scene.service.events("part crashed")
        said = scene.service.log
    assert answer.text == TEXTS.get("ru", "failed-internal")
    assert {line["part"] for line in crashed} == {0}
    assert all(re.fullmatch(r"ZeroDivisionError in broken_engine\.py:\d+ encode", line["error"]) for line in crashed)
    assert QUOTED not in said


def _windows(answer: Message) -> list[float]:
    """How long each was, in seconds, by the answer's text; that has nothing else."""
    found: list[str] = re.findall(r"A window of (\d+\.\d) s\.", answer.text)
    assert re.sub(r"A window of \d+\.\d s\.|\s", "", answer.text) == ""
    return [float(seconds) for seconds in found]
