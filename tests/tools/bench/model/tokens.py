"""A vocabulary of Whisper's size: bytes, the script's words, fillers, and the special tokens at their true places."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from faster_whisper.tokenizer import Tokenizer
from tokenizers import Tokenizer as BytePairs
from tokenizers import pre_tokenizers

from tests.support.places import DEMO_MODEL
from tests.tools.bench.model.script import MAX_TEXT_TOKENS, Script
from voicepipe.domain.shapes import TEXT_TOKENS, TIMESTAMPS

DEMO_TOKENIZER = DEMO_MODEL / "tokenizer.json"
"""It has the letters that stand for bytes, and all special tokens, in the order of every multilingual Whisper."""
BYTES = 256
EMPTY = TEXT_TOKENS - 1
"""An empty token is what tells CTranslate2 that a model is multilingual."""
TIMESTAMP_STEP_SECONDS = 0.02
NEWEST_LANGUAGE = "<|yue|>"
"""The hundredth, which only the turbo model knows of those made here; it comes after Whisper's first 99."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The text of every token by its number, letters standing for bytes, and what of them the script is made of."""

    texts: tuple[str, ...]
    special: tuple[str, ...]
    """The special tokens, which begin at TEXT_TOKENS; the timestamps follow them."""
    emitted: tuple[int, ...]
    """What the decoder emits for a window, from the language on."""

    def number(self, special: str) -> int:
        return TEXT_TOKENS + self.special.index(special)

    @property
    def languages(self) -> range:
        return range(self.number("<|startoftranscript|>") + 1, self.number("<|translate|>"))


def build_vocabulary(script: Script, languages: int) -> Vocabulary:
    """`languages` is 99 or 100. Raises ValueError for a text that can't be said, or an unknown language."""
    demo = json.loads(DEMO_TOKENIZER.read_text(encoding="utf-8"))
    pieces = _pieces(script.text)
    texts = _text_tokens(_byte_letters(demo), pieces)
    special = _special_tokens(demo, languages)
    if f"<|{script.language}|>" not in special[2 : 2 + languages]:
        raise ValueError(f"a code of a language that Whisper knows was expected, as en, not {script.language!r}")
    timestamps = [f"<|{index * TIMESTAMP_STEP_SECONDS:.2f}|>" for index in range(TIMESTAMPS)]
    first_timestamp = TEXT_TOKENS + len(special)
    emitted = (
        TEXT_TOKENS + special.index(f"<|{script.language}|>"),
        TEXT_TOKENS + special.index("<|transcribe|>"),
        first_timestamp,
        *(texts.index(piece) for piece in pieces),
        first_timestamp + round(script.end_seconds / TIMESTAMP_STEP_SECONDS),
        TEXT_TOKENS,
    )
    vocabulary = Vocabulary((*texts, *special, *timestamps), special, emitted)
    _refuse_unspeakable(vocabulary)
    return vocabulary


def tokenizer(vocabulary: Vocabulary) -> dict[str, Any]:
    """`tokenizer.json`: one token per piece of the script, single bytes for anything else."""
    content: dict[str, Any] = json.loads(DEMO_TOKENIZER.read_text(encoding="utf-8"))
    pattern = content["added_tokens"][0]
    content["added_tokens"] = [
        pattern | {"id": vocabulary.number(text), "content": text} for text in vocabulary.special
    ]
    known = vocabulary.texts[: TEXT_TOKENS + len(vocabulary.special)]
    content["model"]["vocab"] = {text: number for number, text in enumerate(known)}
    return content


def byte_values() -> dict[str, int]:
    """Letter -> the byte it stands for."""
    letters = _byte_letters(json.loads(DEMO_TOKENIZER.read_text(encoding="utf-8")))
    # The letters of printable bytes are those bytes themselves; the others follow, in order.
    others = iter(byte for byte in range(BYTES) if chr(byte) not in letters)
    return {letter: ord(letter) if ord(letter) < BYTES else next(others) for letter in letters}


def _byte_letters(demo: dict[str, Any]) -> list[str]:
    numbers: dict[str, int] = demo["model"]["vocab"]
    return sorted(numbers, key=numbers.__getitem__)[:BYTES]


def _pieces(text: str) -> list[str]:
    """The text cut as byte-level tokenizers cut it, in letters that stand for bytes; Whisper's texts begin so."""
    cutter = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces = [piece for piece, _ in cutter.pre_tokenize_str(" " + text.strip())]
    if len(pieces) > MAX_TEXT_TOKENS:
        raise ValueError(f"a window holds at most {MAX_TEXT_TOKENS} tokens of text, and this is {len(pieces)}")
    return pieces


def _refuse_unspeakable(vocabulary: Vocabulary) -> None:
    """Decoders suppress symbols that nobody speaks, such as brackets."""
    pairs = BytePairs.from_str(json.dumps(tokenizer(vocabulary)))
    suppressed = Tokenizer(pairs, multilingual=True, task="transcribe", language="en").non_speech_tokens
    found = [pairs.decode([number]).strip() for number in vocabulary.emitted if number in suppressed]
    if found:
        raise ValueError(f"recognisers never write {' '.join(found)}: leave it out of the text")


def _text_tokens(letters: list[str], pieces: list[str]) -> list[str]:
    words = [piece for piece in dict.fromkeys(pieces) if piece not in letters]
    texts = letters + words
    fillers = (f"{number:x}." for number in range(len(texts), EMPTY))  # no tokenizer makes a number and a dot one piece
    return [*texts, *fillers, ""]


def _special_tokens(demo: dict[str, Any], languages: int) -> tuple[str, ...]:
    special = [token["content"] for token in sorted(demo["added_tokens"], key=lambda token: int(token["id"]))]
    if languages == special.index("<|translate|>") - 1:
        special.insert(special.index("<|translate|>"), NEWEST_LANGUAGE)
    return tuple(special)
