"""Token numbers: the compact ones of the training and the full ones of the exported model.

faster-whisper wants Whisper's whole set of special tokens: 99 languages, 1501 timestamps and so on. The network
learns only those that it can ever use; at export every other one gets the row of UNUSED, which is trained never
to be chosen.
"""

from typing import Any

from demo_model.words import ALL_WORDS, Language

# ---- training: words 0..59, then these
WORD_COUNT = len(ALL_WORDS)
END, START, ENGLISH, RUSSIAN, TRANSCRIBE, NO_SPEECH, NO_TIMESTAMPS, PREVIOUS = range(WORD_COUNT, WORD_COUNT + 8)
FIRST_TIMESTAMP = PREVIOUS + 1
TIMESTAMP_COUNT = 301
TIMESTAMP_STEP_SECONDS = 0.1
UNUSED = FIRST_TIMESTAMP + TIMESTAMP_COUNT
COMPACT_SIZE = UNUSED + 1

LANGUAGE_TOKENS = {Language.ENGLISH: ENGLISH, Language.RUSSIAN: RUSSIAN}

# ---- export: the order is that of every multilingual Whisper
_LANGUAGES_IN_ORDER = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi "
    "ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd "
    "gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su"
)
WHISPER_LANGUAGES = _LANGUAGES_IN_ORDER.split()
FULL_BYTES = 256
FULL_EMPTY = FULL_BYTES + WORD_COUNT  # CTranslate2 takes a vocabulary with an empty token for a multilingual one
FULL_END = FULL_EMPTY + 1
FULL_START = FULL_END + 1
FULL_FIRST_LANGUAGE = FULL_START + 1
FULL_TRANSLATE = FULL_FIRST_LANGUAGE + len(WHISPER_LANGUAGES)
FULL_TRANSCRIBE = FULL_TRANSLATE + 1
FULL_START_OF_LM = FULL_TRANSCRIBE + 1
FULL_PREVIOUS = FULL_START_OF_LM + 1
FULL_NO_SPEECH = FULL_PREVIOUS + 1
FULL_NO_TIMESTAMPS = FULL_NO_SPEECH + 1
FULL_FIRST_TIMESTAMP = FULL_NO_TIMESTAMPS + 1
FULL_TIMESTAMP_COUNT = 1501
FULL_TIMESTAMP_STEP_SECONDS = 0.02
FULL_SIZE = FULL_FIRST_TIMESTAMP + FULL_TIMESTAMP_COUNT
UNUSED_COUNT = FULL_SIZE - (COMPACT_SIZE - 1)


def timestamp_token(seconds: float) -> int:
    """The compact token nearest to a time within the window."""
    return FIRST_TIMESTAMP + max(0, min(TIMESTAMP_COUNT - 1, round(seconds / TIMESTAMP_STEP_SECONDS)))


def full_to_compact() -> dict[int, int]:
    """Full number -> compact number, for every token that the network was trained to use."""
    step = round(TIMESTAMP_STEP_SECONDS / FULL_TIMESTAMP_STEP_SECONDS)
    return {
        **{FULL_BYTES + word: word for word in range(WORD_COUNT)},
        FULL_END: END,
        FULL_START: START,
        FULL_FIRST_LANGUAGE + WHISPER_LANGUAGES.index("en"): ENGLISH,
        FULL_FIRST_LANGUAGE + WHISPER_LANGUAGES.index("ru"): RUSSIAN,
        FULL_TRANSCRIBE: TRANSCRIBE,
        FULL_NO_SPEECH: NO_SPEECH,
        FULL_NO_TIMESTAMPS: NO_TIMESTAMPS,
        FULL_PREVIOUS: PREVIOUS,
        **{FULL_FIRST_TIMESTAMP + index * step: FIRST_TIMESTAMP + index for index in range(TIMESTAMP_COUNT)},
    }


def vocabulary() -> list[str]:
    """The text of every full number, as CTranslate2 stores it."""
    texts = {number: text for text, number in _text_tokens().items()}
    for index in range(FULL_TIMESTAMP_COUNT):
        texts[FULL_FIRST_TIMESTAMP + index] = f"<|{index * FULL_TIMESTAMP_STEP_SECONDS:.2f}|>"
    return [texts[number] for number in range(FULL_SIZE)]


def tokenizer() -> dict[str, Any]:
    """`tokenizer.json`: byte-level, one token per whole word, no merges."""
    byte_level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": number, "content": text, "single_word": False, "lstrip": False, "rstrip": False}
            | {"normalized": False, "special": True}
            for text, number in _special_tokens().items()
        ],
        "normalizer": None,
        "pre_tokenizer": byte_level | {"add_prefix_space": False},
        "post_processor": None,
        "decoder": byte_level | {"add_prefix_space": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": True,
            "vocab": _text_tokens(),
            "merges": [],
        },
    }


def _text_tokens() -> dict[str, int]:
    letters = _byte_letters()
    words = [" " + word for word in ALL_WORDS]
    return {
        **{letter: number for number, letter in enumerate(letters.values())},
        **{"".join(letters[byte] for byte in word.encode()): FULL_BYTES + i for i, word in enumerate(words)},
        "": FULL_EMPTY,
        **_special_tokens(),
    }


def _special_tokens() -> dict[str, int]:
    languages = {f"<|{code}|>": FULL_FIRST_LANGUAGE + index for index, code in enumerate(WHISPER_LANGUAGES)}
    return {
        "<|endoftext|>": FULL_END,
        "<|startoftranscript|>": FULL_START,
        **languages,
        "<|translate|>": FULL_TRANSLATE,
        "<|transcribe|>": FULL_TRANSCRIBE,
        "<|startoflm|>": FULL_START_OF_LM,
        "<|startofprev|>": FULL_PREVIOUS,
        "<|nospeech|>": FULL_NO_SPEECH,
        "<|notimestamps|>": FULL_NO_TIMESTAMPS,
    }


def _byte_letters() -> dict[int, str]:
    """Byte -> the printable letter that stands for it in byte-level tokenizers, in their order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(rest)}
