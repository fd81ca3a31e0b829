"""Every container and codec that the bundled FFmpeg writes, and what comes with sound in real files, in a sandbox.

What FFmpeg itself reads of a file, a worker recognises; of anything else it says why not.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import struct
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import av
import av.error
import numpy as np
import pytest
import pytest_asyncio
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from tests.support.made_media import HEADERLESS, RATE, Recipe, Sound, made, recipes, sound_of
from tests.support.places import DEMO_MODEL
from tests.support.samples import load_samples
from tests.support.waiting import until
from tests.support.workers.pools import local_pool, sound_file
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.domain.transcripts import FailureReason
from voicepipe.events import Event, Events, WorkerDied
from voicepipe.wire.messages import Opening, Recognised, Rejected
from voicepipe.workers.assignment import Part, PartOutcome
from voicepipe.workers.pool import WorkerPool

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAMPLE = load_samples()["heldout_ru_07.ogg"]
OTHER = load_samples()["mid_ru_09.ogg"]
SOUND, OTHER_SOUND = sound_of(SAMPLE.path.read_bytes()), sound_of(OTHER.path.read_bytes())
RECIPES = {name: list(group) for name, group in groupby(recipes(), lambda recipe: recipe.container)}
LIKE = 0.5
"""Codecs change the phases of a sound; noise and torn sound is less like it than this."""
COARSE = {
    *("pcm_u8", "pcm_s8", "pcm_s8_planar", "dfpwm", "adpcm_swf", "adpcm_argo"),
    *("libopencore_amrnb", "g723_1", "g726", "g726le", "real_144", "nellymoser"),
}
"""Codecs of eight bits or eight kilohertz, through which the demo model does not understand its words."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[WorkerPool]:
    """Two sandboxed workers, none of which may die."""
    events: list[Event] = []
    bus = Events()
    bus.subscribe(events.append)
    config = WorkersConfig(count=2, task_timeout_floor_seconds=30)
    running = local_pool(config, RecognitionConfig(), DEMO_MODEL, bus)
    await running.start()
    yield running
    await running.stop(0.0)
    assert [event for event in events if isinstance(event, WorkerDied)] == []


async def outcome(pool: WorkerPool, data: bytes, directory: Path, track: int | None = None) -> PartOutcome:
    path = directory / "recording"
    path.write_bytes(data)
    await until(lambda: bool(pool.idle))
    with sound_file() as sound:
        work = Opening(300.0, track=track)
        (part,) = pool.assign([Part(work=work, sound=sound, audio_seconds=10.0, media=path)])
        return await asyncio.wait_for(part, 60)


def text_of(found: PartOutcome) -> str:
    assert isinstance(found, Recognised), found
    return "".join(segment.text for segment in found.segments).strip()


def file_of(recipe: Recipe, sound: Sound = SOUND) -> bytes:
    data = made(recipe, sound)
    assert data is not None, f"FFmpeg does not write this: {recipe}"
    return data


# --- every container and codec ------------------------------------------------------------------------------------
def likeness(data: bytes) -> float:
    """How like the sound is that FFmpeg reads with nothing forbidden, from 0 to 1; 0 when it reads none."""
    with io.BytesIO(data) as file:
        try:
            with av.open(file, "r", metadata_errors="ignore") as container:
                read = list(frames_of(container))
        except (av.error.FFmpegError, IndexError):
            return 0.0
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
    heard = [each.to_ndarray().reshape(-1) for frame in [*read, None] for each in resampler.resample(frame)]
    return correlation(np.concatenate(heard), SOUND) if heard else 0.0


def frames_of(container: InputContainer) -> Iterator[AudioFrame]:
    for packet in container.demux(container.streams.audio[0]):
        with contextlib.suppress(av.error.FFmpegError):
            yield from packet.decode()


def correlation(one: Sound, other: Sound) -> float:
    """The greatest, at whatever shift."""
    size = 1 << (len(one) + len(other)).bit_length()
    products = np.fft.irfft(np.fft.rfft(one, size).conj() * np.fft.rfft(other, size))
    return float(products.max() / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-9))


@pytest.mark.parametrize("container", sorted(RECIPES))
async def test_what_ffmpeg_reads_is_recognised_and_anything_else_has_its_reason(
    pool: WorkerPool, container: str, tmp_path: Path
) -> None:
    wrong: dict[str, object] = {}
    for recipe in RECIPES[container]:
        data = file_of(recipe)
        is_readable = container not in HEADERLESS and likeness(data) > LIKE
        found = await outcome(pool, data, tmp_path)
        if not is_right(recipe, found, is_readable=is_readable):
            wrong[recipe.codec] = text_of(found) if isinstance(found, Recognised) else found
    assert wrong == {}


def is_right(recipe: Recipe, found: PartOutcome, *, is_readable: bool) -> bool:
    if is_readable and recipe.codec not in COARSE:
        return isinstance(found, Recognised) and text_of(found) == SAMPLE.text
    if is_readable:
        return isinstance(found, Recognised) or is_no_speech(found)
    return isinstance(found, Recognised | Rejected)


def is_no_speech(found: PartOutcome) -> bool:
    return isinstance(found, Rejected) and found.failure.reason is FailureReason.NO_SPEECH


# --- what comes with sound ----------------------------------------------------------------------------------------
WITH = {
    "subtitles": Recipe(container="", codec="", has_subtitles=True),
    "picture": Recipe(container="", codec="", has_video=True),
    "cover": Recipe(container="", codec="", has_cover=True),
    "silent track before": Recipe(container="", codec="", has_silent_track_before=True),
    "two channels, one turned upside down": Recipe(container="", codec="", channels=2, is_inverted=True),
    **{
        f"one of {count} channels speaks": Recipe(container="", codec="", channels=count, speaks=count - 1)
        for count in (2, 3, 4, 6, 8, 9, 12, 16)
    },
}
CONTAINERS = {
    "mp4": "aac",
    "mov": "pcm_s16le",
    "ipod": "alac",
    "matroska": "libopus",
    "webm": "libopus",
    "asf": "mp2",
    "avi": "pcm_s16le",
    "mpegts": "aac",
    "nut": "flac",
    "ogg": "flac",
    "wav": "pcm_s16le",
    "caf": "pcm_s24be",
    "flac": "flac",
    "mp3": "libmp3lame",
    "w64": "pcm_f32le",
    "wtv": "mp2",
    "flv": "aac",
}
"""Containers in which people send recordings, each with a codec that is usual in it."""


def variants() -> Iterator[tuple[str, str]]:
    """Those that FFmpeg writes."""
    silence = np.zeros(RATE // 2, np.float32)
    for container, codec in CONTAINERS.items():
        for name, what in WITH.items():
            if made(replace(what, container=container, codec=codec), silence) is not None:
                yield container, name


@pytest.mark.parametrize(("container", "what"), list(variants()))
async def test_what_comes_with_sound_does_not_matter(
    pool: WorkerPool, container: str, what: str, tmp_path: Path
) -> None:
    recipe = replace(WITH[what], container=container, codec=CONTAINERS[container])
    assert text_of(await outcome(pool, file_of(recipe), tmp_path)) == SAMPLE.text


# --- time and tracks ----------------------------------------------------------------------------------------------
TIMED = ("mp4", "mov", "matroska", "webm", "asf", "mpegts", "nut", "flv")


def starts_of(found: PartOutcome) -> list[float]:
    assert isinstance(found, Recognised), found
    return [segment.start for segment in found.segments]


@pytest.mark.parametrize("container", TIMED)
async def test_sound_that_begins_late_has_the_file_s_times(pool: WorkerPool, container: str, tmp_path: Path) -> None:
    plain = Recipe(container=container, codec=CONTAINERS[container], has_video=True)
    at_once = await outcome(pool, file_of(plain), tmp_path)
    late = await outcome(pool, file_of(replace(plain, starts_at=5.0)), tmp_path)
    assert text_of(late) == SAMPLE.text
    assert starts_of(late)[0] == pytest.approx(starts_of(at_once)[0] + 5.0, abs=0.4)


@pytest.mark.parametrize("container", [name for name in TIMED if name != "mov"])  # PCM in it has no times
async def test_what_follows_a_gap_has_the_file_s_times(pool: WorkerPool, container: str, tmp_path: Path) -> None:
    both = np.concatenate([SOUND, OTHER_SOUND])
    gap_at = len(SOUND) / RATE
    recipe = Recipe(container=container, codec=CONTAINERS[container], gap_at=gap_at, gap_seconds=10.0)
    found = await outcome(pool, file_of(recipe, both), tmp_path)
    assert text_of(found) == f"{SAMPLE.text} {OTHER.text}"
    assert isinstance(found, Recognised)
    assert found.audio_seconds == pytest.approx(gap_at + 10.0 + len(OTHER_SOUND) / RATE, abs=0.5)
    after = [start for start in starts_of(found) if start > gap_at + 5.0]
    assert after
    assert after[0] == pytest.approx(gap_at + 10.0, abs=0.8)


async def test_a_time_stamp_beyond_the_end_of_the_file_is_not_believed(pool: WorkerPool, tmp_path: Path) -> None:
    both = np.concatenate([SOUND, OTHER_SOUND])
    recipe = Recipe(container="webm", codec="libopus", gap_at=len(SOUND) / RATE, gap_seconds=7200.0)
    data = file_of(recipe, both)
    claimed = struct.pack(">d", len(both) / RATE * 1000)
    at = data.index(b"\x44\x89\x88") + 3  # the element that says how long it is, in milliseconds
    found = await outcome(pool, data[:at] + claimed + data[at + 8 :], tmp_path)
    assert text_of(found) == f"{SAMPLE.text} {OTHER.text}"


@pytest.mark.parametrize(("track", "text"), [(None, SAMPLE.text), (2, SAMPLE.text)])
async def test_the_first_track_with_speech_is_recognised(
    pool: WorkerPool, track: int | None, text: str, tmp_path: Path
) -> None:
    recipe = Recipe(container="mp4", codec="aac", has_silent_track_before=True)
    assert text_of(await outcome(pool, file_of(recipe), tmp_path, track)) == text


@pytest.mark.parametrize(
    ("track", "reason", "detail"), [(1, FailureReason.NO_SPEECH, ""), (3, FailureReason.NO_TRACK, "2")]
)
async def test_the_track_asked_for_is_the_only_one_tried(
    pool: WorkerPool, track: int, reason: FailureReason, detail: str, tmp_path: Path
) -> None:
    recipe = Recipe(container="mp4", codec="aac", has_silent_track_before=True)
    found = await outcome(pool, file_of(recipe), tmp_path, track)
    assert isinstance(found, Rejected)
    assert (found.failure.reason, found.failure.detail) == (reason, detail)


async def test_a_codec_that_nobody_decodes_is_named(pool: WorkerPool, tmp_path: Path) -> None:
    data = file_of(Recipe(container="mov", codec="pcm_s16le")).replace(b"sowt", b"apac")
    found = await outcome(pool, data, tmp_path)
    assert isinstance(found, Rejected)
    assert (found.failure.reason, found.failure.detail) == (FailureReason.UNKNOWN_CODEC, "apac")


async def test_a_track_that_can_not_be_decoded_is_passed_over(pool: WorkerPool, tmp_path: Path) -> None:
    recipe = Recipe(container="mov", codec="pcm_s16le", has_silent_track_before=True)
    data = file_of(recipe).replace(b"sowt", b"apac", 1)
    assert text_of(await outcome(pool, data, tmp_path)) == SAMPLE.text


@pytest.mark.parametrize("channels", [1, 2])
async def test_all_links_of_a_chained_ogg_are_recognised(pool: WorkerPool, channels: int, tmp_path: Path) -> None:
    first = Recipe(container="ogg", codec="libopus")
    data = file_of(first) + file_of(replace(first, channels=channels), OTHER_SOUND)
    assert text_of(await outcome(pool, data, tmp_path)) == f"{SAMPLE.text} {OTHER.text}"


async def test_sound_above_full_scale_is_turned_down(pool: WorkerPool, tmp_path: Path) -> None:
    loud = SOUND * np.float32(8 / np.abs(SOUND).max())
    found = await outcome(pool, file_of(Recipe(container="wav", codec="pcm_f32le"), loud), tmp_path)
    assert text_of(found) == SAMPLE.text
