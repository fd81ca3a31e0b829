"""What the demo shows beyond recordings that are sent to the bot: other places, buttons, and a change of mind."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.answers import is_final
from tests.support.samples import Sample, load_samples
from tests.support.telegram import Chat, LoopbackTelegram, Message, User
from tests.support.words import in_one_line
from tests.tools.stage import ANSWER_TIMEOUT_SECONDS, Act, Stage, Turn, sending
from voicepipe.conversation.texts import Texts

SAMPLES = load_samples()
TEXTS = Texts(lambda: "ru")
BOT = "@loopback_bot"
GROUP_ID = -1_000_000_000_042
NOTE_RU, NOTE_EN, SONG = SAMPLES["seen_ru_18.ogg"], SAMPLES["seen_en_03.ogg"], SAMPLES["song.mp3"]
LECTURE, SILENCE = SAMPLES["minutes_ru.ogg"], SAMPLES["silence_8.ogg"]
LECTURER = 104
"""Whose lecture is longer than a day's quota."""


def places(telegram: LoopbackTelegram) -> list[Act]:
    """Acts in the order in which they are played; those on an earlier answer come after `conversation`."""
    group = telegram.world.add_supergroup(GROUP_ID, "Work", [101, 102])
    begun = " ".join(LECTURE.text.split()[:4])
    return [
        Act(
            "Аня wants subtitles of her long recording, then its text with times: the buttons under the answer.",
            {
                101: [
                    Turn("subtitles", _subtitles, "1 00:00:0…"),
                    Turn("text with times", _times, "0:0…"),
                ]
            },
        ),
        Act(
            "Вера sends two minutes. The text grows in a live draft; she has enough of it, and pays for no more.",
            {LECTURER: [Turn("lecture that is stopped", _stop, f"{begun}…")]},
        ),
        Act(
            "A group: a voice gets its text and nothing else; any other recording when somebody asks for it.",
            {
                101: [Turn("voice in a group", lambda s, u: _speak_in(s, u, group), NOTE_RU.text)],
                102: [Turn("/transcribe in a group", lambda s, u: _ask_in(s, u, group), SONG.text)],
            },
        ),
        Act(
            "A chat that the bot is no member of: Ben names it in reply to Clara's voice, and the text appears there.",
            {102: [Turn("guest", _be_guest, NOTE_EN.text)]},
        ),
        Act(
            "Олег has connected the bot to his own account: what Вера says to him is written down for him alone.",
            {103: [Turn("connected account", _connect, in_one_line(f"🎙 Вера: {NOTE_RU.text}"))]},
        ),
        Act(
            "Clara wants the bot to speak Russian: /settings.",
            {
                105: [
                    Turn("language of the bot", _choose_language, TEXTS.get("ru", "settings-closed")),
                    Turn(
                        "answer in the language that was chosen",
                        sending(lambda u: u.send_voice(SILENCE.data, SILENCE.seconds)),
                        "Речи не слышно…",
                    ),
                ]
            },
        ),
    ]


async def _spoken(user: User, sample: Sample, chat: Chat, *, deliver: bool = True) -> Message:
    return await user.send_voice(sample.data, sample.seconds, chat=chat, deliver=deliver)


# --- buttons ----------------------------------------------------------------------------------------------------------
async def _subtitles(stage: Stage, user: User) -> str:
    answer = await user.wait_message(lambda each: each.buttons, timeout_seconds=ANSWER_TIMEOUT_SECONDS)
    await stage.tap(user, answer, ".srt")
    file = await user.wait_reply(answer, lambda each: each.document, ANSWER_TIMEOUT_SECONDS)
    assert file.document is not None
    return file.document.data.decode("utf-8-sig")


async def _times(stage: Stage, user: User) -> str:
    answer = await user.wait_message(lambda each: each.buttons, timeout_seconds=ANSWER_TIMEOUT_SECONDS)
    await _tap_and_see(stage, user, answer, TEXTS.get("ru", "answer-times"))
    return answer.text


async def _tap_and_see(stage: Stage, user: User, message: Message, part: str) -> None:
    """Press a button, and wait until the message is another one."""
    seen = len(message.edits)
    await stage.tap(user, message, part)
    await user.wait_for(lambda: len(message.edits) > seen or None, ANSWER_TIMEOUT_SECONDS, message.chat)


async def _choose_language(stage: Stage, user: User) -> str:
    menu = await user.wait_reply(await user.send_text("/settings"), None, ANSWER_TIMEOUT_SECONDS)
    for part in (TEXTS.get("en", "settings-theme-bot"), TEXTS.get("en", "preference-interface"), "Русский"):
        await _tap_and_see(stage, user, menu, part)
    await _tap_and_see(stage, user, menu, TEXTS.get("ru", "settings-back"))
    await _tap_and_see(stage, user, menu, TEXTS.get("ru", "settings-close"))
    return menu.text


# --- a change of mind -------------------------------------------------------------------------------------------------
async def _stop(stage: Stage, user: User) -> str:
    """Stop the draft once there is something in it; the text so far is the answer."""
    sent = await user.send_voice(LECTURE.data, LECTURE.seconds)
    begun = LECTURE.text.split()[0]
    await user.wait_draft(lambda draft: draft.texts[-1].startswith(begun), ANSWER_TIMEOUT_SECONDS)
    await stage.stop_draft(user)
    answer = await user.wait_reply(sent, is_final, ANSWER_TIMEOUT_SECONDS)
    is_whole = len(in_one_line(answer.text)) > 0.9 * len(LECTURE.text)
    return f"not stopped: {answer.text}" if is_whole else answer.text


# --- places -----------------------------------------------------------------------------------------------------------
async def _speak_in(stage: Stage, user: User, group: Chat) -> str:
    stage.name(group, "the group “Work”")
    sent = await _spoken(user, NOTE_RU, group)
    answer = await user.wait_reply(sent, is_final, ANSWER_TIMEOUT_SECONDS)
    return " ".join(answer.texts)  # no status came before it


async def _ask_in(stage: Stage, user: User, group: Chat) -> str:
    stage.name(group, "the group “Work”")
    song = await user.send_audio(SONG.data, SONG.seconds, title="Morning notes", performer="Ben", chat=group)
    await user.send_text(f"/transcribe{BOT}", chat=group, reply_to=song)
    return (await user.wait_reply(song, is_final, ANSWER_TIMEOUT_SECONDS)).text


async def _be_guest(stage: Stage, user: User) -> str:
    clara = stage.telegram.user(105)
    place = stage.telegram.elsewhere(user, clara)
    stage.name(place.chat, "“Holidays”")
    recording = await _spoken(clara, NOTE_EN, place.chat, deliver=False)
    query = await place.ask(user, BOT, recording)
    return (await place.wait_answer(query, timeout_seconds=ANSWER_TIMEOUT_SECONDS)).text


async def _connect(stage: Stage, user: User) -> str:
    vera = stage.telegram.user(104)
    before = max(user.chat.messages, default=0)
    stage.do(user, "🔗 connects the bot, for his chat with Вера, in Telegram's settings")
    account = await stage.telegram.connect(user, vera)
    await user.wait_for(lambda: max(user.chat.messages, default=0) > before or None, ANSWER_TIMEOUT_SECONDS)
    stage.name(account.chat_with(vera), "her chat with Олег")
    sent = await account.receive_voice(vera, NOTE_RU.data, NOTE_RU.seconds)
    stage.watch(user.chat, sent)
    told = await user.wait_message(_has(NOTE_RU.text), timeout_seconds=ANSWER_TIMEOUT_SECONDS)
    return told.text


def _has(text: str) -> Callable[[Message], object]:
    return lambda message: text in message.text
