"""A command that is added by registration works end to end, without an edit elsewhere: see tests/support/probe.py."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.scene import Scene, close_scene
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A service that has the command."""
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
    menus = {code: menu["probe"] for (_, code), menu in scene.telegram.commands.items()}
    assert menus == {"": "Проба it", "ru": "Проба it", "en": "Probe it"}


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
