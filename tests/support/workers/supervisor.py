"""A small supervisor in a process of its own: starts a pool and says on standard output what there is to know.

Run as a program. It imports what the real one imports, at its top level, as the console script does. Its first argument
says how long it waits before it ends by itself (seconds), the second which recording one of its two workers gets.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import duckdb
import pyrogram

from tests.support.places import DEMO_MODEL
from tests.support.waiting import until
from tests.support.workers.pools import local_pool, sound_file
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.events import Events
from voicepipe.wire.messages import Opening
from voicepipe.workers.assignment import Part

HEAVY = ("ctranslate2", "faster_whisper", "av", "onnxruntime", "tokenizers")


async def main(seconds: float, recording: Path) -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)
    os.environ["PYTHONPROFILEIMPORTTIME"] = "1"  # every worker writes what it imports to standard error
    # Hardly a heartbeat: a worker must not need to speak to notice that its supervisor is gone.
    pool = local_pool(WorkersConfig(count=2, heartbeat_seconds=60), RecognitionConfig(), DEMO_MODEL, Events())
    await pool.start()
    await until(lambda: pool.idle >= pool.able())
    with sound_file() as sound:
        part = Part(work=Opening(300), sound=sound, audio_seconds=300, media=recording)
        (outcome,) = pool.assign([part])
    say("pids", [status.pid for status in pool.statuses()])
    await asyncio.sleep(seconds)
    say("outcome", type(await outcome).__name__)
    say("pids", [status.pid for status in pool.statuses()])
    say("heavy", [name for name in HEAVY if name in sys.modules])
    await pool.stop(5)


def say(what: str, value: object) -> None:
    sys.stdout.write(json.dumps({what: value}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    assert pyrogram
    assert duckdb
    asyncio.run(main(float(sys.argv[1]), Path(sys.argv[2])))
