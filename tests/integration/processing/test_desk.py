"""The process of the text processors: started late, shut in, killed when late or talking nonsense, started again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from random import Random

import pytest

from tests.support.processes import is_alive
from voicepipe.processing.desk import PROGRAM, Processing, Terms, address_of
from voicepipe.processing.kinds import Failing, Kind, Made, Material, NotMade, Piece

SENTENCES = ("Кот спал дома.", "Кот ел рыбу на диване.", "Пёс громко лаял во дворе.", "Кот пошёл на двор.")
TEXT = Material(" ".join(SENTENCES), "ru")

BEGINNING = """
import json, os, sys, time
begin = sys.stdin.readline()
print('["Begun", []]', flush=True)
number = json.loads(sys.stdin.readline())[1]
"""


@asynccontextmanager
async def processing(terms: Terms | None = None, program: str = "") -> AsyncIterator[Processing]:
    """With what a program does after it has been asked for something, if not the real one."""
    command = (sys.executable, "-c", BEGINNING + program) if program else PROGRAM
    made = Processing(terms or Terms(), program=command)
    try:
        yield made
    finally:
        await made.stop()


async def failing_of(desk: Processing, kind: Kind = Kind.SUMMARY) -> Failing:
    with pytest.raises(NotMade) as caught:
        await desk.make(kind, TEXT)
    return caught.value.failing


async def test_it_is_started_when_something_is_asked_for_and_stays() -> None:
    async with processing() as desk:
        assert desk.pid is None
        assert len((await desk.make(Kind.SUMMARY, TEXT)).points) == 3
        pid = desk.pid
        await asyncio.gather(*(desk.make(kind, TEXT) for kind in (Kind.TIDY, Kind.KEYWORDS, Kind.SUMMARY) * 10))
        assert desk.pid == pid is not None
    assert not is_alive(pid)


async def test_what_nobody_here_makes_is_not_asked_for() -> None:
    async with processing() as desk:
        assert await failing_of(desk, Kind.TASKS) is Failing.UNKNOWN
        assert desk.pid is None


async def test_one_that_was_killed_is_started_again() -> None:
    async with processing() as desk:
        await desk.make(Kind.TIDY, TEXT)
        first = desk.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert len((await desk.make(Kind.SUMMARY, TEXT)).points) == 3
        assert desk.pid not in (first, None)


async def test_what_was_under_way_when_it_was_killed_is_made_by_the_next() -> None:
    async with processing() as desk:
        await desk.make(Kind.TIDY, TEXT)
        assert desk.pid is not None
        os.kill(desk.pid, signal.SIGSTOP)
        making = asyncio.create_task(desk.make(Kind.SUMMARY, TEXT))
        await asyncio.sleep(0.2)
        os.kill(desk.pid, signal.SIGKILL)
        assert len((await making).points) == 3


async def test_what_is_late_is_killed() -> None:
    async with processing(Terms(built_in_seconds=0.1), "time.sleep(60)") as desk:
        begun_at = time.monotonic()
        assert await failing_of(desk) is Failing.LATE
        assert time.monotonic() - begun_at < 30
        assert desk.pid is None


@pytest.mark.parametrize(
    "program",
    [
        "os._exit(3)",
        "print('hello', flush=True); time.sleep(60)",
        "print(json.dumps(['Done', number, ['x', [], 'model', 1]]), flush=True); time.sleep(60)",
        "print(json.dumps(['Make', number]), flush=True); time.sleep(60)",
        "sys.stdout.write('x' * (9 << 20)); sys.stdout.flush(); time.sleep(60)",
    ],
)
async def test_one_that_ends_or_talks_nonsense_each_time_is_given_up(program: str) -> None:
    async with processing(program=program) as desk:
        assert await failing_of(desk) is Failing.BROKEN


async def test_what_answers_for_others_is_not_listened_to() -> None:
    program = """
for each in (number + 7, number):
    print(json.dumps(['Done', each, [str(each), [], '', False, False]]), flush=True)
time.sleep(60)
"""
    async with processing(program=program) as desk:
        assert await desk.make(Kind.TIDY, TEXT) == Made("1")


async def test_it_is_shut_in_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_TELEGRAM__BOT_TOKEN", "1:hidden")
    async with processing() as desk:
        await desk.make(Kind.TIDY, TEXT)
        assert desk.pid is not None
        status, environment = facts_of(desk.pid)
        assert "\nSeccomp:\t2\n" in status
        assert "1:hidden" not in environment


def facts_of(pid: int) -> tuple[str, str]:
    """What the kernel tells of a process, and its environment."""
    facts = Path(f"/proc/{pid}")
    return (facts / "status").read_text(), (facts / "environ").read_bytes().decode()


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("http://127.0.0.1:11434/v1", ("127.0.0.1", 11434)),
        ("https://api.example.org/v1", ("api.example.org", 443)),
        ("http://[::1]:80", ("::1", 80)),
    ],
)
def test_where_an_endpoint_is(endpoint: str, address: tuple[str, int]) -> None:
    assert address_of(endpoint) == address


@pytest.mark.parametrize("endpoint", ["", "127.0.0.1:11434", "ftp://example.org", "http://"])
def test_what_is_no_endpoint_is_said(endpoint: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        address_of(endpoint)


PARTS = tuple(f"{sign}{vowel}" for sign in "внлстд" for vowel in "аеио")


def ten_hours() -> Material:
    """What somebody says in ten hours: 90,000 words, of which some come again and again."""
    words = [f"{first}{second}{third}" for first, second, third in product(("ба", "ко", "ми", "ру"), PARTS, PARTS)]
    chosen = Random(1)
    texts = [f"{' '.join(chosen.choices(words, k=12)).capitalize()}." for _ in range(7500)]
    pieces = tuple(Piece(number * 4.8, number * 4.8 + 4, text) for number, text in enumerate(texts))
    return Material(" ".join(texts), "ru", pieces)


@pytest.mark.parametrize(("kind", "mib"), [(Kind.SUMMARY, 300), (Kind.KEYWORDS, 90), (Kind.TIDY, 90)])
async def test_ten_hours_of_speech_take_little_memory(kind: Kind, mib: int) -> None:
    material = ten_hours()
    async with processing() as desk:
        assert (await desk.make(kind, material)).plain
        assert desk.pid is not None
        status, _ = facts_of(desk.pid)
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak is not None
        assert int(peak[1]) < mib * 1024
