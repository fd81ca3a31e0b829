"""What is measured with: bench models and recordings, made once and kept in the user's cache."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.media import with_pauses
from tests.support.places import SAMPLES
from tests.tools.bench.model.script import WINDOW_SECONDS

SPEECH = SAMPLES / "minutes_ru.ogg"
"""Speech with no longer pauses than between sentences, so that voice activity detection leaves all of it in."""
PARAGRAPH_SECONDS, PAUSE_SECONDS = 28.8, 2.4
"""Of speech, and the pause behind it, which is where it is cut: each is a full window, for whoever cuts, and with the
first two a minute is full, too."""
MODEL_SOURCES = Path(__file__).parent / "model"


@dataclass(frozen=True, slots=True)
class Recording:
    """A voice message, and the model that has something fitting to say about it."""

    path: Path
    seconds: int
    text: str
    """What the model makes of it."""

    @property
    def windows(self) -> int:
        """Into how many it is cut."""
        return windows_in(self.seconds)


def windows_in(seconds: int) -> int:
    """Into how many windows a recording made here is cut."""
    return math.ceil(seconds / (PARAGRAPH_SECONDS + PAUSE_SECONDS))


class Material:
    """Where models and recordings are; what is missing is made, which `say` is told."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._directory = _cache_directory() / _version()
        self._say = say

    def model(self, size: str, seconds: int) -> Path:
        """A model that says as much per window as is said in a message of that length."""
        target = self._directory / f"{size}-{_in_window(seconds)}s"
        if not target.is_dir():
            self._build(size, seconds, lambda partial: [str(partial)], target)
        return target

    def ggml(self, size: str, seconds: int) -> Path:
        """The same model for whisper.cpp."""
        target = self._directory / f"{size}-{_in_window(seconds)}s.bin"
        if not target.is_file():
            self._build(size, seconds, lambda partial: [f"{partial}.dropped", "--ggml", str(partial)], target)
        return target

    def recording(self, size: str, seconds: int) -> Recording:
        """A recording of that length, as the model of that size and length hears it."""
        return self.recording_by(self.model(size, seconds), seconds)

    def recording_by(self, model: Path, seconds: int) -> Recording:
        """A recording of that length, as another model hears it."""
        said = json.loads((model / "script.json").read_text(encoding="utf-8"))["text"]
        return Recording(self.speech(seconds), seconds, " ".join([said] * windows_in(seconds)))

    def speech(self, seconds: int) -> Path:
        """A file of that length."""
        path = self._directory / f"{seconds}s.ogg"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(with_pauses(SPEECH.read_bytes(), PARAGRAPH_SECONDS, PAUSE_SECONDS, seconds))
        return path

    def _build(self, size: str, seconds: int, arguments: Callable[[Path], list[str]], target: Path) -> None:
        """In a process of its own, whose memory is then free again; `target` appears complete or not at all."""
        self._say(f"making {target.name}, once")
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        command = (sys.executable, "-m", "tests.tools.bench.model.build", size, *arguments(partial))
        subprocess.run([*command, "--seconds", str(_in_window(seconds))], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(f"{partial}.dropped", ignore_errors=True)
        partial.rename(target)


def _in_window(seconds: int) -> int:
    return min(seconds, int(WINDOW_SECONDS))


def _cache_directory() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "voicepipe" / "bench"


def _version() -> str:
    """Another one whenever the code that makes models and recordings is another."""
    sources = b"".join(path.read_bytes() for path in (Path(__file__), *sorted(MODEL_SOURCES.glob("*.py"))))
    return hashlib.sha256(sources).hexdigest()[:12]
