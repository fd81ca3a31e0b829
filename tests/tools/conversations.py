"""What people say to the demo's service, and what must come back."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.media import silent_opus
from tests.support.samples import load_samples
from tests.tools.accuracy.prompts import Prompt
from tests.tools.accuracy.sound import read_g722, voice_note
from tests.tools.stage import Turn, sending

SHARE_WRONG = 0.5
"""Of the words of human speech, those that the base model may mistake: it shall be this sentence and no other."""


def conversation() -> dict[int, list[Turn]]:
    """Who sends what, in which order."""
    samples = load_samples()
    voice_ru, voice_en = samples["seen_ru_00.ogg"], samples["heldout_en_11.ogg"]
    sentences, note, song = samples["sentences_ru.ogg"], samples["video_note.mp4"], samples["song.mp3"]
    lecture, silence = samples["long_ru_1.ogg"], samples["silence_8.ogg"]
    return {
        101: [
            Turn("voice note", sending(lambda u: u.send_voice(voice_ru.data, voice_ru.seconds)), voice_ru.text),
            Turn("round video", sending(lambda u: u.send_video_note(note.data, note.seconds)), note.text),
            Turn(
                "recording of several sentences",
                sending(lambda u: u.send_voice(sentences.data, sentences.seconds, dc=4)),
                sentences.text,
            ),
            Turn("silence", sending(lambda u: u.send_voice(silence.data, silence.seconds)), "Речи не слышно…"),
        ],
        102: [
            Turn("voice note", sending(lambda u: u.send_voice(voice_en.data, voice_en.seconds)), voice_en.text),
            Turn(
                "audio file with a title",
                sending(lambda u: u.send_audio(song.data, song.seconds, title="Morning notes", performer="Ben")),
                song.text,
            ),
            Turn(
                "file that is no audio",
                sending(lambda u: u.send_voice(b"This is a shopping list, not sound." * 20, 3)),
                "I can't open this file…",
            ),
        ],
        103: [
            Turn(
                "recording over the length limit",
                sending(lambda u: u.send_voice(silent_opus(310), 310)),
                "Запись длится 5 минут 10 секунд…",
            ),
            Turn(
                "recording over the quota",
                sending(lambda u: u.send_voice(lecture.data, lecture.seconds)),
                "Запись длится 75 секунд, это больше дневного лимита (60 секунд)…",
            ),
        ],
    }


# --- human speech -----------------------------------------------------------------------------------------------------
def real_conversation(prompts: Sequence[Prompt]) -> dict[int, list[Turn]]:
    """Who sends which recorded sentences; one of them sends nothing but silence."""
    by_name = {(prompt.language, prompt.name): prompt for prompt in prompts}
    silence = Turn("silence", sending(lambda u: u.send_voice(silent_opus(5), 5)), "Речи не слышно…")
    return {
        101: [_spoken(by_name["ru", name]) for name in ("all-circuits-busy-now", "followme/options", "demo-echotest")],
        102: [_spoken(by_name["en", name]) for name in ("vm-newpassword", "queue-periodic-announce", "vm-options")],
        103: [_spoken(by_name["ru", "basic-pbx-ivr-main"]), silence],
    }


def _spoken(prompt: Prompt) -> Turn:
    data = voice_note(read_g722(prompt.path))
    return Turn(
        f"human speech ({prompt.name})",
        sending(lambda u: u.send_voice(data, prompt.seconds)),
        prompt.text,
        prompt.language,
        SHARE_WRONG,
    )
