"""Somebody who reads only Russian uses the bot for the first time, and gets through every flow.

What they see is kept in russian_reader.txt, and compared with what they see now; `VOICEPIPE_KEEP_TRANSCRIPT=1` in the
environment writes it anew. Look at the difference, as that person would.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.answers import is_final
from tests.support.scene import SAMPLES, Scene, open_scene, send
from tests.support.service import Settings
from tests.support.telegram import MediaKind, Message, User

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRANSCRIPT = Path(__file__).with_name("russian_reader.txt")
SHORT, SENTENCES, LONG = SAMPLES["seen_ru_18.ogg"], SAMPLES["sentences_ru.ogg"], SAMPLES["long_ru_1.ogg"]
FOREIGN = re.compile(r"[A-Za-z]{2,}")
KNOWN_ANYWHERE = re.compile(
    r"/\w+(@\w+)?( NAME VALUE)?|\.(txt|srt|vtt|json|png)\b|Telegram|ID|OGG|MP3|M4A|UTC|Europe/Moscow|@\w+|time_zone"
    r"|Etc/GMT[-+]\d+|on, off|English|O[ʻ‘]zbek(cha)?|Deutsch|Espa[ñn]ol|Portugu[êe]s|Fran[çc]ais|Italiano|T[üu]rk[çc]e"
)
"""What a reader of Russian meets everywhere, or is the name of a language in that language."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    settings: Settings = {
        "service": {"transcript_retention_hours": 24},
        "workers": {"count": 1},
        "limits": {"commands_per_minute": 1000},  # who reads takes longer
    }
    async with open_scene(tmp_path_factory.mktemp("scene"), settings) as opened:
        opened.telegram.world.takes_drafts = True
        yield opened


class Reader:
    """Does one thing after the other, and writes down what is to be seen."""

    def __init__(self, scene: Scene, user: User) -> None:
        self._scene = scene
        self._user = user
        self.lines: list[str] = []
        self.seen: list[str] = []
        """Everything that the bot said or offered."""

    async def say(self, text: str) -> Message:
        self.lines.append(f"\n— {text}")
        return self._show(await self._user.wait_reply(await self._user.send_text(text), is_final))

    async def speak(self, what: str, sent: Message) -> Message:
        self.lines.append(f"\n— [{what}]")
        answer = self._show(await self._scene.answer_to(sent))
        if answer.text[:1].islower():  # a text, and no refusal
            await self._scene.delivered(sent)
        return answer

    async def press(self, message: Message, button: str, *, changes: bool = True) -> None:
        self.lines.append(f"\n— нажимает «{button}»")
        before = (message.text, message.keyboard)
        notice = (await (await self._user.press(message, button)).wait_answer()).text
        if notice:
            self._note(f"({notice})")
        if changes:
            await self._scene.telegram.wait_for(lambda: (message.text, message.keyboard) != before or None, 30, button)
            self._show(message)

    async def file(self, answer: Message, button: str) -> None:
        self.lines.append(f"\n— нажимает «{button}»")
        await self._user.press(answer, button)
        file = await self._user.wait_reply(answer, lambda reply: reply.document is not None)
        self._show(file)

    def _show(self, message: Message) -> Message:
        if message.document is not None:
            self._note("[картинка]" if message.document.kind is MediaKind.PHOTO else "[файл]")
        if message.text:
            self._note(message.text)
        for row in message.keyboard:
            self._note("  ".join(f"[{button.text}]" for button in row))
        return message

    def _note(self, text: str) -> None:
        self.seen.append(text)
        self.lines.append(text)


def without_times(text: str) -> str:
    """What depends on the hour is left out."""
    text = re.sub(r"через (\d+ (час\w*|минут\w*) ?){1,2}|меньше чем через минуту", "через …", text)
    text = re.sub(r"в \d\d:\d\d, Etc/GMT[-+]\d+", "в …, UTC", text)
    return re.sub(r"voice-[\d-]+", "voice-…", text)


async def test_a_first_time_user_gets_through_every_flow(scene: Scene) -> None:
    anna = scene.person()
    await scene.set_quota(anna, 300)
    reader = Reader(scene, anna)
    await reader.say("/start")
    await reader.say("/help")
    await reader.say("привет")
    await reader.speak("голосовое", await send(anna, SHORT))
    answer = await reader.speak("запись из нескольких предложений", await send(anna, SENTENCES))
    await reader.file(answer, ".srt")
    await reader.press(answer, answer.buttons[3].text)  # with times
    await reader.press(answer, answer.buttons[3].text)  # and without
    await reader.press(answer, "Другой язык")
    await reader.press(answer, "« Назад")
    await reader.say("/quota")
    await scene.set_quota(anna, 60)
    sent = await send(anna, LONG)
    refusal = await reader.speak("слишком длинная запись", sent)
    await reader.press(refusal, refusal.buttons[0].text, changes=False)
    await scene.delivered(sent)
    reader.lines.append(refusal.text)
    menu = await reader.say("/settings")
    for button in [button.text for button in menu.buttons[:-1]]:
        if button in [each.text for each in menu.buttons]:
            await reader.press(menu, button)
            await reader.press(menu, "« Назад")
    await reader.press(menu, "Закрыть")
    await reader.say("/settings doubt_marks off")
    await reader.say("/settings doubt_marks громко")
    await reader.say("/vocabulary Анна Щукина, Кубернетес")
    await reader.say("/vocabulary убрать Кубернетес")
    await reader.say("/transcribe")
    await reader.say("/cancel")
    await reader.say("/stats")
    await reader.say("/mydata")
    await reader.say("/privacy")
    await reader.say("/nothing")
    await reader.say("/forget")
    await reader.say("/forget да")
    strange = [text for text in reader.seen if FOREIGN.search(KNOWN_ANYWHERE.sub("", text))]
    assert strange == []
    transcript = without_times("\n".join(reader.lines)).strip() + "\n"
    if os.environ.get("VOICEPIPE_KEEP_TRANSCRIPT"):
        TRANSCRIPT.write_text(transcript, encoding="utf-8")
    assert transcript == TRANSCRIPT.read_text(encoding="utf-8")
