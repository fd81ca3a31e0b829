"""What somebody has a say in: languages, the likely one, a translation, a vocabulary; each for its window."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import pytest

from tests.support.samples import EXACT, TEXTS
from tests.support.workers.engine import boot, utterances
from tests.tools.accuracy.prompts import Prompt
from tests.tools.accuracy.sound import read_g722
from voicepipe.wire.messages import AS_CONFIGURED, Options, Span
from voicepipe.worker.engines.whisper import EncodedWindow, WhisperEngine
from voicepipe.worker.engines.whisper.decoding import Attempt
from voicepipe.worker.speech import SileroVoice, Speech, Utterance

RU, EN = "seen_ru_18.ogg", "seen_en_03.ogg"
LONG_VOCABULARY = ", ".join(f"Слово{number}" for number in range(40))[:300]
MANY = [
    AS_CONFIGURED,
    Options(languages=("en",)),
    Options(languages=("ru", "en"), vocabulary="seven"),
    Options(translates=True),
    Options(vocabulary="Анна Щукина, Кубернетес"),
    Options(vocabulary=LONG_VOCABULARY),
]


@pytest.fixture(autouse=True)
def chance() -> None:
    """Second tries draw words by chance."""
    ctranslate2.set_random_seed(7)


@pytest.fixture
def engine() -> WhisperEngine:
    return WhisperEngine(boot())


def encoded(engine: WhisperEngine, name: str, options: Options = AS_CONFIGURED) -> EncodedWindow:
    (utterance,) = utterances(name)
    return engine.encode(utterance, options)


def text(engine: WhisperEngine, window: EncodedWindow) -> str:
    return "".join(segment.text for segment in engine.segments(window)).strip()


class Listening:
    """A model that notes the prompts that it is given together."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.prompts: list[list[list[int]]] = []
        self.lengths: list[int] = []

    def generate(self, encoded: Any, prompts: list[list[int]], **options: Any) -> Any:
        self.prompts.append(prompts)
        self.lengths.append(options["max_length"])
        return self.model.generate(encoded, prompts, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)


def listening(engine: WhisperEngine) -> Listening:
    model = Listening(engine._model.engine)
    engine._model.engine = model
    return model


def spelled(engine: WhisperEngine, prompt: Sequence[int]) -> str:
    """A prompt with the names of its marks."""
    return str(engine._model._whisper.hf_tokenizer.decode(list(prompt), skip_special_tokens=False))


# --- languages -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "configured", "language", "probability"),
    [
        (AS_CONFIGURED, {}, "ru", None),
        (Options(languages=("en",)), {}, "en", 1.0),
        (Options(languages=("en", "ru")), {}, "ru", None),
        (Options(languages=("ja", "xx")), {}, "ja", 1.0),
        (Options(languages=("xx",)), {}, "ru", None),
        (Options(languages=("en",)), {"languages": ("ru",)}, "ru", 1.0),
        (Options(languages=("en",)), {"language": "ru"}, "en", 1.0),
        (AS_CONFIGURED, {"language": "en"}, "en", 1.0),
        (Options(language="de", languages=("en",)), {"language": "ru"}, "de", 1.0),
    ],
)
def test_the_language_is_one_of_those_chosen(
    options: Options, configured: dict[str, Any], language: str, probability: float | None
) -> None:
    window = encoded(WhisperEngine(boot(**configured)), RU, options)
    assert window.language == language
    assert (window.language_probability == 1.0) is (probability == 1.0)


@pytest.mark.parametrize(("seconds", "language"), [(1.9, "de"), (2.1, "ru")])
def test_of_an_instant_the_likely_language_is_assumed_where_it_is_not_clear(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch, seconds: float, language: str
) -> None:
    monkeypatch.setattr(engine._model, "languages", lambda _: [("ru", 0.69), ("de", 0.2), ("en", 0.11)])
    (utterance,) = utterances(RU)
    part = type(utterance)(utterance.spans, utterance.sound[: int(seconds * 16_000)])
    assert engine.encode(part, Options(likely="de")).language == language
    assert engine.encode(part, AS_CONFIGURED).language == "ru"
    assert engine.encode(part, Options(likely="de", languages=("ru", "en"))).language == "ru"


def test_what_is_unsure_is_the_likely_language_however_long(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine._model, "languages", lambda _: [("ru", 0.4), ("de", 0.3), ("en", 0.3)])
    assert encoded(engine, RU, Options(likely="de")).language == "de"
    assert encoded(engine, RU, Options(likely="xx")).language == "ru"


# --- together ------------------------------------------------------------------------------------------------------
def test_windows_of_different_options_become_together_what_they_become_alone(engine: WhisperEngine) -> None:
    names = list(product([RU, EN], MANY))
    alone = [encoded(engine, name, options) for name, options in names]
    for window in alone:
        engine.decode_together([window])
    windows = [encoded(engine, name, options) for name, options in names]
    model = listening(engine)
    engine.decode_together(windows)
    assert [kept(window) for window in windows] == [kept(window) for window in alone]
    assert sum(kept(window) is not None for window in windows) > len(windows) * 0.8
    assert all(len({len(prompt) for prompt in together}) == 1 for together in model.prompts)
    assert max(map(len, model.prompts)) > 2, "those that can go together do"
    said = [spelled(engine, prompt) for together in model.prompts for prompt in together]
    assert sorted(said) == sorted(spelled(engine, engine._model.prompt(window.manner)) for window in windows)


def kept(window: EncodedWindow) -> Attempt | None:
    """None for a text that had to be broken off: among others it may go on as long as any of them."""
    assert window.first_try is not None
    return None if window.first_try.is_overlong else window.first_try


def test_each_window_has_a_prompt_of_its_own(engine: WhisperEngine) -> None:
    prompts = {options: spelled(engine, engine._model.prompt(encoded(engine, RU, options).manner)) for options in MANY}
    assert prompts[AS_CONFIGURED].startswith("<|startoftranscript|><|ru|><|transcribe|>")
    assert prompts[MANY[1]].startswith("<|startoftranscript|><|en|><|transcribe|>")
    assert prompts[MANY[2]].startswith("<|startofprev|> seven.<|startoftranscript|><|ru|><|transcribe|>")
    assert prompts[MANY[3]].startswith("<|startoftranscript|><|ru|><|translate|>")
    english = spelled(engine, engine._model.prompt(encoded(engine, EN, MANY[3]).manner))
    assert english.startswith("<|startoftranscript|><|en|><|transcribe|>"), "what is English already is not translated"


@pytest.mark.parametrize("limits_tokens", [False, True])
def test_a_vocabulary_leaves_as_much_room_for_the_text_as_there_is_without(limits_tokens: bool) -> None:
    engine = WhisperEngine(boot(limits_tokens=limits_tokens))
    window = encoded(engine, RU, Options(vocabulary=LONG_VOCABULARY))
    model = listening(engine)
    engine.decode_together([window])
    [length], [[prompt]] = model.lengths, model.prompts
    room = min(length / 2, length - len(prompt))
    assert room >= engine._first_limit(window).tokens or length == 448
    assert room > 100 or limits_tokens


def test_second_tries_do_without_the_vocabulary(engine: WhisperEngine) -> None:
    """One that leads a model astray, as it may where nobody speaks clearly, costs no text."""
    window = encoded(engine, EXACT[0], Options(vocabulary="<<< >>> ((((((((((, )))))))))), " + "бу " * 30))
    model = listening(engine)
    engine.decode_together([window])
    assert window.first_try is not None
    object.__setattr__(window.first_try, "log_probability", -10.0)
    object.__setattr__(window.first_try, "no_speech_probability", 0.0)
    assert text(engine, window) == TEXTS[EXACT[0]]
    assert ["startofprev" in spelled(engine, prompts[0]) for prompts in model.prompts[:2]] == [True, False]


# --- human speech --------------------------------------------------------------------------------------------------
def said_by(engine: WhisperEngine, prompt: Prompt, options: Options) -> str:
    sound = (read_g722(prompt.path) * 32_767).astype(np.int16)
    (utterance,) = Speech([sound], SileroVoice(), 30.0)
    window = engine.encode(utterance, options)
    engine.decode_together([window])
    return text(engine, window)


@pytest.mark.real
def test_russian_becomes_english_where_that_is_wanted(
    real_model: Path, human_speech: dict[tuple[str, str], Prompt]
) -> None:
    engine, prompt = WhisperEngine(boot(model_path=real_model)), human_speech["ru", "vm-nonumber"]
    assert "отправитель" in said_by(engine, prompt, AS_CONFIGURED)
    translated = said_by(engine, prompt, Options(translates=True))
    assert translated.isascii()
    assert "unfortunately" in translated.lower()


HARD = {"conf-waitforleader": "прихода", "dictate/playback_mode": "воспроизведения", "vm-torerecord": "перезаписи"}
"""Sentences with a word that the genuine base does not get right by itself."""


@pytest.mark.real
def test_a_vocabulary_has_hard_words_written_right(
    real_model: Path, human_speech: dict[tuple[str, str], Prompt]
) -> None:
    engine, vocabulary = WhisperEngine(boot(model_path=real_model)), ", ".join(["Щукина", *HARD.values(), "Кубернетес"])
    prompts = {word: human_speech["ru", name] for name, word in HARD.items()}
    options = {True: Options(vocabulary=vocabulary), False: AS_CONFIGURED}
    right = {
        has_words: sum(word in said_by(engine, prompt, options[has_words]) for word, prompt in prompts.items())
        for has_words in options
    }
    assert right[True] > right[False]
    assert right[True] >= 2


@pytest.mark.real
@pytest.mark.parametrize("name", ["beep", "noise"])
def test_a_vocabulary_is_not_said_by_what_says_nothing(real_model: Path, name: str) -> None:
    engine, chance = WhisperEngine(boot(model_path=real_model)), np.random.default_rng(1)
    length = 3 * 16_000
    loud = {"beep": 9_000 * np.sin(np.arange(length) / 6), "noise": chance.normal(0, 3_000, length)}
    sound = loud[name].astype(np.int16)
    utterance = Utterance((Span(0, length),), sound)
    window = engine.encode(utterance, Options(languages=("ru",), vocabulary="Анна Щукина, Кубернетес"))
    engine.decode_together([window])
    said = text(engine, window)
    assert "Щукина" not in said
    assert "Кубернетес" not in said
