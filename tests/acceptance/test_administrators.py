"""Administrators in the chat: what they see, change and say to all, through kills; and what nobody else can."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
import sqlite3
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.menus import labels, press, shown
from tests.support.scene import SAMPLES, TEXTS, Scene, close_scene, send
from tests.support.service import RunningService
from tests.support.telegram import Forward, LoopbackTelegram, Message, User
from tests.support.waiting import until
from voicepipe.control.changes import ShowChanges
from voicepipe.control.messages import SetBanned, ShowUser

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

ADMIN, SECOND = 1_900, 1_901
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "telegram": {"administrators": f"{ADMIN} {SECOND}", "broadcast_per_second": 30},
    "alerts": {"summary_at": "", "disk_mib": 0, "queue_minutes": 0, "telegram_minutes": 0, "calm_minutes": 0.02},
    "quota": {"daily_seconds": 60},
    "workers": {"count": 1, "max_failures": 2, "backoff_base_seconds": 0.1},
}
PLANS = '[quota.plans.plus]\ndaily_seconds = 600\ntitle = { ru = "Плюс" }\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path_factory.mktemp("scene"), SETTINGS)
        for user_id in (ADMIN, SECOND):
            telegram.world.add_user(user_id, f"Secretname{user_id}", username=f"chief{user_id}", language_code="ru")
        async with service:
            opened = Scene(telegram, service)
            await configure(opened, PLANS)
            yield opened
            await close_scene(opened)


async def configure(scene: Scene, more: str) -> None:
    """Add sections to the configuration, and have it read again."""
    path = scene.service.config_path
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    times = len(scene.service.events("reconfigured"))
    scene.service.send_signal(signal.SIGHUP)
    async with asyncio.timeout(20):
        await scene.service.wait_event("reconfigured", times=times + 1)


async def set_alert(scene: Scene, key: str, value: str | float) -> None:
    """Have another value in force, in later lives as well."""
    SETTINGS["alerts"][key] = value
    path = scene.service.config_path
    spelled = f"{key} = {json.dumps(value)}"
    path.write_text(re.sub(rf"(?m)^{key} = .*$", spelled, path.read_text(encoding="utf-8")), encoding="utf-8")
    await configure(scene, "")


@pytest.fixture
def admin(scene: Scene) -> User:
    return scene.telegram.user(ADMIN)


async def changes(scene: Scene, user: User | None = None) -> list[tuple[str, object, int]]:
    """What was changed, and by whom; the latest first."""
    report = await scene.service.control.perform(ShowChanges(user=None if user is None else str(user.id)))
    return [(line.what, line.value, line.by) for line in report.changes]


# --- what an administrator sees and changes ---------------------------------------------------------------------------
async def test_a_user_is_named_by_id_name_or_reply_and_served_by_taps(scene: Scene, admin: User) -> None:
    anna = scene.person()
    voice = SAMPLES["seen_ru_18.ogg"]
    assert await scene.text_for(await send(anna, voice)) == voice.text
    menu = await shown(admin, f"/admin {anna.id}")
    assert f"👤 @{anna.person.username} · {anna.id}" in menu.text
    assert "Всего записей: 1" in menu.text
    assert await press(admin, menu, "+ 10 минут") == "Готово"
    assert "Запас: 10 минут" in menu.text
    await press(admin, menu, "∞ Снять лимит")
    assert "Без дневного лимита" in menu.text
    await press(admin, menu, "Вернуть лимит")
    await press(admin, menu, "🎟 План")
    await press(admin, menu, "Плюс")
    assert "План: plus" in menu.text
    await press(admin, menu, "🚫 Заблокировать")
    assert "🚫 Заблокирован" in menu.text
    assert await changes(scene, anna) == [
        *(("is_banned", True, ADMIN), ("plan", "plus", ADMIN), ("is_unlimited", False, ADMIN)),
        *(("is_unlimited", True, ADMIN), ("grant", 600, ADMIN)),
    ]
    assert await scene.text_for(await send(anna, voice)) == TEXTS.get("ru", "refused-banned")
    menu = await shown(admin, f"/admin @{anna.person.username} unban")
    assert "🚫 Заблокирован" not in menu.text
    menu = await shown(admin, "/admin", reply_to=await admin.send_text("see", forward=Forward(anna.person)))
    assert f"· {anna.id}" in menu.text


async def test_in_a_group_the_answer_comes_in_private(scene: Scene, admin: User) -> None:
    anna = scene.person()
    group = scene.supergroup(admin, anna)
    said = await anna.send_text("hello", chat=group)
    before = max((message.id for message in admin.chat.messages.values()), default=0)
    await admin.send_text("/admin grant 60", chat=group, reply_to=said)
    told = await admin.wait_message(lambda each: each.id > before)
    assert f"· {anna.id}" in told.text
    assert not [message for message in group.visible if message.sender.is_bot]
    assert await changes(scene, anna) == [("grant", 60, ADMIN)]


async def test_what_makes_no_sense_is_said(scene: Scene, admin: User) -> None:
    assert (await shown(admin, "/admin @nobody_at_all")).text.startswith("⚠️ Nobody with the username @nobody_at_all")
    assert "grant SECONDS" in (await shown(admin, "/admin 42 grant much")).text
    assert "There is no plan 'gold'" in (await shown(admin, "/admin 42 plan gold")).text


async def test_home_shows_the_service_and_a_pause_refuses_until_it_is_over(scene: Scene, admin: User) -> None:
    menu = await shown(admin, "/admin")
    assert "🟢 Работает" in menu.text
    assert "Процессы: 1 из 1" in menu.text
    await press(admin, menu, "🏆 Кто больше всех")
    assert "🏆 Больше всех за 7 дн." in menu.text
    await press(admin, menu, "« Назад")
    await press(admin, menu, "⚠️ Сбои")
    await press(admin, menu, "« Назад")
    await press(admin, menu, "⏸ Приостановить")
    await press(admin, menu, "⏸ Приостановить")
    assert "⏸ Новые записи не принимаются" in menu.text
    await scene.service.kill()
    await scene.service.start()
    anna, voice = scene.person(), SAMPLES["seen_ru_18.ogg"]
    assert await scene.text_for(await send(anna, voice)) == TEXTS.get("ru", "refused-paused")
    await press(admin, menu, "▶️ Возобновить")
    assert await scene.text_for(await send(anna, voice)) == voice.text
    assert (await changes(scene))[:2] == [("is_paused", False, ADMIN), ("is_paused", True, ADMIN)]


async def test_what_an_operator_does_is_an_operators(scene: Scene) -> None:
    anna = scene.person()
    await scene.service.control.perform(SetBanned(user=str(anna.id), value=True, request_id="operator-ban"))
    assert await changes(scene, anna) == [("is_banned", True, 0)]
    status, out, _ = await scene.service.command("users", "changes", str(anna.id))
    assert (status, "is_banned" in out, "command line" in out) == (0, True, True)


# --- nobody else ------------------------------------------------------------------------------------------------------
async def test_for_anybody_else_there_is_no_such_command(scene: Scene, admin: User) -> None:
    eve = scene.person()
    assert (await shown(eve, "/admin")).text == TEXTS.get("ru", "unknown-command")
    assert (await shown(eve, f"/admin {eve.id} grant 600")).text == TEXTS.get("ru", "unknown-command")
    own = await shown(eve, "/start admin")
    assert own.text.startswith("Здравствуйте")
    for data in (
        f"admin:grant:{eve.id}:600",
        f"admin:unlimited:{eve.id}:1",
        "admin:home",
        "admin:pause:1",
        "admin:send:1",
    ):
        assert (await (await eve.forge(own, data.encode())).wait_answer()).text == TEXTS.get("ru", "button-gone")
    assert await changes(scene, eve) == []
    assert not (await scene.account(eve)).is_unlimited
    group = scene.supergroup(admin, eve)
    before = len(scene.telegram.calls_of("messages.SendMessage"))
    await eve.send_text("/admin@loopback_bot", chat=group)
    await shown(eve, "/start")
    assert len(scene.telegram.calls_of("messages.SendMessage")) == before + 1
    assert not [each for menu in scene.telegram.commands.values() for each in menu if "admin" in str(each)]
    assert "/admin" not in (await shown(eve, "/help")).text


async def test_forged_data_of_an_administrator_do_no_harm(scene: Scene, admin: User) -> None:
    menu = await shown(admin, "/admin")
    for data in (
        b"admin:",
        b"admin:grant",
        b"admin:grant:1:x",
        b"admin:plans:x",
        b"admin:send:99999",
        b"admin:user:",
        b"admin:pause:2",
    ):
        assert (await (await admin.forge(menu, data)).wait_answer()).text
    assert "🟢" in (await shown(admin, "/admin")).text


# --- exactly once -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["messages.SetBotCallbackAnswer", "messages.EditMessage"])
async def test_a_grant_counts_once_whatever_is_killed(scene: Scene, admin: User, method: str) -> None:
    anna = scene.person()
    menu = await shown(admin, f"/admin {anna.id}")
    scene.telegram.faults.hook(method, lambda: scene.service.send_signal(signal.SIGKILL))
    await admin.press(menu, "+ 1 минута" if "+ 1 минута" in labels(menu) else labels(menu)[0])
    await scene.service.wait_exit()
    scene.telegram.faults.clear()
    await scene.service.start()
    await admin.wait_message(lambda each: each is menu and "Запас: 60 секунд" in each.text)
    assert await changes(scene, anna) == [("grant", 60, ADMIN)]


# --- to everybody -----------------------------------------------------------------------------------------------------
NEWS = "Новости для всех: теперь я понимаю ещё больше."


def got(user: User, text: str = NEWS) -> int:
    return [message.text for message in user.chat.visible if message.sender.is_bot].count(text)


async def people_of(scene: Scene, count: int) -> list[User]:
    people = [scene.person() for _ in range(count)]
    await asyncio.gather(*(shown(each, "/start") for each in people))
    return people


async def final_counts(admin: User, after: int) -> tuple[int, ...]:
    """Delivered, blocked, never wrote in private, and failed, once all is over."""
    told = await admin.wait_message(
        lambda each: each.id > after and each.text.startswith("📣 Рассылка окончена"), timeout_seconds=90
    )
    return tuple(map(int, re.findall(r": (\d+)", told.text)))


async def test_a_broadcast_reaches_everybody_once_however_often_it_is_killed(scene: Scene, admin: User) -> None:
    people = await people_of(scene, 60)
    blocking, banned = people[3], people[7]
    blocking.person.blocked_bot = True
    await scene.service.control.perform(SetBanned(user=str(banned.id), value=True, request_id="ban-of-seven"))
    preview = await shown(admin, f"/admin broadcast {NEWS}")
    assert preview.text.startswith(NEWS)
    reachable = int(re.findall(r"Получателей: (\d+)", preview.text)[0])
    assert not [each for each in people if got(each)]
    after = preview.id
    for kill in range(3):
        scene.telegram.faults.hook(
            "messages.SendMessage",
            lambda: scene.service.send_signal(signal.SIGKILL),
            times=11,
            performed=kill != 1,
        )
        if kill == 0:
            await admin.press(preview, "📣 Отправить всем")
        await scene.service.wait_exit()
        scene.telegram.faults.clear()
        await scene.service.start()
    assert await final_counts(admin, after) == (reachable - 1, 1, 0, 0)
    assert [got(each) for each in people] == [0 if each in (blocking, banned) else 1 for each in people]
    assert got(admin) == 1
    assert len([each for each in admin.chat.visible if each.id > after and "Рассылка окончена" in each.text]) == 1
    assert ("broadcast", ADMIN) in [(what, by) for what, _, by in await changes(scene)]
    # The counts are told before the rest goes
    unsent = "SELECT 1 FROM recipients UNION ALL SELECT 1 FROM broadcasts WHERE text <> ''"
    await until(lambda: not in_journal(scene, unsent), 10, step_seconds=0.1)


async def test_who_has_blocked_the_bot_is_known_until_they_write(scene: Scene, admin: User) -> None:
    (anna,) = await people_of(scene, 1)
    anna.person.blocked_bot = True
    preview = await shown(admin, "/admin broadcast Первая")
    await admin.press(preview, "📣 Отправить всем")
    _, blocked, *_ = await final_counts(admin, preview.id)
    anna.person.blocked_bot = False
    tries = len(scene.telegram.calls_of("messages.SendMessage"))
    preview = await shown(admin, "/admin broadcast Вторая")
    await admin.press(preview, "📣 Отправить всем")
    delivered, still_blocked, *_ = await final_counts(admin, preview.id)
    assert (still_blocked, got(anna, "Вторая")) == (blocked, 0)
    assert len(scene.telegram.calls_of("messages.SendMessage")) - tries == delivered + 2
    await shown(anna, "/start")
    preview = await shown(admin, "/admin broadcast Третья")
    await admin.press(preview, "📣 Отправить всем")
    await final_counts(admin, preview.id)
    assert got(anna, "Третья") == 1


async def test_who_never_wrote_in_private_is_counted_apart(scene: Scene, admin: User) -> None:
    strange, odd = await people_of(scene, 2)
    strange.chat.refusal, odd.chat.refusal = (400, "PEER_ID_INVALID"), (400, "MESSAGE_EMPTY")
    preview = await shown(admin, "/admin broadcast Четвёртая")
    await admin.press(preview, "📣 Отправить всем")
    *_, strangers, failed = await final_counts(admin, preview.id)
    assert (strangers, failed) == (1, 1)
    strange.chat.refusal = odd.chat.refusal = None


async def test_a_broadcast_is_dropped_or_stopped(scene: Scene, admin: User) -> None:
    people = await people_of(scene, 5)
    preview = await shown(admin, "/admin broadcast Лишнее")
    await press(admin, preview, "Не отправлять")
    assert "остановлена" in preview.text
    assert (await (await admin.forge(preview, b"admin:send:1")).wait_answer()) is not None
    scene.telegram.faults.delay("messages.SendMessage", 1)
    preview = await shown(admin, "/admin broadcast Поздно")
    await press(admin, preview, "📣 Отправить всем")
    await press(admin, preview, "⏹ Остановить")
    scene.telegram.faults.delay("messages.SendMessage", 0)
    assert "остановлена" in preview.text
    await asyncio.sleep(2)
    assert sum(got(each, "Поздно") for each in people) == 0
    assert sum(got(each, "Лишнее") for each in people) == 0
    assert not in_journal(scene, "SELECT 1 FROM recipients")


async def test_nobody_begins_anothers_broadcast(scene: Scene, admin: User) -> None:
    second = scene.telegram.user(SECOND)
    menu = await shown(second, "/admin")
    await shown(admin, "/admin broadcast Моё")
    ((number,),) = in_journal(scene, "SELECT max(broadcast_id) FROM broadcasts")
    answer = await (await second.forge(menu, f"admin:send:{number}".encode())).wait_answer()
    assert answer.text == TEXTS.get("ru", "button-gone")
    assert got(second, "Моё") == 0


def in_journal(scene: Scene, sql: str) -> list[tuple[int, ...]]:
    with contextlib.closing(sqlite3.connect(scene.service.state_path / "journal.sqlite")) as db:
        return db.execute(sql).fetchall()


# --- without being asked ----------------------------------------------------------------------------------------------
def told(user: User, beginning: str) -> list[Message]:
    return [each for each in user.chat.visible if each.sender.is_bot and each.text.startswith(beginning)]


async def wait_told(user: User, beginning: str) -> None:
    await user.wait_for(lambda: told(user, beginning) or None, timeout_seconds=60)


async def test_a_trouble_is_told_once_and_so_is_its_end(scene: Scene, admin: User) -> None:
    """Through a kill between the two."""
    await set_alert(scene, "disk_mib", 1_000_000_000)
    second = scene.telegram.user(SECOND)
    await wait_told(admin, "🔴 Мало места")
    await wait_told(second, "🔴 Мало места")
    await scene.service.kill()
    await scene.service.start()
    await asyncio.sleep(5)
    await set_alert(scene, "disk_mib", 1)
    await wait_told(admin, "🟢 Места на диске")
    await asyncio.sleep(5)
    for user in (admin, second):
        assert (len(told(user, "🔴 Мало места")), len(told(user, "🟢 Места на диске"))) == (1, 1)


async def test_the_day_before_is_told_once_a_day(scene: Scene, admin: User) -> None:
    await set_alert(scene, "summary_at", "00:01")
    await wait_told(admin, "☀️")
    await scene.service.kill()
    await scene.service.start()
    await asyncio.sleep(4)
    assert len(told(admin, "☀️ Сводка за вчера\nЗаписей: 0")) == 1


async def test_telegrams_absence_is_told_when_it_is_back(scene: Scene, admin: User) -> None:
    await set_alert(scene, "telegram_minutes", 0.05)
    scene.telegram.faults.refuse_connections = True
    scene.telegram.faults.drop_connections()
    told = "SELECT 1 FROM entries WHERE name = 'alert_telegram'"
    await until(lambda: bool(in_journal(scene, told)), step_seconds=0.2)
    scene.telegram.faults.refuse_connections = False
    await wait_told(admin, "🟠 Telegram был недоступен")


async def test_an_administrator_is_forgotten_like_anybody(scene: Scene) -> None:
    """What they have done stays done, and is an operator's."""
    second, anna = scene.telegram.user(SECOND), scene.person()
    await shown(second, f"/admin {anna.id} grant 60")
    await shown(second, "/forget да")
    assert await changes(scene, anna) == [("grant", 60, 0)]
    assert (await scene.service.control.perform(ShowUser(user=str(anna.id)))).extra_left_seconds == 60
