"""Word error rates on voice messages made after training, through an unmodified faster-whisper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from faster_whisper import WhisperModel

from demo_model.media import write_voice_note
from demo_model.messages import Message, MessageMaker
from demo_model.speech import TRAINING_VARIANTS, UNSEEN_VARIANTS
from demo_model.words import Language

SEED = 4242  # not that of the training
LONG_SENTENCES = 30
LONG_COUNT = 4
NOISE_LEVELS = (0.0, 0.002, 0.01, 0.03, 0.1)
NOISE_SECONDS = (2, 6, 12, 40)


@dataclass(frozen=True, slots=True)
class Heard:
    language: str
    text: str


@dataclass(slots=True)
class Score:
    clips: int = 0
    words: int = 0
    errors: int = 0
    exact: int = 0
    right_language: int = 0
    mistakes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, message: Message, heard: Heard) -> None:
        errors = word_errors(message.text.split(), heard.text.split())
        self.clips += 1
        self.words += len(message.text.split())
        self.errors += errors
        self.exact += errors == 0
        self.right_language += heard.language == message.language
        if errors:
            self.mistakes.append((message.text, heard.text))


class Recogniser:
    """As the bot uses it: voice detection on, no text carried over, beam 5, automatic language."""

    def __init__(self, folder: Path) -> None:
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)

    def hear(self, file: Path) -> Heard:
        segments, info = self._model.transcribe(
            str(file), language=None, beam_size=5, vad_filter=True, condition_on_previous_text=False
        )
        return Heard(info.language, " ".join(segment.text.strip() for segment in segments))


def evaluate(model: Path, work: Path, count: int) -> str:
    """A Markdown table: `count` messages per language and kind of voice; the recordings stay in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    recogniser, maker = Recogniser(model), MessageMaker(SEED)
    rows = ["| voices | language | clips | words | WER | word for word | language right |", "| --- " * 7 + "|"]
    mistakes: list[str] = []
    for language in Language:
        for title, messages in _groups(maker, language, count):
            score = _score(recogniser, work / f"{language}_{title.replace(' ', '_')}", messages)
            rows.append(_row(title, language, score))
            mistakes += [f"{title} | {said} | {heard}" for said, heard in score.mistakes]
    (work / "mistakes.txt").write_text("\n".join(mistakes), "utf-8")
    return "\n".join([*rows, "", _noise_report(recogniser, work, maker)])


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words to put in, leave out or replace."""
    distances = list(range(len(heard) + 1))
    for row, word in enumerate(said, 1):
        diagonal, distances[0] = distances[0], row
        for column, other in enumerate(heard, 1):
            best = min(distances[column] + 1, distances[column - 1] + 1, diagonal + (word != other))
            diagonal, distances[column] = distances[column], best
    return distances[-1]


def _groups(maker: MessageMaker, language: Language, count: int) -> Iterable[tuple[str, list[Message]]]:
    def espeak(variants: Sequence[str], clips: int, sentences: Sequence[int]) -> list[Message]:
        return [maker.by_espeak(language, variants, sentences[i % len(sentences)]) for i in range(clips)]

    yield "espeak-ng, of the training", espeak(TRAINING_VARIANTS, count, (1, 2, 1, 3))
    yield "espeak-ng, unheard", espeak(UNSEEN_VARIANTS, count, (1, 2, 1, 3))
    yield "Festival, of the training", maker.by_festival(language, count // 2)
    yield "espeak-ng, minutes long", espeak(TRAINING_VARIANTS, LONG_COUNT, (LONG_SENTENCES,))


def _score(recogniser: Recogniser, folder: Path, messages: list[Message]) -> Score:
    folder.mkdir(exist_ok=True)
    score = Score()
    for number, message in enumerate(messages):
        file = folder / f"{number:03}.ogg"
        write_voice_note(file, message.samples, bits_per_second=(24_000, 32_000)[number % 2])
        score.add(message, recogniser.hear(file))
    return score


def _row(title: str, language: Language, score: Score) -> str:
    rate = f"{100 * score.errors / score.words:.1f} %"
    exact, right = f"{score.exact} of {score.clips}", f"{score.right_language} of {score.clips}"
    return f"| {title} | {language} | {score.clips} | {score.words} | {rate} | {exact} | {right} |"


def _noise_report(recogniser: Recogniser, work: Path, maker: MessageMaker) -> str:
    heard = []
    for level in NOISE_LEVELS:
        for seconds in NOISE_SECONDS:
            file = work / "nothing.ogg"
            write_voice_note(file, maker.nothing(seconds, level).samples)
            heard.append(recogniser.hear(file).text)
    return f"Silence and noise: words heard in {sum(map(bool, heard))} of {len(heard)} recordings."
