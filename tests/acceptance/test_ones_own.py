"""What people ask about themselves arrives as they would see it: a picture, a file, the bot's profile."""

from __future__ import annotations

import json

import pytest

from tests.support.scene import SAMPLES, TEXTS, Scene, send
from tests.support.telegram.world import MediaKind

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = SAMPLES["seen_ru_18.ogg"]


async def test_statistics_are_a_picture_and_ones_data_a_file(scene: Scene) -> None:
    anna, ben = scene.person(), scene.person()
    for who in (anna, ben):
        await scene.delivered(sent := await send(who, SHORT))
        assert await scene.text_for(sent) == SHORT.text
    picture = await anna.wait_reply(await anna.send_text("/stats"))
    assert picture.document is not None
    assert (picture.document.kind, picture.document.data[:4]) == (MediaKind.PHOTO, b"\x89PNG")
    seconds = round(SHORT.seconds)
    assert picture.text == TEXTS.get("ru", "stats", days=30, count=1, seconds=seconds, most=seconds)
    file = await anna.wait_reply(await anna.send_text("/mydata"))
    assert file.document is not None
    tables = json.loads(file.document.data)
    assert {row["user_id"] for rows in tables.values() for row in rows} == {anna.id}
    assert tables["people"][0]["username"] == anna.person.username
    assert tables["jobs"][0]["charged_seconds"] == seconds


async def test_the_profile_is_told_in_each_language_and_not_again(scene: Scene) -> None:
    def told(language: str | None) -> tuple[str, str]:
        return TEXTS.get(language, "profile-about"), TEXTS.get(language, "profile-description")

    profiles = await scene.telegram.wait_for(lambda: scene.telegram.profiles.get("en"), 30, "the profile")
    assert profiles == told("en")
    assert {language: scene.telegram.profiles[language] for language in ("", "ru")} == {
        "": told("ru"),
        "ru": told("ru"),
    }
    calls = len(scene.telegram.calls_of("bots.SetBotInfo"))
    await scene.service.stop()
    await scene.service.start()
    await scene.telegram.wait_call("bots.GetBotInfo", 2 * calls)
    assert len(scene.telegram.calls_of("bots.SetBotInfo")) == calls
