"""Festival: a second synthesiser, whose voices are cut from recordings of people."""

import shutil
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from demo_model.espeak import SynthesiserMissingError
from demo_model.words import Language

VOICES = {
    Language.ENGLISH: ("kal_diphone", "ked_diphone"),
    Language.RUSSIAN: ("msu_ru_nsh_clunits",),
}
_PACKAGES = "festival festvox-ru festvox-kallpc16k festvox-kdlpc16k"

_SAY = """
(define (say number stretch text)
  (Parameter.set 'Duration_Stretch stretch)
  (let ((spoken (utt.synth (eval (list 'Utterance 'Text text)))))
    (utt.save.wave spoken (string-append number ".wav") 'riff)
    (mapcar (lambda (word) (format t "%s %f\\n" number (item.feat word "word_end")))
            (utt.relation.items spoken 'Word))))
"""


@dataclass(frozen=True, slots=True)
class Line:
    voice: str
    text: str
    stretch: float


@dataclass(frozen=True, slots=True)
class SpokenLine:
    samples: NDArray[np.int16]
    rate_hz: int
    word_ends_seconds: list[float]


def say_all(lines: Sequence[Line]) -> list[SpokenLine]:
    """Speaks every line; one process for all, since starting Festival costs more than a line does."""
    if shutil.which("festival") is None:
        raise SynthesiserMissingError(f"Festival is missing: apt-get install {_PACKAGES}")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "say.scm"
        script.write_text(_SAY + "".join(_command(number, line) for number, line in enumerate(lines)))
        done = subprocess.run(["festival", "-b", str(script)], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0 or "SIOD ERROR" in done.stderr:
            raise SynthesiserMissingError(f"Festival failed, is a voice missing? apt-get install {_PACKAGES}")
        ends = _word_ends(done.stdout)
        return [_spoken(Path(folder) / f"{number}.wav", ends[number]) for number in range(len(lines))]


def _command(number: int, line: Line) -> str:
    return f'(voice_{line.voice})\n(say "{number}" {line.stretch:.2f} "{line.text}")\n'


def _word_ends(output: str) -> dict[int, list[float]]:
    ends: dict[int, list[float]] = {}
    for line in output.splitlines():
        match line.split():
            case [number, seconds]:
                ends.setdefault(int(number), []).append(float(seconds))
    return ends


def _spoken(path: Path, word_ends: list[float]) -> SpokenLine:
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return SpokenLine(samples, file.getframerate(), word_ends)
