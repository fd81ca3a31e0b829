"""Settings as people change them: pressed and typed, in private and in groups, through kills and reloads."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from tests.support.menus import labels, press, shown
from tests.support.scene import SAMPLES, TEXTS, Scene, close_scene, send
from tests.support.service import RunningService
from tests.support.telegram import LoopbackTelegram
from voicepipe.control.messages import ShowSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRANSLATION = TEXTS.get("ru", "preference-translation")
TOO_LONG = 100_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A service with a preference more, which a later life of it does not know."""
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path_factory.mktemp("scene"))
        async with service:
            opened = Scene(telegram, service)
            yield opened
            await close_scene(opened)


async def test_a_setting_is_found_changed_and_closed_by_taps_alone(scene: Scene) -> None:
    anna = scene.person()
    menu = await shown(anna, "/settings")
    await press(anna, menu, "🗣 Речь")
    assert await press(anna, menu, f"✗ {TRANSLATION}") == f"{TRANSLATION}: вкл."
    assert f"✓ {TRANSLATION}" in labels(menu)
    await press(anna, menu, "« Назад")
    assert f"{TRANSLATION}: вкл." in menu.text
    await press(anna, menu, "Закрыть")
    assert (menu.text, labels(menu)) == (TEXTS.get("ru", "settings-closed"), [])


@pytest.mark.parametrize("method", ["messages.SetBotCallbackAnswer", "messages.EditMessage"])
@pytest.mark.parametrize("is_performed", [False, True])
async def test_a_press_counts_once_whatever_is_killed(scene: Scene, method: str, is_performed: bool) -> None:
    """The same button takes away what it has chosen, so that a second effect would be seen."""
    anna = scene.person()
    menu = await shown(anna, "/settings languages")
    kill = partial(scene.service.send_signal, signal.SIGKILL)
    if not is_performed:
        scene.telegram.faults.silence(method)
    scene.telegram.faults.hook(method, kill, performed=is_performed)
    await anna.press(menu, "Немецкий")
    await scene.service.wait_exit()
    scene.telegram.faults.clear()
    await scene.service.start()
    await anna.wait_message(lambda each: each is menu and "✓ Немецкий" in labels(each), menu.chat)
    assert (await shown(anna, "/settings languages")).text.startswith("Языки речи: Немецкий\n")


async def test_what_was_chosen_outlasts_the_service_and_is_gone_with_its_user(scene: Scene) -> None:
    anna = scene.person()
    await shown(anna, "/vocabulary Щукина")
    await shown(anna, "/settings interface en")
    await scene.service.kill()
    await scene.service.start()
    assert "Vocabulary: Щукина" in (await shown(anna, "/settings")).text
    await scene.answer_to(await anna.send_text("/forget yes"))
    assert "Словарь: —" in (await shown(anna, "/settings")).text


async def test_the_bot_speaks_the_language_that_was_chosen(scene: Scene) -> None:
    anna = scene.person()
    await shown(anna, "/settings interface en")
    voice = SAMPLES["seen_ru_18.ogg"]
    refused = await scene.text_for(await anna.send_voice(voice.data, TOO_LONG))
    assert refused.startswith("This recording lasts")
    assert (await shown(anna, "/quota")).text.startswith("60 seconds left today")


# --- recognition -----------------------------------------------------------------------------------------------------
def spoken(scene: Scene, chat_id: int) -> list[str]:
    """The languages that recordings of a chat were recognised in."""
    with contextlib.closing(sqlite3.connect(scene.service.state_path / "journal.sqlite")) as db:
        rows = db.execute("SELECT language FROM entries WHERE kind = 'usage' AND chat_id = ? ORDER BY seq", (chat_id,))
        return [language for (language,) in rows]


async def test_recordings_are_recognised_in_the_language_that_was_chosen(scene: Scene) -> None:
    anna, voice = scene.person(), SAMPLES["seen_ru_18.ogg"]
    group = scene.supergroup(anna)
    group.administrators.add(anna.id)
    assert await scene.text_for(await send(anna, voice)) == voice.text
    await shown(anna, "/settings languages en, de")
    await scene.text_for(await send(anna, voice))
    await shown(anna, "/settings languages ru")
    assert await scene.text_for(await send(anna, voice)) == voice.text
    assert spoken(scene, anna.id) == ["ru", "en", "ru"]
    await shown(anna, "/settings languages en", chat=group)
    await scene.text_for(await send(anna, voice, chat=group))
    assert spoken(scene, group.id) == ["en"]


async def test_a_vocabulary_goes_with_every_recording_and_costs_no_word(scene: Scene) -> None:
    anna, long = scene.person(), SAMPLES["sentences_ru.ogg"]
    await shown(anna, "/vocabulary Щукина, Кубернетес")
    await shown(anna, "/settings translation on")
    assert await scene.text_for(await send(anna, long))
    assert spoken(scene, anna.id) == ["ru"]


# --- groups -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_groups_settings_are_its_administrators(scene: Scene, kind: str) -> None:
    anna, ben = scene.person(), scene.person()
    group = getattr(scene, kind)(anna, ben)
    group.administrators.add(anna.id)
    assert (await shown(ben, "/settings", chat=group)).text == TEXTS.get("ru", "settings-administrators")
    menu = await shown(anna, "/settings", chat=group)
    assert menu.text.startswith("⚙️ Настройки этой группы")
    refused = await (await ben.press(menu, "🗣 Речь")).wait_answer()
    assert refused.text == TEXTS.get("ru", "settings-administrators-only")
    await press(anna, menu, "🗣 Речь")
    await press(anna, menu, f"✗ {TRANSLATION}")
    assert f"{TRANSLATION}: вкл." in (await shown(anna, "/settings translation", chat=group)).text
    assert f"{TRANSLATION}: выкл." in (await shown(anna, "/settings")).text


async def test_an_anonymous_administrator_is_one(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    group.administrators.add(anna.id)
    menu = await shown(anna, "/settings", chat=group, anonymous=True)
    await press(anna, menu, "🗣 Речь")
    await press(anna, menu, f"✗ {TRANSLATION}")
    assert f"✓ {TRANSLATION}" in labels(menu)


async def test_settings_go_with_a_group_that_becomes_a_supergroup(scene: Scene) -> None:
    anna = scene.person()
    group = scene.group(anna)
    group.administrators.add(anna.id)
    await shown(anna, "/settings languages de", chat=group)
    await shown(anna, "/vocabulary Щукина", chat=group)
    scene.telegram.faults.withhold_pushes = True  # it is heard of by the next life only
    moved = await anna.migrate(group, -1_000_000_777_000)
    scene.telegram.faults.withhold_pushes = False
    await scene.service.kill()
    await scene.service.start()
    async with asyncio.timeout(20):
        while (await of_operator(scene, group.id))["vocabulary"]:  # noqa: ASYNC110  the service tells only whoever asks
            await asyncio.sleep(0.1)
    values = await of_operator(scene, moved.id)
    assert (values["languages"], values["vocabulary"]) == ("de", "Щукина")


async def of_operator(scene: Scene, subject_id: int) -> dict[str, str]:
    """What applies, as the operator sees it."""
    report = await scene.service.control.perform(ShowSettings(user=str(subject_id)))
    return {line.name: line.value for line in report.settings}


# --- old and forged buttons -------------------------------------------------------------------------------------------
async def test_an_old_menu_still_works_or_says_that_it_is_old(scene: Scene) -> None:
    assert await scene.service.stop() == 0
    scene.service.module = "tests.support.probe"
    await scene.service.start()
    anna = scene.person()
    menu = await shown(anna, "/settings")
    await press(anna, menu, TEXTS.get("ru", "settings-theme-answers"))
    (loud,) = [button for button in menu.buttons if b"loud" in (button.data or b"")]
    assert await scene.service.stop() == 0
    scene.service.module = "voicepipe"
    await scene.service.start()
    notice = await (await anna.press(menu, loud.text)).wait_answer()
    assert notice.text == TEXTS.get("ru", "button-gone")
    await press(anna, menu, "« Назад")
    assert menu.text.startswith("⚙️ Ваши настройки")


# --- the operator -----------------------------------------------------------------------------------------------------
async def test_a_reload_brings_other_defaults_and_locks(scene: Scene) -> None:
    anna, path = scene.person(), scene.service.config_path
    before = path.read_text(encoding="utf-8")
    path.write_text(f'{before}[preferences]\ndefaults = "translation=on"\nlocked = "translation"\n', encoding="utf-8")
    await reload(scene)
    assert f"{TRANSLATION}: вкл." in (await shown(anna, "/settings")).text
    assert (await shown(anna, "/settings translation off")).text == TEXTS.get("ru", "settings-locked")
    path.write_text(f'{before}[preferences]\ndefaults = "translatoin=on"\n', encoding="utf-8")
    scene.service.send_signal(signal.SIGHUP)
    async with asyncio.timeout(20):
        await scene.service.wait_event("reconfiguration refused", problems=1)
    _, _, said = await scene.service.command("config", "check")
    assert "there is no preference 'translatoin'; did you mean translation?" in said
    assert f"{TRANSLATION}: вкл." in (await shown(anna, "/settings")).text
    path.write_text(before, encoding="utf-8")
    await reload(scene)
    assert f"{TRANSLATION}: выкл." in (await shown(anna, "/settings")).text


async def reload(scene: Scene) -> None:
    times = len(scene.service.events("reconfigured"))
    scene.service.send_signal(signal.SIGHUP)
    async with asyncio.timeout(20):
        await scene.service.wait_event("reconfigured", times=times + 1)
