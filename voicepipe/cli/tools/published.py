"""Word error rates that others have published, each with its test and where it stands.

Only what was really found at its source is here. Rates of different tests can't be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trial:
    """What was recognised, and where its figures stand."""

    language: str
    """ISO 639-1 code."""
    name: str
    source: str
    percent: dict[str, float]
    """Word errors by the name of the model."""


TRIALS: Sequence[Trial] = (
    Trial(
        "en",
        "LibriSpeech test-clean, by OpenAI",
        "arXiv 2212.04356, appendix D.1.2, as in github.com/ggml-org/whisper.cpp/issues/2454",
        {"tiny": 6.7, "base": 4.9, "small": 3.3, "medium": 2.7, "large-v1": 2.8, "large-v2": 2.5},
    ),
    Trial(
        "en",
        "LibriSpeech test-clean, by Hugging Face",
        "github.com/huggingface/transformers/pull/35218",
        {
            "tiny.en": 5.66,
            "base.en": 4.25,
            "small.en": 3.05,
            "medium.en": 3.02,
            "distil-medium.en": 3.69,
            "distil-large-v2": 2.94,
            "distil-large-v3": 2.54,
            "large-v2": 2.83,
            "large-v3": 2.01,
            "turbo": 2.10,
        },
    ),
    Trial(
        "en",
        "short recordings, by Distil-Whisper in 2024",
        "huggingface.co/distil-whisper/distil-small.en",
        {
            "distil-small.en": 12.1,
            "distil-medium.en": 11.1,
            "distil-large-v2": 10.1,
            "distil-large-v3": 9.7,
            "large-v2": 9.1,
            "large-v3": 8.4,
        },
    ),
    Trial(
        "en",
        "short recordings, by Distil-Whisper in 2025",
        "huggingface.co/distil-whisper/distil-large-v3.5",
        {"distil-large-v3": 7.53, "distil-large-v3.5": 7.08, "turbo": 7.30},
    ),
    Trial(
        "ru",
        "Common Voice, 503 clips",
        "huggingface.co/DarlingCat/whisper-small-ru-100h",
        {"small": 14.24},
    ),
    Trial(
        "ru",
        "11 hours of interviews",
        "github.com/JUMEX365/ASR-Speech-to-Text-Models-Comparison-RU-Language-",
        {"medium": 17.56, "turbo": 15.78},
    ),
    Trial(
        "ru",
        "OpenSTT, 1000 clips of YouTube",
        "github.com/ekhodzitsky/gigastt, docs/benchmarks.md",
        {"turbo": 15.45, "large-v3": 15.45},
    ),
    Trial(
        "ru",
        "FLEURS, 775 clips",
        "github.com/ekhodzitsky/gigastt, docs/benchmarks.md",
        {"large-v3": 3.84},
    ),
)


def published(model: str, languages: Iterable[str]) -> dict[str, list[tuple[int, float]]]:
    """By language, the rates of a model: the number of the test in `TRIALS`, and word errors in percent."""
    return {
        language: [
            (number, trial.percent[model])
            for number, trial in enumerate(TRIALS)
            if trial.language == language and model in trial.percent
        ]
        for language in languages
    }
