"""The bundled recordings, and what is said in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.support.places import SAMPLES


@dataclass(frozen=True, slots=True)
class Sample:
    """A recording whose words are known."""

    path: Path
    language: str
    """Empty for recordings without speech."""
    text: str
    seconds: float

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()


def load_samples() -> dict[str, Sample]:
    """The bundled recordings by file name."""
    described = json.loads((SAMPLES / "texts.json").read_text(encoding="utf-8"))
    return {
        item["file"]: Sample(SAMPLES / item["file"], item["lang"], item["text"], item["seconds"]) for item in described
    }


TEXTS = {name: sample.text for name, sample in load_samples().items()}
"""What is said, by file name."""
EXACT = [name for name, text in TEXTS.items() if text and not name.startswith(("long_", "minutes_"))]
"""Names of those that the demo model gets right word for word; in the longest ones it mistakes some words."""
