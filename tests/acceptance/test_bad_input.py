"""Recordings that are damaged, forged or none at all: a clear reason, nothing charged, and the service goes on."""

from __future__ import annotations

import math

import pytest

from tests.support.media import silent_opus, video_without_sound
from tests.support.scene import SAMPLES, TEXTS, Scene, send
from tests.support.telegram import Message

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = SAMPLES["seen_ru_15.ogg"]
ENGLISH = SAMPLES["heldout_en_11.ogg"]
GIB = 1 << 30


async def assert_refused(scene: Scene, sent: Message, text: str) -> None:
    """This is the answer, nothing was charged for it, and the same person's next recording is answered."""
    user = scene.telegram.user(sent.sender.id)
    assert await scene.text_for(sent) == text
    await scene.assert_nothing_charged(user)
    assert await scene.text_for(await send(user, GOOD)) == GOOD.text
    assert (await scene.account(user)).used_today_seconds == round(GOOD.seconds)


# --- no media -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"This is a shopping list, not sound." * 20,
        GOOD.data[:27],
        GOOD.data[:200],
        b"OggS" + bytes(4000),
        b"#EXTM3U\n#EXTINF:3,\nfile:///etc/passwd\n",
        SAMPLES["video_note.mp4"].data[:300],
    ],
    ids=["empty", "garbage", "first page cut", "headers only", "ogg of zeros", "playlist", "mp4 cut"],
)
async def test_no_media(scene: Scene, data: bytes, language: str) -> None:
    sent = await scene.person(language).send_voice(data, 3)
    await assert_refused(scene, sent, TEXTS.get(language, "failed-unreadable"))


@pytest.mark.parametrize("name", ["memo.caf", "talk.m2ts", "iphone.qta", "voice.ogg", "recording", "rec_1.dat"])
async def test_a_document_is_judged_by_its_content(scene: Scene, name: str) -> None:
    sent = await scene.person().send_document(GOOD.data, name)
    assert await scene.text_for(sent) == GOOD.text


async def test_a_document_of_unknown_kind_that_is_no_recording(scene: Scene) -> None:
    sent = await scene.person("en").send_document(bytes(range(256)) * 40, "firmware.bin")
    await assert_refused(scene, sent, TEXTS.get("en", "failed-unreadable"))


async def test_garbage_as_a_document_with_an_audio_name(scene: Scene) -> None:
    sent = await scene.person().send_document(b"nothing to hear" * 99, "voice.ogg", "audio/ogg")
    await assert_refused(scene, sent, TEXTS.get("ru", "failed-unreadable"))


async def test_a_video_without_sound(scene: Scene) -> None:
    sent = await scene.person().send_video(video_without_sound(2), 2)
    await assert_refused(scene, sent, TEXTS.get("ru", "failed-no-audio"))


async def test_a_picture_that_claims_to_be_a_video_note(scene: Scene) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(500)
    sent = await scene.person("en").send_video_note(png, 3)
    await assert_refused(scene, sent, TEXTS.get("en", "failed-unreadable"))


# --- damaged --------------------------------------------------------------------------------------------------------
async def test_a_truncated_recording_gives_the_words_that_are_left(scene: Scene) -> None:
    anna = scene.person()
    whole = SAMPLES["mid_ru_05.ogg"]
    sent = await anna.send_voice(whole.data[: len(whole.data) // 2], whole.seconds)
    words = (await scene.text_for(sent)).split()
    assert words[:4] == whole.text.split()[:4]
    assert len(words) < len(whole.text.split())
    # Charged is what was there to be decoded, not what the message claimed.
    assert 1 <= (await scene.account(anna)).used_today_seconds <= round(whole.seconds * 0.6)


async def test_a_recording_damaged_in_the_middle_is_answered(scene: Scene) -> None:
    anna = scene.person()
    data = bytearray(GOOD.data)
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(400)
    text = await scene.text_for(await anna.send_voice(bytes(data), GOOD.seconds))
    assert text.split()[0] == GOOD.text.split()[0]
    await scene.assert_works()


# --- lies about the length ------------------------------------------------------------------------------------------
async def test_silence_is_no_text(scene: Scene) -> None:
    silence = SAMPLES["silence_8.ogg"]
    await assert_refused(scene, await send(scene.person(), silence), TEXTS.get("ru", "failed-no-speech"))


async def test_an_hour_of_silence_that_says_so(scene: Scene) -> None:
    sent = await scene.person().send_voice(silent_opus(3600), 3600)
    await assert_refused(scene, sent, TEXTS.get("ru", "refused-too-long", seconds=3600, limit=300))
    assert "1 час" in sent.chat.replies_to(sent)[0].text


async def test_an_hour_of_silence_forged_to_three_seconds(scene: Scene) -> None:
    anna = scene.person()
    sent = await anna.send_voice(silent_opus(3600), 3)
    text = await scene.text_for(sent)
    assert text.startswith("Запись оказалась длиннее, чем указано в файле")
    assert "длиннее дневного лимита (60 секунд)" in text
    await scene.assert_nothing_charged(anna)
    assert sum(line.seconds for line in await scene.ledger(anna)) == 0
    await scene.assert_works()


async def test_an_hour_forged_to_three_seconds_by_somebody_without_limit(scene: Scene) -> None:
    anna = scene.person("en")
    await scene.make_unlimited(anna)
    sent = await anna.send_voice(silent_opus(3600), 3)
    assert await scene.text_for(sent) == TEXTS.get("en", "failed-too-long", limit=300)
    await scene.assert_works()


async def test_speech_forged_to_three_seconds_costs_what_it_is(scene: Scene) -> None:
    anna, long = scene.person(), SAMPLES["sentences_ru.ogg"]
    sent = await anna.send_voice(long.data, 3)
    assert await scene.speech_for(sent) == long.text
    assert (await scene.account(anna)).used_today_seconds == round(long.seconds)


async def test_speech_forged_to_three_seconds_beyond_the_quota_is_refused(scene: Scene) -> None:
    anna, long = scene.person(), SAMPLES["sentences_ru.ogg"]
    await scene.set_quota(anna, 20)
    text = await scene.text_for(await anna.send_voice(long.data, 3))
    assert text.startswith("Запись оказалась длиннее, чем указано в файле")
    assert "длиннее дневного лимита (20 секунд)" in text
    await scene.assert_nothing_charged(anna)


async def test_no_length_given(scene: Scene) -> None:
    anna = scene.person()
    assert await scene.text_for(await anna.send_voice(GOOD.data, 0)) == GOOD.text
    assert (await scene.account(anna)).used_today_seconds == round(GOOD.seconds)


@pytest.mark.parametrize("claimed", [math.nan, math.inf, -5.0, 1e300])
async def test_a_length_that_is_no_length(scene: Scene, claimed: float) -> None:
    assert await scene.text_for(await scene.person().send_video(GOOD.data, claimed)) == GOOD.text
    await scene.assert_works()


async def test_a_length_that_is_absurd(scene: Scene) -> None:
    sent = await scene.person().send_voice(GOOD.data, 2_000_000_000)
    await assert_refused(scene, sent, TEXTS.get("ru", "refused-too-long", seconds=2_000_000_000, limit=300))


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_two_gigabytes(scene: Scene, language: str) -> None:
    anna = scene.person(language)
    sent = await anna.send_video(GOOD.data, 30, declared_size=2 * GIB)
    await assert_refused(scene, sent, TEXTS.get(language, "refused-too-large", mib=2048, limit=512))
    assert not scene.service.events("job accepted", message_id=sent.id)


# --- no recordings --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_stickers_and_photos_get_one_hint(scene: Scene, language: str) -> None:
    anna = scene.person(language)
    hint = TEXTS.get(language, "hint-unsupported")
    assert await scene.text_for(await anna.send_sticker()) == hint
    photo = await anna.send_photo()
    file = await anna.send_document(b"%PDF-1.4", "contract.pdf", "application/pdf")
    asked = await anna.send_text("/quota")
    await scene.answer_to(asked)
    assert not anna.chat.replies_to(photo)
    assert not anna.chat.replies_to(file)
    await scene.assert_nothing_charged(anna)
    scene.unanswered.append(file)


async def test_groups_hear_nothing_about_what_is_no_recording(scene: Scene) -> None:
    anna = scene.person()
    group = scene.group(anna)
    ignored = [
        await anna.send_sticker(chat=group),
        await anna.send_photo(chat=group),
        await anna.send_text("hello there", chat=group),
        await anna.send_text("/unheard", chat=group),
        await anna.send_text("/help@another_bot", chat=group),
        await anna.send_audio(GOOD.data, GOOD.seconds, title="A song", chat=group),
    ]
    assert await scene.text_for(await send(anna, ENGLISH, chat=group)) == ENGLISH.text
    assert [group.replies_to(message) for message in ignored] == [[]] * len(ignored)
