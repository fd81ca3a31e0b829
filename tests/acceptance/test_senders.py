"""Who sends what in which way: albums, many at once, people whom Telegram hardly shows, channels, what has expired."""

from __future__ import annotations

import pytest
from pyrogram.raw import types

from tests.support.answers import counted, without_count
from tests.support.scene import SAMPLES, TEXTS, Scene, send
from tests.support.service import Settings
from tests.support.telegram import Chat, Document, MediaKind, Message, User

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = SAMPLES["seen_ru_18.ogg"]
ENGLISH = SAMPLES["heldout_en_11.ogg"]
SETTINGS: Settings = {
    "telegram": {"edit_interval_seconds": 0.1, "group_edit_interval_seconds": 0.1},
    "preferences": {"defaults": "group_style=status"},
}
SWITCH = (False, True)
OLD_SECONDS = 3 * 86_400


def place(scene: Scene, where: str, user: User) -> Chat:
    return user.chat if where == "private" else scene.supergroup(user) if where == "supergroup" else scene.group(user)


def bot_says(chat: Chat) -> list[str]:
    return [message.text for message in chat.visible if message.sender.is_bot]


async def refused_once(scene: Scene, sent: list[Message]) -> str:
    """All of them are in one refusal; its text without the count."""
    (text,) = await scene.answered(*sent)
    assert counted(text) == len(sent) - 1
    return without_count(text)


# --- refusals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["private", "group", "supergroup"])
async def test_six_over_the_quota_are_one_refusal(scene: Scene, where: str) -> None:
    anna = scene.person()
    await scene.set_quota(anna, 0)
    chat = place(scene, where, anna)
    sent = [await send(anna, SHORT, chat=chat) for _ in range(6)]
    assert (await refused_once(scene, sent)).startswith("У вас не осталось секунд.")
    assert len(bot_says(chat)) == 1
    await scene.assert_nothing_charged(anna)


async def test_an_album_over_the_quota_is_answered_and_refused_once(scene: Scene) -> None:
    anna = scene.person("en")
    await scene.set_quota(anna, round(SHORT.seconds))
    files = [Document(MediaKind.AUDIO, SHORT.data, "audio/ogg", duration=SHORT.seconds) for _ in range(10)]
    sent = await anna.send_album(files, caption="All of them")
    texts = await scene.answered(*sent)
    assert texts[0] == SHORT.text
    assert [counted(text) for text in texts] == [0, 8]


async def test_after_an_outage_a_group_reads_one_apology(scene: Scene) -> None:
    anna, ben = scene.person("en"), scene.person("en")
    group = scene.supergroup(anna, ben)
    await anna.send_text("See you at nine.", chat=group, age_seconds=OLD_SECONDS + 3600)
    old = [await send(anna, SHORT, chat=group, age_seconds=OLD_SECONDS, deliver=False) for _ in range(15)]
    old += [await send(ben, SHORT, chat=group, age_seconds=OLD_SECONDS, deliver=False) for _ in range(15)]
    await scene.telegram.push(types.UpdatesTooLong())
    await scene.telegram.wait_for(lambda: sum(map(counted, bot_says(group))) == 29, 60, "the count")
    assert [without_count(text) for text in bot_says(group)] == [TEXTS.get("en", "refused-too-old", hours=24)]
    scene.unanswered.extend(message for message in old if not group.replies_to(message))


async def test_after_an_outage_somebody_alone_reads_one_apology(scene: Scene) -> None:
    anna = scene.person()
    sent = [await send(anna, SHORT, age_seconds=OLD_SECONDS, deliver=False) for _ in range(12)]
    await scene.telegram.push(types.UpdatesTooLong())
    assert await refused_once(scene, sent) == TEXTS.get("ru", "refused-too-old", hours=24)


async def test_what_was_being_counted_at_a_kill_is_refused_by_the_next_life(scene: Scene) -> None:
    anna = scene.person()
    await scene.set_quota(anna, 0)
    scene.telegram.faults.silence("messages.EditMessage", times=None)  # by which the count is shown
    sent = [await send(anna, SHORT) for _ in range(4)]
    await scene.telegram.wait_call("messages.EditMessage", len(scene.telegram.calls_of("messages.EditMessage")) + 1)
    await scene.service.kill()
    scene.telegram.faults.clear()
    await scene.service.start()
    assert 1 <= len(await scene.answered(*sent)) <= 2
    await scene.assert_nothing_charged(anna)


async def test_a_refusal_in_one_group_says_nothing_to_another(scene: Scene) -> None:
    anna = scene.person()
    await scene.set_quota(anna, 0)
    sent = [await send(anna, SHORT, chat=scene.group(anna)) for _ in range(2)]
    assert len(await scene.answered(*sent)) == 2


# --- people whom Telegram hardly shows ------------------------------------------------------------------------------
async def test_who_is_shown_as_min_is_still_known(scene: Scene) -> None:
    anna = scene.person("en")
    group = scene.supergroup(anna)
    assert await scene.text_for(await send(anna, ENGLISH)) == ENGLISH.text
    anna.person.is_min = True
    silence = SAMPLES["silence_8.ogg"]
    assert await scene.text_for(await send(anna, silence, chat=group)) == TEXTS.get("en", "failed-no-speech")
    asked = await anna.send_text("/quota", chat=group)
    assert (await scene.text_for(asked)).startswith("55 seconds left today")
    account = await scene.account(anna)
    assert (account.username, account.language) == (anna.person.username, "en")


async def test_who_was_never_shown_otherwise_is_answered(scene: Scene) -> None:
    anna = scene.person("en")
    anna.person.is_min = True
    assert await scene.text_for(await send(anna, ENGLISH)) == ENGLISH.text
    assert await scene.text_for(await send(anna, ENGLISH, chat=scene.supergroup(anna))) == ENGLISH.text
    anna.person.is_min = False
    assert await scene.text_for(await send(anna, ENGLISH)) == ENGLISH.text
    assert (await scene.account(anna)).language == "en"


async def test_who_speaks_as_a_channel_is_answered(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    news = scene.telegram.world.add_supergroup(group.id - 1_000_000, "News", is_broadcast=True)
    assert await scene.text_for(await send(anna, SHORT, chat=group, speaks_as=news)) == SHORT.text
    await scene.assert_nothing_charged(anna)  # it is the channel's


# --- what has expired, and what nobody said -------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_what_could_be_heard_once_and_has_expired(scene: Scene, language: str) -> None:
    anna = scene.person(language)
    hint = TEXTS.get(language, "hint-unsupported")
    assert await scene.text_for(await anna.send_photo()) == hint
    expired = await send(anna, SHORT, has_expired=True)
    assert await scene.text_for(expired) == TEXTS.get(language, "hint-expired")
    another = await anna.send_video_note(SHORT.data, has_expired=True)
    assert await scene.text_for(await send(anna, SHORT, view_once=True)) == SHORT.text
    assert not anna.chat.replies_to(another)
    scene.unanswered.append(another)


async def test_what_expires_while_it_waits(scene: Scene) -> None:
    anna, faults = scene.person("en"), scene.telegram.faults
    faults.hold_pushes = True
    sent = await send(anna, SHORT, view_once=True)
    faults.expire_media(sent)
    await faults.release_pushes()
    assert await scene.text_for(sent) == TEXTS.get("en", "hint-expired")
    await scene.assert_nothing_charged(anna)


async def test_what_telegram_says_itself_is_passed_over(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    for action in (types.MessageActionChatAddUser(users=[anna.id]), types.MessageActionPinMessage()):
        told = [await anna.cause(action, chat=chat, deliver=pushed) for chat in (group, anna.chat) for pushed in SWITCH]
        assert await scene.text_for(await send(anna, SHORT, chat=group)) == SHORT.text
        assert not [reply for message in told for reply in message.chat.replies_to(message)]
