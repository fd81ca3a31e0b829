"""Measures what models cost on this machine, in processes of their own, as many at once as there are workers.

What is measured are models whose weights are made up, a few layers of each width; nothing is downloaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from voicepipe.domain.shapes import SIZES, Costs, Manner, Size, reckoned
from voicepipe.errors import VoicepipeError
from voicepipe.machine import free_bytes
from voicepipe.measures import show_size
from voicepipe.workers.local import worker_environment

PROGRAM = (sys.executable, "-P", "-m", "voicepipe.worker.measuring")
FEW, MORE = 2, 6
"""Layers of encoder and decoder that are measured, if the model has as many; what has more is reckoned from these.

Compared with whole models, that tells the seconds of the encoder for a minute of speech within 4 % (`turbo`, 9.5), 1 %
(`medium`, 5.4) and 8 % (`small`, 1.9), and those of the decoder (6.8, 21.2 and 8.1) within 2 %."""
QUANTIZATION = "int8"
"""Of the files that are measured: a byte a number."""


class Unmeasured(VoicepipeError):
    """A model could not be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Width:
    """Models that differ in nothing but the number of their layers, and of their languages."""

    few: Size
    more: Size

    @property
    def file_bytes(self) -> int:
        return self.more.parameters


def width_of(size: Size) -> Width:
    """What is measured for a model of this size."""
    alike = [each for each in SIZES.values() if each.width == size.width]
    largest = max(alike, key=lambda each: each.parameters)
    layers = min(MORE, largest.encoder_layers, largest.decoder_layers)
    few, more = (replace(largest, encoder_layers=count, decoder_layers=count) for count in (FEW, layers))
    return Width(few, more)


def measure_width(width: Width, manner: Manner, at_once: int) -> Mapping[str, Costs]:
    """What models of this width cost, by the name of their shape. Raises Unmeasured."""
    with _directory(width) as directory, _started(manner, at_once) as processes:
        few, more = (
            (size, _measure(size, directory / str(size.encoder_layers), manner, processes))
            for size in (width.few, width.more)
        )
    return {name: reckoned(size, few, more) for name, size in SIZES.items() if size.width == width.few.width}


@contextmanager
def _directory(width: Width) -> Iterator[Path]:
    """One that is gone afterwards, with room for what is made of the width. Raises Unmeasured."""
    needed = 2 * width.file_bytes
    place = Path(tempfile.gettempdir())
    if free_bytes(place) < needed:
        raise Unmeasured(f"measuring takes {show_size(needed)} in {place} (TMPDIR), which are not free")
    with tempfile.TemporaryDirectory(prefix="voicepipe-advise-") as directory:
        yield Path(directory)


def _measure(size: Size, directory: Path, manner: Manner, processes: list[_Process]) -> Costs:
    processes[0].ask({"make": asdict(size), "directory": str(directory), "quantization": QUANTIZATION})
    processes[0].answer()
    for process in processes:
        process.ask({"measure": asdict(manner), "directory": str(directory)})
    found = [Costs(**process.answer()) for process in processes]
    return Costs(*(fmean(values) for values in zip(*(asdict(each).values() for each in found), strict=True)))


@contextmanager
def _started(manner: Manner, count: int) -> Iterator[list[_Process]]:
    processes: list[_Process] = []
    try:
        processes.extend(_Process(manner.threads) for _ in range(count))
        yield processes
    finally:
        for process in processes:
            process.end()


class _Process:
    """A process that measures; it does not outlive this one."""

    def __init__(self, threads: int) -> None:
        self._popen = subprocess.Popen(
            [*PROGRAM, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=worker_environment(threads, keeps_memory=True),
            text=True,
            process_group=0,  # a Ctrl-C is this process's affair
        )

    def ask(self, request: Mapping[str, Any]) -> None:
        assert self._popen.stdin is not None
        try:
            self._popen.stdin.write(json.dumps(request) + "\n")
            self._popen.stdin.flush()
        except OSError:
            raise self._ended() from None

    def answer(self) -> dict[str, Any]:
        """Raises Unmeasured."""
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        if not line:
            raise self._ended()
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise Unmeasured(str(answer["error"]))
        return answer

    def _ended(self) -> Unmeasured:
        code = self._popen.wait()
        how = f"by signal {-code}, perhaps for want of memory" if code < 0 else f"with status {code}"
        return Unmeasured(f"the process that measured it ended {how}")

    def end(self) -> None:
        self._popen.kill()
        with self._popen:  # waits, and closes the pipes
            pass
