"""Who may have how much: quotas to the second, limits, and the operator's changes while the service runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.answers import counted, has_reply
from tests.support.media import silent_opus
from tests.support.scene import SAMPLES, TEXTS, Scene, open_scene, send, thaw
from tests.support.telegram import Message

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = SAMPLES["seen_ru_18.ogg"]
CHARGE = round(SHORT.seconds)
VOICE, LONG = SAMPLES["seen_ru_15.ogg"], SAMPLES["long_ru_1.ogg"]
SETTINGS = {"limits": {"max_recording_seconds": 70}, "telegram": {"edit_interval_seconds": 60.0}}
OVER_QUOTA = {
    "ru": ("Запись длится 59 секунд", "ваш остаток — {left}", "Дневной лимит (60 секунд) обновится через "),
    "en": ("This recording lasts 59 seconds", "you have {left} left", "Your daily limit (60 seconds) renews in "),
}


# --- one recording --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_over_the_length(scene: Scene, language: str) -> None:
    anna = scene.person(language)
    await scene.make_unlimited(anna)
    expected = TEXTS.get(language, "refused-too-long", seconds=71, limit=70)
    assert await scene.text_for(await anna.send_voice(silent_opus(71), 71)) == expected


async def test_just_within_the_length(scene: Scene) -> None:
    anna = scene.person()
    await scene.make_unlimited(anna)
    sent = await anna.send_voice(silent_opus(70.4), 70)
    assert await scene.text_for(sent) == TEXTS.get("ru", "failed-no-speech")


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_over_what_is_left_is_refused_with_the_facts(scene: Scene, language: str) -> None:
    anna = scene.person(language)
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
    text = await scene.text_for(await anna.send_voice(silent_opus(59), 59))
    left = f"{60 - CHARGE} {'секунд' if language == 'ru' else 'seconds'}"
    assert [fact for fact in OVER_QUOTA[language] if fact.format(left=left) not in text] == []
    assert (await scene.account(anna)).used_today_seconds == CHARGE


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_over_the_whole_quota_is_refused_without_a_promise(scene: Scene, language: str) -> None:
    anna = scene.person(language)
    facts = {"seconds": 61, "daily": 60, "left": 60, "extra": 0, "hours": 0, "minutes": 0}
    expected = TEXTS.get(language, "refused-over-quota", **facts)
    assert {"ru": "больше дневного лимита", "en": "more than your daily limit"}[language] in expected
    assert await scene.text_for(await anna.send_voice(silent_opus(61), 61)) == expected
    await scene.assert_nothing_charged(anna)


async def test_of_what_is_too_long_the_beginning_can_be_had(scene: Scene) -> None:
    """Also when the service is killed after the button was pressed; and by its sender only."""
    anna, ben = scene.person(), scene.person()
    await scene.answer_to(await send(anna, SHORT))
    sent = await send(anna, LONG)
    refusal = await scene.answer_to(sent)
    offer = TEXTS.get("ru", "first-button", seconds=60 - CHARGE)
    assert [button.text for button in refusal.buttons] == [offer]
    forged = await ben.wait_reply(await ben.send_text("/help"))
    forged.keyboard = refusal.keyboard
    assert (await (await ben.press(forged, offer)).wait_answer()).text == TEXTS.get("ru", "button-gone")
    frozen = await scene.freeze_workers()
    await anna.press(refusal, offer)
    await scene.busy_worker()
    await scene.service.kill()
    thaw(frozen)
    await scene.service.start()
    await scene.telegram.wait_for(lambda: LONG.text.startswith(refusal.text[:40]) or None, 60, "the beginning")
    await scene.delivered(sent)
    assert (refusal.buttons, len(refusal.text) < len(LONG.text)) == ([], True)
    assert (await scene.account(anna)).used_today_seconds == 60


# --- the quota, to the second ---------------------------------------------------------------------------------------
async def test_reserve_and_settle(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = await send(anna, VOICE)
    await scene.busy_worker()
    reserved = round(VOICE.seconds) + 1
    assert (await scene.account(anna)).daily_left_seconds == 60 - reserved
    thaw(frozen)
    await scene.answer_to(sent)
    charged = round(VOICE.seconds)
    lines = await scene.ledger(anna)
    assert [(line.kind, line.seconds) for line in lines] == [("reserve", -reserved), ("settle", reserved - charged)]
    assert {(line.chat_id, line.message_id) for line in lines} == {(anna.id, sent.id)}
    assert (await scene.account(anna)).used_today_seconds == charged


async def test_reserve_and_refund(scene: Scene) -> None:
    anna = scene.person()
    assert await scene.text_for(await anna.send_voice(b"no sound", 9)) == TEXTS.get("ru", "failed-unreadable")
    assert [(line.kind, line.seconds) for line in await scene.ledger(anna)] == [("reserve", -10), ("refund", 10)]
    await scene.assert_nothing_charged(anna)


async def test_exactly_what_is_left_passes_and_a_second_more_does_not(scene: Scene) -> None:
    for missing in (0, 1):
        anna = scene.person()
        await scene.set_quota(anna, CHARGE - missing)
        sent = await anna.send_voice(SHORT.data, CHARGE)
        text = await scene.text_for(sent)
        assert (text == SHORT.text) == (missing == 0)
        assert (await scene.account(anna)).used_today_seconds == (0 if missing else CHARGE)


async def test_a_used_up_quota_is_refused_until_seconds_are_granted(scene: Scene) -> None:
    anna = scene.person()
    await scene.set_quota(anna, CHARGE)
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
    refusal = await scene.text_for(await send(anna, SHORT))
    assert refusal.startswith("Лимит на сегодня исчерпан. Он обновится ")
    report = await scene.service.report("quota", "grant", str(anna.id), "10")
    assert report["extra_left_seconds"] == 10
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
    account = await scene.account(anna)
    assert (account.daily_left_seconds, account.extra_left_seconds) == (0, 10 - CHARGE)


async def test_fifty_at_once_never_overspend(scene: Scene) -> None:
    anna, quota = scene.person(), 5 * (CHARGE + 1)
    await scene.set_quota(anna, quota)
    sent = await asyncio.gather(*(send(anna, SHORT) for _ in range(50)))
    answers = await scene.answered(*sent)
    recognised = answers.count(SHORT.text)
    assert 5 <= recognised <= quota // CHARGE
    refusals = [answer for answer in answers if "Ничего не списано." in answer]
    assert len(refusals) + sum(map(counted, refusals)) >= 50 - recognised
    assert len(refusals) < 10
    assert (await scene.account(anna)).used_today_seconds == recognised * CHARGE <= quota
    left = quota
    for line in await scene.ledger(anna):
        left += line.seconds
        assert 0 <= left <= quota


# --- the operator ---------------------------------------------------------------------------------------------------
async def test_unlimited(scene: Scene) -> None:
    anna = scene.person()
    await scene.set_quota(anna, 0)
    assert (await scene.text_for(await send(anna, SHORT))).startswith("У вас не осталось секунд.")
    await scene.service.report("quota", "unlimited", f"@{anna.person.username}")
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
    account = await scene.account(anna)
    assert (account.used_today_seconds, account.recordings) == (0, 1)
    await scene.service.report("quota", "unlimited", str(anna.id), "off")
    assert (await scene.text_for(await send(anna, SHORT))).startswith("У вас не осталось секунд.")


async def test_banned(scene: Scene) -> None:
    anna, ben = scene.person("en"), scene.person("en")
    group = scene.group(anna, ben)
    for each in (anna, ben):
        assert await scene.text_for(await send(each, SHORT)) == SHORT.text
    await scene.service.report("users", "ban", str(anna.id))
    refusal = TEXTS.get("en", "refused-banned")
    assert await scene.text_for(await send(anna, SHORT)) == refusal
    assert await scene.text_for(await anna.send_text("/quota")) in (refusal, TEXTS.get("en", "quota-banned"))
    # A group hears nothing of it, and others are served there.
    unheard = await send(anna, SHORT, chat=group)
    scene.unanswered.append(unheard)
    assert await scene.text_for(await send(ben, SHORT, chat=group)) == SHORT.text
    assert unheard.reactions == {}
    await scene.service.report("users", "unban", str(anna.id))
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text


@pytest.mark.parametrize(
    "arguments",
    [
        ("quota", "grant", "1", "-5"),
        ("quota", "grant", "1", "0"),
        ("quota", "grant", "1", "999999999999"),
        ("quota", "set", "1", "-1"),
        ("quota", "set", "1", "lots"),
        ("quota", "set", "@nobody_of_that_name", "60"),
        ("users", "ban", "nobody"),
    ],
)
async def test_the_operators_mistakes_change_nothing(scene: Scene, arguments: tuple[str, ...]) -> None:
    status, out, err = await scene.service.command(*arguments)
    assert status == 2
    assert len(err.strip().splitlines()) <= 2
    assert "Traceback" not in out + err


# --- the whole service ----------------------------------------------------------------------------------------------
async def test_the_job_above_the_limit_is_refused_at_once(scene: Scene) -> None:
    people = [scene.person() for _ in range(10)]
    clip = silent_opus(1)
    frozen = await scene.freeze_workers()
    accepted = [await people[number % 10].send_voice(clip, 1) for number in range(100)]
    await scene.telegram.wait_for(lambda: all(map(has_reply, accepted)), 30, "a status for each")
    delays = [await _refused_after(scene, await scene.person("en").send_voice(clip, 1)) for _ in range(5)]
    # The machine may be busy with something else just then, and not every time.
    assert min(delays) <= 0.1
    thaw(frozen)
    silence = TEXTS.get("ru", "failed-no-speech")
    assert {await scene.text_for(message) for message in accepted} == {silence}
    await scene.assert_works()


async def _refused_after(scene: Scene, refused: Message) -> float:
    """How long the refusal for a full queue took to come."""
    reply = await scene.answer_to(refused)
    assert reply.text == TEXTS.get("en", "refused-queue-full")
    return reply.edits[0].at - refused.at


async def test_nobody_fills_the_queue_alone(scene: Scene) -> None:
    anna, clip = scene.person(), silent_opus(1)
    await scene.make_unlimited(anna)
    frozen = await scene.freeze_workers()
    accepted = [await anna.send_voice(clip, 1) for _ in range(50)]
    await scene.telegram.wait_for(lambda: all(map(has_reply, accepted)), 30, "a status for each")
    refused = await scene.answer_to(await anna.send_voice(clip, 1))
    assert refused.text == TEXTS.get("ru", "refused-user-queue-full", limit=50)
    late = await send(scene.person(), SHORT)
    thaw(frozen)
    assert await scene.text_for(late) == SHORT.text
    assert {await scene.text_for(message) for message in accepted} == {TEXTS.get("ru", "failed-no-speech")}


async def test_the_disk_is_full_while_a_recording_is_fetched(scene: Scene) -> None:
    anna, faults = scene.person("en"), scene.telegram.faults
    faults.hold_pushes = True
    sent = await send(anna, SHORT)
    (scene.service.state_path / "spool" / f"{anna.id}_{sent.id}").symlink_to("/dev/full")
    await faults.release_pushes()
    assert await scene.text_for(sent) == TEXTS.get("en", "failed-disk-full")
    await scene.assert_nothing_charged(anna)
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text


async def test_no_room_on_the_disk(tmp_path: Path) -> None:
    async with open_scene(tmp_path, {"limits": {"min_free_disk_mib": 1 << 40}, "workers": {"count": 1}}) as scene:
        for language in ("ru", "en"):
            anna = scene.person(language)
            assert await scene.text_for(await send(anna, SHORT)) == TEXTS.get(language, "refused-disk-full")
            await scene.assert_nothing_charged(anna)
            assert await scene.text_for(await anna.send_text("/privacy")) == TEXTS.get(
                language, "privacy", kept_hours=0
            )
