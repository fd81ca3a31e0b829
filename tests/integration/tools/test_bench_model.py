"""Bench models: true to Whisper's dimensions, and they say their script exactly, through unmodified libraries."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import ctranslate2
import pytest
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from tests.support.places import SAMPLES
from tests.tools.bench.model.build import build_model, main
from tests.tools.bench.model.script import Script, script_for
from tests.tools.bench.model.tokens import build_vocabulary, tokenizer
from tests.tools.bench.ours import Profile, load_ours
from voicepipe.domain.shapes import SIZES

SPEECH = SAMPLES / "mid_ru_05.ogg"
SCRIPT = Script("Ёжик нёс, кажется, три яблока — и снова одно. Three of them!", 12.34, "ru")
TINY_TENSORS = 167


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model, and beside it tiny.bin for whisper.cpp."""
    directory = tmp_path_factory.mktemp("bench") / "tiny"
    build_model("tiny", SCRIPT, directory, ggml=directory.with_suffix(".bin"))
    return directory


@pytest.mark.parametrize("beam_size", [5, 1])
def test_stock_faster_whisper_says_the_script(model: Path, beam_size: int) -> None:
    whisper = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1)
    found, info = whisper.transcribe(str(SPEECH), beam_size=beam_size)
    segments = list(found)
    assert [segment.text for segment in segments] == [" " + SCRIPT.text]
    assert (segments[0].start, segments[0].end) == (0.0, 12.34)
    assert info.language == "ru"
    assert info.language_probability > 0.99
    # What the checks of a decoder look at: nothing may make it decode a second time, which would cost more.
    assert segments[0].temperature == 0.0
    assert segments[0].avg_logprob > -0.1
    assert segments[0].no_speech_prob < 0.01


@pytest.mark.parametrize("profile", Profile)
def test_our_recogniser_says_the_script(model: Path, profile: Profile) -> None:
    recognise = load_ours(model, profile, threads=1)
    assert recognise([SPEECH]) == [SCRIPT.text]
    assert recognise([SPEECH] * 3) == [SCRIPT.text] * 3


def test_a_model_has_the_dimensions_of_its_size(model: Path) -> None:
    whisper = ctranslate2.models.Whisper(str(model), device="cpu", compute_type="int8")
    assert whisper.is_multilingual
    assert whisper.n_mels == 80
    assert whisper.num_languages == 99
    vocabulary = json.loads((model / "vocabulary.json").read_text(encoding="utf-8"))
    assert len(vocabulary) == 51_865
    # A tiny Whisper has 37.8 million weights and 76 thousand numbers of scales and positions more.
    assert 37_000_000 < (model / "model.bin").stat().st_size < 42_000_000


@pytest.mark.parametrize(
    ("name", "vocabulary", "languages", "no_timestamps", "bands"),
    [
        ("tiny", 51_865, 99, 50_363, 80),
        ("base", 51_865, 99, 50_363, 80),
        ("small", 51_865, 99, 50_363, 80),
        ("turbo", 51_866, 100, 50_364, 128),
    ],
)
def test_special_tokens_stand_where_they_stand_in_whisper(
    name: str, vocabulary: int, languages: int, no_timestamps: int, bands: int
) -> None:
    tokens = build_vocabulary(SCRIPT, SIZES[name].languages)
    assert SIZES[name].vocabulary == len(tokens.texts) == len(set(tokens.texts)) == vocabulary
    assert SIZES[name].mel_bands == bands
    assert tokens.texts[220] == "Ġ"
    assert tokens.number("<|endoftext|>") == 50_257
    assert tokens.number("<|startoftranscript|>") == 50_258
    assert tokens.number("<|en|>") == 50_259
    assert tokens.languages == range(50_259, 50_259 + languages)
    assert tokens.number("<|notimestamps|>") == no_timestamps
    assert tokens.texts[no_timestamps + 1] == "<|0.00|>"
    assert tokens.texts[-1] == "<|30.00|>"
    assert ("<|yue|>" in tokens.special) is (name == "turbo")


def test_the_tokenizer_makes_one_token_of_each_piece_and_bytes_of_the_rest() -> None:
    import tokenizers

    whole = tokenizers.Tokenizer.from_str(json.dumps(tokenizer(build_vocabulary(SCRIPT, 99))))
    wrapped = Tokenizer(whole, multilingual=True, task="transcribe", language="ru")
    assert [wrapped.decode([number]) for number in wrapped.encode(" яблока — и")] == [" яблока", " —", " и"]
    assert wrapped.decode(wrapped.encode(" чужое слово")) == " чужое слово"
    assert len(wrapped.encode(" ёлка")) == len(" ёлка".encode())
    assert wrapped.timestamp_begin == 50_364


def test_the_file_for_whisper_cpp_holds_the_same_model(model: Path) -> None:
    content = model.with_suffix(".bin").read_bytes()
    magic, *header = struct.unpack_from("12i", content)
    assert magic == 0x67676D6C
    assert header == [51_865, 1500, 384, 6, 4, 448, 384, 6, 4, 80, 2007]
    place = 12 * 4
    bands, bins = struct.unpack_from("2i", content, place)
    assert (bands, bins) == (80, 201)
    words, place = _words(content, place + 8 + bands * bins * 4)
    assert len(words) == 50_257
    assert " яблока".encode() in words
    tensors = _tensors(content, place)
    assert len(tensors) == TINY_TENSORS
    assert tensors["decoder.token_embedding.weight"] == (384, 51_865)
    assert tensors["encoder.conv1.weight"] == (3, 80, 384)


def _words(content: bytes, place: int) -> tuple[list[bytes], int]:
    (count,) = struct.unpack_from("i", content, place)
    place += 4
    words = []
    for _ in range(count):
        (length,) = struct.unpack_from("i", content, place)
        words.append(content[place + 4 : place + 4 + length])
        place += 4 + length
    return words, place


def _tensors(content: bytes, place: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of each; a file that is cut short, or has too much, fails here."""
    tensors = {}
    while place < len(content):
        dimensions, length, kind = struct.unpack_from("3i", content, place)
        shape = struct.unpack_from(f"{dimensions}i", content, place + 12)
        place += 12 + 4 * dimensions
        tensors[content[place : place + length].decode()] = shape
        elements = 1
        for extent in shape:
            elements *= extent
        place += length + {0: 4 * elements, 1: 2 * elements, 8: elements // 32 * 34}[kind]
    assert place == len(content)
    return tensors


def test_the_same_seed_makes_the_same_script_and_another_another() -> None:
    assert script_for(30, seed=3) == script_for(30, seed=3) != script_for(30, seed=4)
    assert len(script_for(60).text.split()) == 120
    assert len(set(script_for(30).text.split())) == 120


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--text", "слово " * 221], "at most 220 tokens"),
        (["--seconds", "31"], "ends within its window"),
        (["--language", "xx"], "a code of a language"),
        (["--text", "слово (в скобках)"], "never write"),
    ],
)
def test_what_cannot_be_said_is_refused(
    arguments: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tiny", str(tmp_path / "model"), *arguments]) == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "model").exists()
