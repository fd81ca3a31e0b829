"""Recognition in this process, beside unmodified faster-whisper, with the demo model and with one that has a script."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ctranslate2
import faster_whisper
import numpy as np
import pytest

from tests.support.places import DEMO_MODEL, SAMPLES
from tests.support.samples import EXACT, TEXTS
from tests.support.workers.engine import boot, utterances
from tests.tools.bench.model.build import build_model
from tests.tools.bench.model.script import script_for
from voicepipe.domain.transcripts import Word
from voicepipe.wire.messages import AS_CONFIGURED, BootFailure, Options, Span
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.worker.engines.engine import BootError
from voicepipe.worker.engines.whisper import WINDOW_SECONDS, EncodedWindow, WhisperEngine, decoding, load
from voicepipe.worker.engines.whisper.decoding import LEAST_WORD_SECONDS, Attempt, limit_of
from voicepipe.worker.engines.whisper.windows import SHORT_WINDOW_SECONDS
from voicepipe.worker.media import decode
from voicepipe.worker.speech import Speech, Utterance, floats

MODEL = DEMO_MODEL
LONG = ["minutes_en.ogg", "minutes_ru.ogg", "long_ru_1.ogg"]
HUM = np.round(3000 * np.sin(np.arange(16_000) * 0.05)).astype(np.int16)

Heard = list[tuple[float, float, str]]


@pytest.fixture(autouse=True)
def chance() -> None:
    """faster-whisper's second tries draw words by chance. Each model has its own, from its first draw on."""
    ctranslate2.set_random_seed(7)


@pytest.fixture
def engine() -> WhisperEngine:
    return WhisperEngine(boot())


@pytest.fixture
def stock() -> faster_whisper.WhisperModel:
    """Asked for the same as `engine`, it draws the same."""
    return faster_whisper.WhisperModel(str(MODEL), device="cpu", compute_type="int8", cpu_threads=1)


@pytest.fixture(scope="module")
def scripted_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of Whisper tiny's size that says twelve seconds' worth of words, whatever it hears."""
    directory = tmp_path_factory.mktemp("models") / "tiny"
    build_model("tiny", script_for(12), directory)
    return directory


def encoded(engine: WhisperEngine, name: str, *, vad: bool = True) -> EncodedWindow:
    (utterance,) = utterances(name, vad=vad)
    return engine.encode(utterance, AS_CONFIGURED)


def heard(engine: WhisperEngine, window: EncodedWindow) -> Heard:
    return [(each.start, each.end, each.text) for each in engine.segments(window)]


def text(found: Heard) -> str:
    return "".join(text for _, _, text in found).strip()


def stock_hears(stock: faster_whisper.WhisperModel, audio: Any, **options: Any) -> tuple[Heard, Any]:
    options = {"vad_filter": True, "condition_on_previous_text": False, "beam_size": 5} | options
    segments, info = stock.transcribe(audio, **options)
    return [(segment.start, segment.end, segment.text) for segment in segments], info


# --- as faster-whisper does it ------------------------------------------------------------------------------------
def test_texts_are_those_of_unmodified_faster_whisper(
    engine: WhisperEngine, stock: faster_whisper.WhisperModel
) -> None:
    """With the language detected and beam 5, and each time to the hundredth of a second."""
    for name in EXACT:
        expected, info = stock_hears(stock, str(SAMPLES / name))
        window = encoded(engine, name)
        assert heard(engine, window) == expected, name
        assert (window.language, text(expected)) == (info.language, TEXTS[name])


@pytest.mark.parametrize("name", ["noise_1.ogg", "sentences_ru.ogg"])
def test_without_voice_activity_detection_too(
    name: str, engine: WhisperEngine, stock: faster_whisper.WhisperModel
) -> None:
    expected, _ = stock_hears(stock, str(SAMPLES / name), vad_filter=False)
    found = heard(engine, encoded(engine, name, vad=False))
    assert [each[2] for each in found] == [each[2] for each in expected]


@pytest.mark.parametrize("name", LONG)
def test_window_is_heard_as_faster_whisper_hears_its_sound(
    name: str, engine: WhisperEngine, stock: faster_whisper.WhisperModel
) -> None:
    """But for what it makes of the last instant of a window, in which nobody can say anything."""
    for utterance in utterances(name):
        heard_by_stock, info = stock_hears(stock, floats(utterance.sound), vad_filter=False)
        expected = [each for each in heard_by_stock if each[0] < utterance.seconds - LEAST_WORD_SECONDS]
        window = engine.encode(utterance, AS_CONFIGURED)
        found = engine.segments(window)
        assert [segment.text for segment in found] == [each[2] for each in expected]
        assert window.language == info.language
        first = utterance.spans[0].start / 16_000
        if len(utterance.spans) == 1:
            assert [segment.start - first for segment in found] == pytest.approx(
                [min(each[0], utterance.seconds) for each in expected], abs=0.01
            )


@pytest.mark.parametrize("name", LONG)
def test_no_words_are_made_of_the_last_instant_of_a_window(name: str, engine: WhisperEngine) -> None:
    """Unmodified faster-whisper, given the windows, has up to eight words more than were said."""
    windows = [engine.encode(utterance, AS_CONFIGURED) for utterance in utterances(name)]
    said = " ".join(text(heard(engine, window)) for window in windows)
    assert said == TEXTS[name]


@pytest.mark.parametrize(("seconds", "words"), [(0.93, 1), (1.2, 2), (1.5, 3), (2.2, 6), (2.6, 7)])
def test_sound_that_ends_amid_a_word_is_not_said_for_ever(seconds: float, words: int, engine: WhisperEngine) -> None:
    with (SAMPLES / "heldout_ru_19.ogg").open("rb") as file:
        torn = np.concatenate(list(decode(file, 60.0)))[: int(seconds * SAMPLE_RATE)]
    window = engine.encode(Utterance((Span(0, len(torn)),), torn), AS_CONFIGURED)
    assert len(text(heard(engine, window)).split()) == words


def test_scripted_model_says_its_script(scripted_model: Path) -> None:
    script = json.loads((scripted_model / "script.json").read_text())
    unmodified = faster_whisper.WhisperModel(str(scripted_model), device="cpu", compute_type="int8", cpu_threads=1)
    expected, _ = stock_hears(unmodified, str(SAMPLES / "sentences_ru.ogg"))
    for profile in ({}, {"beam_size": 1, "has_short_context": True, "limits_tokens": True}):
        # With a voice detector it would be asked again for what it leaves out.
        ours = WhisperEngine(boot(model_path=scripted_model, vad=False, **profile))
        windows = [encoded(ours, "sentences_ru.ogg") for _ in range(3)]
        ours.decode_together(windows)
        for window in windows:
            assert heard(ours, window) == expected
    assert text(expected) == script["text"]


def test_speech_that_a_model_leaves_out_is_decoded_by_itself(scripted_model: Path) -> None:
    script = json.loads((scripted_model / "script.json").read_text())
    ours = WhisperEngine(boot(model_path=scripted_model))
    window = encoded(ours, "sentences_ru.ogg")
    assert text(heard(ours, window)) == f"{script['text']} {script['text']}"
    starts = [start for start, *_ in heard(ours, window)]
    assert starts == sorted(starts)
    assert max(starts) >= 12.0


# --- how sure the words are -----------------------------------------------------------------------------------------
def words(engine: WhisperEngine, name: str) -> list[Word]:
    window = encoded(engine, name)
    engine.decode_together([window])
    segments = engine.segments(window)
    for segment in segments:
        assert "".join(word.text for word in segment.words) == segment.text
    return [word for segment in segments for word in segment.words]


@pytest.mark.parametrize("beam_size", [1, 5])
def test_each_word_says_how_sure_the_model_is(beam_size: int) -> None:
    """The demo model knows these recordings by heart."""
    engine = WhisperEngine(boot(beam_size=beam_size))
    for name in EXACT[:6]:
        found = words(engine, name)
        assert [word.text.strip() for word in found] == TEXTS[name].split()
        assert all(0.0 <= word.probability <= 1.0 for word in found)
        assert sum(word.probability for word in found) > 0.5 * len(found)


def test_what_the_decoder_tells_is_what_the_alignment_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """But for time stamps, which only the decoder has before it."""
    engine = WhisperEngine(boot(beam_size=1))
    by_decoder = [word.probability for word in words(engine, EXACT[0])]
    monkeypatch.setattr("voicepipe.worker.engines.whisper.decoding.MOST_LOGITS", 0)
    assert by_decoder == pytest.approx([word.probability for word in words(engine, EXACT[0])], abs=0.2)


# --- together -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("beam_size", [1, 5])
def test_together_or_alone_is_the_same(beam_size: int) -> None:
    """To the letter: languages and lengths may differ, and no window changes what another one becomes."""
    engine = WhisperEngine(boot(beam_size=beam_size))
    names = EXACT[::2]
    alone = [heard(engine, encoded(engine, name)) for name in names]
    windows = [encoded(engine, name) for name in names]
    engine.decode_together(windows)
    assert all(window.first_try is not None for window in windows)
    assert [heard(engine, window) for window in windows] == alone


class Counting:
    """A model that counts what it is asked to generate."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.options: list[dict[str, Any]] = []
        self.batches: list[int] = []

    def generate(self, encoded: Any, prompts: list[list[int]], **options: Any) -> Any:
        self.options.append(options)
        self.batches.append(len(prompts))
        return self.model.generate(encoded, prompts, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)


def counted(engine: WhisperEngine) -> Counting:
    counting = Counting(engine._model.engine)
    engine._model.engine = counting
    return counting


def test_one_generation_serves_all() -> None:
    engine = WhisperEngine(boot())
    windows = [encoded(engine, name) for name in EXACT[:4]]
    counting = counted(engine)
    engine.decode_together(windows)
    for window in windows:
        engine.segments(window)
    assert counting.batches == [4]


def poor_try(window: EncodedWindow) -> Any:
    """What is as improbable as faster-whisper's checks do not let pass."""
    assert window.first_try is not None
    return replace(window.first_try, log_probability=-10.0, no_speech_probability=0.0)


def test_second_tries_are_for_one_alone() -> None:
    engine = WhisperEngine(boot())
    windows = [encoded(engine, name) for name in EXACT[:3]]
    engine.decode_together(windows)
    windows[1].first_try = poor_try(windows[1])
    counting = counted(engine)
    texts = [text(heard(engine, window)) for window in windows]
    assert counting.batches[:1] == [1]
    assert counting.options[0]["sampling_temperature"] == 0.2, "faster-whisper goes on where the first try ends"
    assert texts == [TEXTS[name] for name in EXACT[:3]]


@pytest.mark.parametrize("samples", [1, 80, 159, 160, 1600])
def test_a_window_of_next_to_nothing_leaves_nothing_to_the_next(engine: WhisperEngine, samples: int) -> None:
    """faster-whisper does not even ask what is in less than 10 ms, and so does not use what was decoded before."""
    tiny = Utterance((Span(0, samples),), np.full(samples, 3000, np.int16))
    for count in (1, 2):
        first = engine.encode(tiny, Options("ru"))
        engine.decode_together([first])
        engine.segments(first)
        others = [encoded(engine, name) for name in EXACT[:count]]
        engine.decode_together(others)
        assert [text(heard(engine, window)) for window in others] == [TEXTS[name] for name in EXACT[:count]]


def test_no_words_lie_outside_their_window(engine: WhisperEngine) -> None:
    """A model may place their end as late as in the last of 30 s."""
    (utterance,) = utterances(EXACT[0])
    cut = Utterance((Span(16_000, 16_000 + 40_000),), utterance.sound[:40_000])
    window = engine.encode(cut, AS_CONFIGURED)
    window.first_try = said_until(29.0, engine, window)
    (segment,) = engine.segments(window)
    assert (segment.start, segment.end) == (1.0, 3.5)


def said_until(seconds: float, engine: WhisperEngine, window: EncodedWindow) -> Any:
    """As if the model had heard a word that lasts so long."""
    tokenizer = engine._model.tokenizer(window.language)
    begin = tokenizer.timestamp_begin
    tokens = (begin, *tokenizer.encode(" привет"), begin + round(seconds / 0.02))
    return Attempt(tokens, "привет", -0.1, 0.0)


def test_numbers_that_numpy_does_not_know_go_together(engine: WhisperEngine) -> None:
    """As a GPU encodes them with compute_type = "bfloat16"."""
    names = EXACT[:2]
    windows = [encoded(engine, name) for name in names]
    for window in windows:
        window.encoded = window.encoded.to(ctranslate2.DataType.bfloat16)
    engine.decode_together(windows)
    assert all(window.first_try is not None for window in windows)
    assert [text(heard(engine, window)) for window in windows] == [TEXTS[name] for name in names]


def too_much(*_: Any, **__: Any) -> Any:
    raise RuntimeError("mkl_malloc: failed to allocate memory")


@pytest.mark.parametrize("has_short_context", [False, True])
def test_failure_of_all_together_leaves_each_alone(has_short_context: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = WhisperEngine(boot(has_short_context=has_short_context))
    windows = [encoded(engine, name) for name in EXACT[:2]]
    counting = counted(engine)

    with monkeypatch.context() as patch:
        patch.setattr(counting, "generate", too_much)
        engine.decode_together(windows)
    assert [text(heard(engine, window)) for window in windows] == [TEXTS[name] for name in EXACT[:2]]


# --- on a GPU -----------------------------------------------------------------------------------------------------
@pytest.mark.skipif(ctranslate2.get_cuda_device_count() == 0, reason="there is no CUDA device")
@pytest.mark.parametrize("compute_type", ["auto", "float16", "bfloat16", "float32"])
def test_a_gpu_finds_the_words(compute_type: str) -> None:
    """In each number format that it has."""
    if compute_type not in ("auto", *ctranslate2.get_supported_compute_types("cuda")):
        pytest.skip("this device does not compute with them")
    engine = load(boot(device="cuda", compute_type=compute_type))
    windows = [encoded(engine, name) for name in EXACT]
    engine.decode_together(windows)
    assert all(window.first_try is not None for window in windows)
    right = [text(heard(engine, window)) == TEXTS[name] for name, window in zip(EXACT, windows, strict=True)]
    assert sum(right) >= 0.9 * len(EXACT), "coarse numbers may cost so small a model a word"


# --- the fast profile ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "frames"), [(3, 1000), (7.9, 1000), (8.1, 1250), (SHORT_WINDOW_SECONDS, 1500)])
def test_speech_is_encoded_no_longer_than_it_is(seconds: float, frames: int) -> None:
    (utterance,) = Speech([np.resize(HUM, int(seconds * 16_000))], None, WINDOW_SECONDS)
    engine = WhisperEngine(boot(has_short_context=True))
    assert engine.encode(utterance, Options("ru")).encoded.shape[1] * 2 == frames


def test_a_short_context_has_few_sizes_of_short_windows() -> None:
    capabilities = WhisperEngine(boot(has_short_context=True)).capabilities
    assert capabilities.window_seconds == SHORT_WINDOW_SECONDS
    assert capabilities.size_limits_seconds == (8.0, 10.5)
    full = WhisperEngine(boot()).capabilities
    assert (full.window_seconds, full.size_limits_seconds) == (WINDOW_SECONDS, ())


@pytest.mark.parametrize("beam_size", [1, 5])
def test_a_short_context_finds_the_words(beam_size: int) -> None:
    engine = WhisperEngine(boot(beam_size=beam_size, has_short_context=True))
    for name in EXACT:
        window = encoded(engine, name)
        engine.decode_together([window])
        assert text(heard(engine, window)) == TEXTS[name]


def repetitive(window: EncodedWindow) -> Any:
    assert window.first_try is not None
    tokens, text = window.first_try.tokens[:6] * 8, window.first_try.text[:6] * 8
    return Attempt(tokens, text, -0.1, 0.0)


@pytest.mark.parametrize("wrong", [poor_try, repetitive])
def test_what_looks_wrong_in_a_short_context_is_decoded_again(wrong: Callable[[EncodedWindow], Any]) -> None:
    engine = WhisperEngine(boot(has_short_context=True))
    (name,) = (name for name in EXACT if name == "mid_ru_05.ogg")
    window = encoded(engine, name)
    engine.decode_together([window])
    window.first_try = wrong(window)
    assert text(heard(engine, window)) == TEXTS[name]


def test_what_is_told_of_a_time_after_the_end_is_left_out(engine: WhisperEngine) -> None:
    """A model that has come to the end may begin again, with times that do not exist."""
    first = engine._model.tokenizer("en").timestamp_begin
    tokens = [first, 10, 11, first + 100, first + 100, 12, first + 300, first + 300, 13, first + 400]
    assert engine._model.begun_by(tokens, "en", 5.0) == tokens[:7]
    assert engine._model.begun_by(tokens, "en", 6.1) == tokens
    assert engine._model.begun_by([first + 300, 13], "en", 5.0) == []


@pytest.mark.parametrize("limits_tokens", [False, True])
def test_no_second_try_says_more_than_can_be_said_in_the_time(scripted_model: Path, *, limits_tokens: bool) -> None:
    """The model has much more to say than a second holds, and is as sure of it whenever it is asked."""
    engine = WhisperEngine(boot(model_path=scripted_model, limits_tokens=limits_tokens))
    (whole,) = utterances("sentences_ru.ogg")
    window = engine.encode(Utterance(whole.spans, whole.sound[:16_000]), AS_CONFIGURED)
    engine.decode_together([window])
    if not limits_tokens:
        window.first_try = poor_try(window)
    counting = counted(engine)
    said = text(heard(engine, window))
    assert {options["max_length"] for options in counting.options} == {2 * (18 + 12)}
    script = json.loads((scripted_model / "script.json").read_text())["text"]
    assert said
    assert script.startswith(said[:-1])
    assert len(said) < len(script)


@pytest.mark.parametrize(("beam_size", "asked"), [(1, [(5, None), (1, 3)]), (5, [(1, 5), (1, 5)])])
def test_where_one_beam_fails_more_are_tried_before_words_are_drawn(
    beam_size: int, asked: list[tuple[int, int | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However probable a text is, it is not enough here."""
    monkeypatch.setattr(decoding, "LEAST_LOG_PROBABILITY", 1.0)
    engine = WhisperEngine(boot(beam_size=beam_size))
    window = encoded(engine, EXACT[0])
    engine.decode_together([window])
    counting = counted(engine)
    assert text(heard(engine, window)) == TEXTS[EXACT[0]]
    assert [(each["beam_size"], each.get("num_hypotheses")) for each in counting.options][:2] == asked


@pytest.mark.parametrize("beam_size", [1, 5])
def test_what_is_broken_off_is_told_as_tried_again(scripted_model: Path, beam_size: int) -> None:
    """All tries fail: the model says more than a second holds, whenever it is asked. So it is tried but once more."""
    engine = WhisperEngine(boot(model_path=scripted_model, beam_size=beam_size))
    (whole,) = utterances("sentences_ru.ogg")
    window = engine.encode(Utterance(whole.spans, whole.sound[:16_000]), AS_CONFIGURED)
    engine.decode_together([window])
    counting, prompt = counted(engine), engine._model.prompt(window.manner)
    found = engine._decoder.settle(
        window.encoded, prompt, window.language, limit_of(1.0), window.first_try, prompt, lambda _: False
    )
    assert len(counting.options) == 1
    assert found.is_overlong
    assert found.temperature > 0.0


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"model_path": Path("/nonexistent")}, BootFailure.MODEL_MISSING),
        ({"compute_type": "int3"}, BootFailure.DEVICE_UNUSABLE),
        ({"device": "cuda"}, BootFailure.DEVICE_UNUSABLE),
        ({"language": "xx"}, BootFailure.MODEL_UNUSABLE),
        ({"preferred_language": "klingon"}, BootFailure.MODEL_UNUSABLE),
    ],
)
def test_what_can_not_work_is_said_at_boot(changes: dict[str, Any], failure: BootFailure) -> None:
    if changes.get("device") == "cuda":
        import ctranslate2

        if ctranslate2.get_cuda_device_count():
            pytest.skip("there is a CUDA device")
    with pytest.raises(BootError) as caught:
        load(boot(**changes))
    assert caught.value.failure is failure
