"""What people say to the demo's service, and what must come back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.support.media import silent_opus
from tests.support.samples import load_samples
from tests.support.telegram import Message, User
from tests.support.words import in_one_line
from tests.tools.accuracy.prompts import Prompt
from tests.tools.accuracy.sound import read_g722, voice_note
from tests.tools.accuracy.words import compare, errors_in, words_of

SHARE_WRONG = 0.5
"""Of the words of human speech, those that the base model may mistake: it shall be this sentence and no other."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something a person sends, and what must come back."""

    what: str
    send: Callable[[User], Awaitable[Message]]
    expected: str
    """The whole answer, or with an ellipsis at its end how the answer begins."""

    language: str = "ru"
    """Of numbers in it."""
    share_wrong: float = 0.0
    """How many of its words may differ."""

    def is_met_by(self, answer: str) -> bool:
        if self.expected.endswith("…"):
            return answer.startswith(self.expected[:-1])
        return in_one_line(answer) == self.expected or self._is_near(answer)

    def _is_near(self, answer: str) -> bool:
        said, heard = (words_of(text, self.language) for text in (self.expected, answer))
        return errors_in(compare(said, heard)) <= self.share_wrong * len(said)


def conversation() -> dict[int, list[Turn]]:
    """Who sends what, in which order."""
    samples = load_samples()
    voice_ru, voice_en = samples["seen_ru_00.ogg"], samples["heldout_en_11.ogg"]
    sentences, note, song = samples["sentences_ru.ogg"], samples["video_note.mp4"], samples["song.mp3"]
    lecture, silence = samples["long_ru_1.ogg"], samples["silence_8.ogg"]
    return {
        101: [
            Turn("voice note", lambda u: u.send_voice(voice_ru.data, voice_ru.seconds), voice_ru.text),
            Turn("round video", lambda u: u.send_video_note(note.data, note.seconds), note.text),
            Turn(
                "recording of several sentences",
                lambda u: u.send_voice(sentences.data, sentences.seconds, dc=4),
                sentences.text,
            ),
            Turn("silence", lambda u: u.send_voice(silence.data, silence.seconds), "Речи не слышно…"),
        ],
        102: [
            Turn("voice note", lambda u: u.send_voice(voice_en.data, voice_en.seconds), voice_en.text),
            Turn(
                "audio file with a title",
                lambda u: u.send_audio(song.data, song.seconds, title="Morning notes", performer="Ben"),
                song.text,
            ),
            Turn(
                "file that is no audio",
                lambda u: u.send_voice(b"This is a shopping list, not sound." * 20, 3),
                "I can't open this file…",
            ),
        ],
        103: [
            Turn(
                "recording over the length limit",
                lambda u: u.send_voice(silent_opus(310), 310),
                "Запись длится 5 минут 10 секунд…",
            ),
            Turn(
                "recording over the quota",
                lambda u: u.send_voice(lecture.data, lecture.seconds),
                "Запись длится 75 секунд, это больше дневного лимита (60 секунд)…",
            ),
        ],
    }


# --- human speech -----------------------------------------------------------------------------------------------------
def real_conversation(prompts: Sequence[Prompt]) -> dict[int, list[Turn]]:
    """Who sends which recorded sentences; one of them sends nothing but silence."""
    by_name = {(prompt.language, prompt.name): prompt for prompt in prompts}
    silence = Turn("silence", lambda u: u.send_voice(silent_opus(5), 5), "Речи не слышно…")
    return {
        101: [_spoken(by_name["ru", name]) for name in ("all-circuits-busy-now", "followme/options", "demo-echotest")],
        102: [_spoken(by_name["en", name]) for name in ("vm-newpassword", "queue-periodic-announce", "vm-options")],
        103: [_spoken(by_name["ru", "basic-pbx-ivr-main"]), silence],
    }


def _spoken(prompt: Prompt) -> Turn:
    data = voice_note(read_g722(prompt.path))
    return Turn(
        f"human speech ({prompt.name})",
        lambda u: u.send_voice(data, prompt.seconds),
        prompt.text,
        prompt.language,
        SHARE_WRONG,
    )
