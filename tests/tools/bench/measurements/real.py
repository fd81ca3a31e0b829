"""Human speech by the genuine Whisper base: notes in the middle of a lecture, a lecture on two workers, and memory."""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import numpy as np

from tests.support.answers import is_final
from tests.support.telegram import Message
from tests.tools.accuracy.prompts import Prompt, PromptsMissing, load_prompts
from tests.tools.accuracy.sound import RATE, read_g722, silence, voice_note
from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure, Goal, at_most, median
from tests.tools.bench.machine import memory_of
from tests.tools.bench.service import ANSWER_TIMEOUT_SECONDS, MeasuredService, bench_service, recognition_settings
from tests.tools.real_model import real_model_directory, wrong_files
from voicepipe.worker.allocator import IDLE_SECONDS

HOW = "not here: scripts/real_model --speech fetches it"
SEED = 1
NOTE_SECONDS, LEAST_WORDS = 5, 4
PAUSES_SECONDS = (0.15, 0.9)
WORKER_COUNTS = (1, 2)
WORKERS_IN_MEMORY = 3
AMID_GOALS = {1: at_most(1.6), 2: at_most(1.3)}
MEMORY_GOALS = (at_most(320), at_most(1400))
"""MB: of a worker, and of three, the express one and the supervisor together."""
WATCHED_EVERY_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 3.0
FIRST_PERSON = 30_001

_people = itertools.count(FIRST_PERSON)


@dataclass(frozen=True, slots=True)
class Speech:
    """A note and a lecture, as Telegram's Opus, with their lengths in seconds."""

    note: bytes
    lecture: bytes
    lecture_seconds: int


async def real(bench: Bench) -> list[Figure]:
    """Skipped, with a note, where the model or the speech is not in the cache."""
    try:
        prompts = load_prompts(may_fetch=False)
    except PromptsMissing:
        return [Figure("real", None, "", note=HOW)]
    if wrong_files(real_model_directory()):
        return [Figure("real", None, "", note=HOW)]
    speech = _speech(prompts, bench.effort.long_seconds)
    return [*await _amid(bench, speech), *await _whole(bench, speech), *await _memory(bench, speech)]


def _speech(prompts: list[Prompt], lecture_seconds: int) -> Speech:
    """Russian sentences in an order that the seed decides."""
    sentences = [each for each in prompts if each.language == "ru" and len(each.text.split()) >= LEAST_WORDS]
    chance = random.Random(SEED)
    note = min(sentences, key=lambda each: abs(each.seconds - NOTE_SECONDS))
    pieces, length = [], 0
    while length < lecture_seconds * RATE:
        pieces += [read_g722(chance.choice(sentences).path), silence(chance.uniform(*PAUSES_SECONDS))]
        length += len(pieces[-1]) + len(pieces[-2])
    lecture = np.concatenate(pieces)[: lecture_seconds * RATE]
    return Speech(voice_note(read_g722(note.path)), voice_note(lecture), lecture_seconds)


@asynccontextmanager
async def _service(workers: int) -> AsyncIterator[MeasuredService]:
    async with bench_service(recognition_settings(real_model_directory(), workers)) as service:
        yield service


async def _send(service: MeasuredService, sound: bytes, seconds: int) -> Message:
    return await service.telegram.user(next(_people)).send_voice(sound, seconds)


async def _answered(service: MeasuredService, sent: Message) -> float:
    """Seconds from the message to its text; somebody sent it to the bot in private."""
    reply = await service.telegram.user(sent.sender.id).wait_reply(sent, is_final, ANSWER_TIMEOUT_SECONDS)
    return reply.edits[-1].at - sent.at


async def _note(service: MeasuredService, speech: Speech) -> float:
    return await _answered(service, await _send(service, speech.note, NOTE_SECONDS))


# --- notes in the middle of a lecture -------------------------------------------------------------------------------
async def _amid(bench: Bench, speech: Speech) -> list[Figure]:
    figures = []
    for count in WORKER_COUNTS:
        bench.say(f"notes amid {speech.lecture_seconds} s of human speech, workers: {count}")
        async with _service(count) as service:  # it goes, and the lecture with it
            for _ in range(count + 1):
                await _note(service, speech)
            idle = [await _note(service, speech) for _ in range(bench.effort.arrivals)]
            lecture = await _send(service, speech.lecture, speech.lecture_seconds)
            await service.wait_busy()
            opening = await _note(service, speech)
            amid = await _arrivals(bench, service, speech, lecture)
        figures += _amid_figures(count, idle, opening, amid)
    return figures


async def _arrivals(bench: Bench, service: MeasuredService, speech: Speech, lecture: Message) -> list[float]:
    """Of the notes that were answered before the lecture was."""
    chance, seconds = random.Random(SEED), []
    for _ in range(bench.effort.arrivals):
        await asyncio.sleep(chance.uniform(0.0, LONGEST_PAUSE_SECONDS))
        taken = await _note(service, speech)
        if any(is_final(reply) for reply in lecture.chat.replies_to(lecture) if reply.sender.is_bot):
            break
        seconds.append(taken)
    return seconds


def _amid_figures(count: int, idle: list[float], opening: float, amid: list[float]) -> list[Figure]:
    name = f"real_note_amid_lecture_on_{count}_workers"
    usual = statistics.median(idle)
    figures = [
        median(f"real_note_idle_on_{count}_workers", idle, "s"),
        Figure(f"real_note_at_opening_on_{count}_workers", opening, "s"),
    ]
    if not amid:
        return [*figures, Figure(f"{name}/idle", None, "ratio", AMID_GOALS[count], "it was over too soon")]
    ratios = [each / usual for each in amid]
    return [*figures, median(name, amid, "s"), median(f"{name}/idle", ratios, "ratio", AMID_GOALS[count])]


# --- a lecture, and memory ------------------------------------------------------------------------------------------
async def _whole(bench: Bench, speech: Speech) -> list[Figure]:
    seconds = {}
    async with AsyncExitStack() as stack:
        for count in WORKER_COUNTS:
            service = await stack.enter_async_context(_service(count))
            bench.say(f"{speech.lecture_seconds} s of human speech, workers: {count}")
            await _note(service, speech)
            seconds[count] = await _answered(service, await _send(service, speech.lecture, speech.lecture_seconds))
    quotient = seconds[2] / seconds[1]
    return [
        *(Figure(f"real_lecture_on_{count}_workers", each, "s") for count, each in seconds.items()),
        Figure("real_lecture_on_2/1_workers", quotient, "ratio", at_most(0.56)),
    ]


async def _memory(bench: Bench, speech: Speech) -> list[Figure]:
    """Over a lecture and as many notes as it takes for each worker to have had several together; and afterwards."""
    bench.say("memory with human speech")
    seen: list[list[float]] = []
    async with _service(WORKERS_IN_MEMORY) as service:
        notes = [_note(service, speech) for _ in range(bench.effort.waiting)]
        lecture = await _send(service, speech.lecture, speech.lecture_seconds)
        watching = asyncio.create_task(_watch(service, seen))
        await asyncio.gather(_answered(service, lecture), *notes)
        assert not watching.done(), "a process was gone, so the most was not seen"
        watching.cancel()
        await asyncio.sleep(IDLE_SECONDS + 1.0)
        idle = _memories(service)
    return [*_figures("at_work", seen, MEMORY_GOALS), *_figures("idle", [idle])]


async def _watch(service: MeasuredService, seen: list[list[float]]) -> None:
    while True:
        seen.append(_memories(service))
        await asyncio.sleep(WATCHED_EVERY_SECONDS)


def _memories(service: MeasuredService) -> list[float]:
    """In MB, of the workers and then of the supervisor: what each has to itself, and its share of what is shared."""
    return [memory_of(pid).proportional for pid in (*service.worker_pids, service.running.pid)]


def _figures(when: str, seen: Sequence[Sequence[float]], goals: Sequence[Goal | None] = (None, None)) -> list[Figure]:
    """The most that was seen of a worker, and of all at one time."""
    name = f"real_memory_{WORKERS_IN_MEMORY}_workers_express_supervisor_{when}"
    return [
        Figure(f"real_memory_worker_{when}", max(max(workers) for *workers, _ in seen), "MB", goals[0]),
        Figure(name, max(map(sum, seen)), "MB", goals[1]),
    ]
