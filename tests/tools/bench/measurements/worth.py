"""What parts of the design are worth that one could do without: the same with and without each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure
from tests.tools.bench.material import Recording
from tests.tools.bench.service import MeasuredService, bench_service, recognition_settings
from tests.tools.bench.without import VARIABLE

SHORT_SECONDS, FULL_SECONDS, MINUTES_SECONDS, LECTURE_SECONDS = 5, 30, 120, 1800
NOTES = 60
"""That one user sends at once: some fit through the gate, most wait before it."""
MB = 1e6
WORKER = """
import sys
from voicepipe.worker import imports
if sys.argv[1] == "with":
    imports.LEFT_OUT.clear()
with imports.unused_left_out():
    import voicepipe.worker.task
    from voicepipe.worker.engines import whisper
    from voicepipe.worker.rehearsal import rehearse
from tests.support.workers.engine import boot
engine = whisper.load(boot())
rehearse()
print(open("/proc/self/statm").read().split()[1])
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """What others send before the note, and how far the service comes with it until then."""

    name: str
    without: str
    """The part that is taken away."""
    model: Path
    note: Recording
    others: Sequence[Recording]
    """Each of another user."""
    times: int = 1
    """How often each of them is sent."""
    is_begun: bool = False
    """Whether the first of them is being recognised when the note comes."""


async def worth(bench: Bench) -> list[Figure]:
    """How long a note waits for others' recordings, and a worker's memory, with and without each."""
    short, full = (bench.material.model(bench.size, seconds) for seconds in (SHORT_SECONDS, FULL_SECONDS))
    short_note, full_note = (bench.material.recording_by(model, SHORT_SECONDS) for model in (short, full))
    minutes = bench.material.recording_by(full, MINUTES_SECONDS)
    lecture = bench.material.recording_by(full, LECTURE_SECONDS)
    scenes = (
        Scene("note_behind_notes", "fair_gate", short, short_note, [short_note], times=NOTES),
        Scene("minutes_amid_lecture", "fair_scheduler", full, minutes, [lecture], is_begun=True),
        Scene("note_amid_lecture", "express", full, full_note, [lecture], is_begun=True),
        Scene("note_behind_two_lectures", "express", full, full_note, [lecture] * 2),
    )
    figures = []
    for scene in scenes:
        bench.say(f"{scene.name} without {scene.without}")
        figures += [await _played(scene, is_without) for is_without in (False, True)]
    return [*figures, *map(_worker_memory, ("without", "with"))]


async def _played(scene: Scene, is_without: bool) -> Figure:
    module = "tests.tools.bench.without" if is_without else "voicepipe"
    with mock.patch.dict(os.environ, {VARIABLE: scene.without}):
        async with bench_service(recognition_settings(scene.model, 2), module) as service:
            await service.ask([scene.note] * 2)
            await _occupy(service, scene)
            seconds = (await service.ask_next(scene.note)).seconds
    return Figure(f"{scene.name}_without_{scene.without}" if is_without else scene.name, seconds, "s")


async def _occupy(service: MeasuredService, scene: Scene) -> None:
    for recording in scene.others:
        sent = await service.send(recording)
        for _ in range(1, scene.times):
            await sent.again()
    await (sent.begun() if scene.is_begun else service.wait_busy())


def _worker_memory(imports: str) -> Figure:
    """Of a process that has loaded what a worker does, with or without what `worker/imports.py` leaves out."""
    done = subprocess.run([sys.executable, "-c", WORKER, imports], check=True, capture_output=True, text=True)
    return Figure(f"worker_{imports}_unused_imports", int(done.stdout) * os.sysconf("SC_PAGE_SIZE") / MB, "MB")
