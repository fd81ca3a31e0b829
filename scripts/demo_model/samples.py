"""The sample recordings that are committed with the model: what tests and the demonstration send to the bot.

They come from a seed of their own and are chosen: of each kind, the first that the model hears word for word (of
the minutes-long ones, the best of a few). So they show that all works, and not how often; that is measured by
`evaluation`, on every recording made.
"""

import json
from collections.abc import Callable
from pathlib import Path

from demo_model.evaluation import Recogniser, word_errors
from demo_model.media import write_song, write_video_note, write_voice_note
from demo_model.messages import Message, MessageMaker
from demo_model.speech import TRAINING_VARIANTS, UNSEEN_VARIANTS, USUAL_VARIANTS
from demo_model.words import Language

SEED = 77  # neither that of the training nor that of the evaluation
ENGLISH, RUSSIAN = Language.ENGLISH, Language.RUSSIAN
# `mid_` has two or three sentences, `heldout_` voices that training never heard.
VOICE_NOTES = (
    *("seen_ru_00", "seen_ru_15", "seen_ru_18", "seen_en_03", "seen_en_21", "seen_en_23"),
    *("heldout_ru_07", "heldout_ru_19", "heldout_ru_21", "heldout_en_08", "heldout_en_11", "heldout_en_13"),
    *("mid_ru_03", "mid_ru_05", "mid_ru_09", "mid_en_01", "mid_en_03", "mid_en_08"),
)
# File -> language, sentences, seconds that silence at the end fills up to; one demonstration is about just 75.
LONG = {
    "long_ru_1.ogg": (RUSSIAN, 25, 75),
    "minutes_ru.ogg": (RUSSIAN, 44, 130),
    "minutes_en.ogg": (ENGLISH, 44, 130),
}
LONG_SLACK_SECONDS = 10
LONG_ATTEMPTS = 12
LONG_BITS_PER_SECOND = 16_000
ATTEMPTS = 60
SONG_TITLE, SONG_ARTIST = "Morning Train", "Voicepipe Demo"

Writer = Callable[[Path, Message], None]


class SampleMaker:
    def __init__(self, model: Path, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._recogniser, self._folder = Recogniser(model), folder
        self._maker = MessageMaker(SEED)
        self._entries: list[dict[str, object]] = []
        self.made = 0

    def choose(self, file: str, make: Callable[[], Message], write: Writer, attempts: int = ATTEMPTS) -> None:
        """Keeps the recording that is heard best; the first without an error ends the search."""
        best: tuple[int, Message] | None = None
        for _ in range(attempts):
            message = make()
            write(self._folder / file, message)
            self.made += 1
            heard = self._recogniser.hear(self._folder / file)
            errors = word_errors(message.text.split(), heard.text.split())
            if best is None or errors < best[0]:
                best = errors, message
            if errors == 0 and heard.language == message.language:
                break
        assert best is not None
        write(self._folder / file, best[1])
        self.enter(file, best[1])

    def enter(self, file: str, message: Message) -> None:
        entry = {"file": file, "lang": message.language or "", "text": message.text}
        self._entries.append({**entry, "seconds": round(message.seconds, 2)})

    def sentences(self, language: Language, variants: tuple[str, ...], count: int, longest: int = 8) -> Message:
        return self._maker.by_espeak(language, variants, count, longest)

    def between(self, shortest: float, longest: float, make: Callable[[], Message]) -> Callable[[], Message]:
        """Repeats `make` until the message lasts that many seconds."""

        def make_fitting() -> Message:
            while True:
                message = make()
                if shortest <= message.seconds <= longest:
                    return message

        return make_fitting

    def nothing(self, file: str, seconds: float, level: float) -> None:
        message = self._maker.nothing(seconds, level)
        write_voice_note(self._folder / file, message.samples)
        self.enter(file, message)

    def write_texts(self) -> None:
        (self._folder / "texts.json").write_text(
            json.dumps(self._entries, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )


def make_samples(model: Path, folder: Path) -> str:
    maker = SampleMaker(model, folder)
    for name in VOICE_NOTES:
        maker.choose(f"{name}.ogg", _voice_note(maker, name), _write_voice_note)
    sentences = maker.between(23, 28, lambda: maker.sentences(RUSSIAN, USUAL_VARIANTS, 6))
    maker.choose("sentences_ru.ogg", sentences, _write_voice_note)
    note = maker.between(5, 8, lambda: maker.sentences(RUSSIAN, TRAINING_VARIANTS, 2, longest=6))
    maker.choose("video_note.mp4", note, lambda path, message: write_video_note(path, message.samples))
    song = maker.between(5, 8, lambda: maker.sentences(ENGLISH, TRAINING_VARIANTS, 2, longest=6))
    maker.choose("song.mp3", song, _write_song)
    maker.nothing("silence_8.ogg", seconds=8, level=0)
    maker.nothing("noise_1.ogg", seconds=6, level=0.02)
    for file in LONG:
        maker.choose(file, _long(maker, file), _write_long, LONG_ATTEMPTS)
    maker.write_texts()
    return f"Chosen from {maker.made} recordings."


def _voice_note(maker: SampleMaker, name: str) -> Callable[[], Message]:
    kind, language, _ = name.split("_")
    variants = UNSEEN_VARIANTS if kind == "heldout" else TRAINING_VARIANTS
    if kind == "mid":
        return maker.between(6, 11, lambda: maker.sentences(Language(language), variants, 3))
    return maker.between(3, 6, lambda: maker.sentences(Language(language), variants, 1))


def _long(maker: SampleMaker, file: str) -> Callable[[], Message]:
    language, sentences, seconds = LONG[file]
    make = maker.between(
        seconds - LONG_SLACK_SECONDS, seconds, lambda: maker.sentences(language, USUAL_VARIANTS, sentences)
    )
    return lambda: make().filled_up_to(seconds)


def _write_voice_note(path: Path, message: Message) -> None:
    write_voice_note(path, message.samples, 24_000)


def _write_long(path: Path, message: Message) -> None:
    write_voice_note(path, message.samples, LONG_BITS_PER_SECOND)


def _write_song(path: Path, message: Message) -> None:
    write_song(path, message.samples, SONG_TITLE, SONG_ARTIST)
