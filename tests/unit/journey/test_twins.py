"""Those that will have the same text go one after the other; nobody waits for others, nor for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.waiting import settle, until
from voicepipe.config.sections import RecognitionConfig
from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.domain.people import Person
from voicepipe.journey import twins
from voicepipe.journey.twins import Twins, fingerprint_of
from voicepipe.wire.messages import Options

ONE = Recording(
    JobKey(1, 1), Person(1, None, None), RecordingKind.VOICE, True, 5, 1000, datetime.now(UTC), None, file_id=7
)


class Scene:
    """Who is at it, and who was."""

    def __init__(self) -> None:
        self.twins = Twins()
        self.at_it: list[str] = []
        self.done: dict[str, asyncio.Event] = {}

    def send(self, name: str, fingerprint: str | None) -> asyncio.Task[None]:
        self.done[name] = asyncio.Event()
        return asyncio.create_task(self._go(name, fingerprint))

    async def _go(self, name: str, fingerprint: str | None) -> None:
        async with self.twins.turn(fingerprint):
            self.at_it.append(name)
            await self.done[name].wait()


async def test_twins_go_one_after_the_other_and_others_beside_them() -> None:
    scene = Scene()
    tasks = [scene.send(name, name[0]) for name in ("a1", "a2", "a3", "b1")] + [scene.send("x", None)]
    await settle()
    assert scene.at_it == ["a1", "b1", "x"]
    scene.done["a1"].set()
    await settle()
    assert scene.at_it[3:] == ["a2"]
    tasks[1].cancel()
    await settle()
    assert scene.at_it[4:] == ["a3"]
    for done in scene.done.values():
        done.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    again = scene.send("a4", "a")
    await settle()
    assert scene.at_it[5:] == ["a4"], "nothing is left of those that are done"
    again.cancel()


async def test_one_that_waits_and_is_ended_holds_nobody_up() -> None:
    scene = Scene()
    first, second, third = (scene.send(name, "a") for name in ("1", "2", "3"))
    await settle()
    second.cancel()
    await settle()
    scene.done["1"].set()
    await settle()
    assert scene.at_it == ["1", "3"]
    scene.done["3"].set()
    await asyncio.gather(first, second, third, return_exceptions=True)


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "LONGEST_WAIT_SECONDS", 0.01)
    scene = Scene()
    tasks = [scene.send(name, "a") for name in ("1", "2")]
    await until(lambda: scene.at_it == ["1", "2"], 5)
    for task in tasks:
        task.cancel()


def test_what_decides_about_a_text_is_in_the_fingerprint() -> None:
    usual = (ONE, Options(), RecognitionConfig())
    others = [
        (replace(ONE, file_id=8), *usual[1:]),
        (replace(ONE, first_seconds=3), *usual[1:]),
        (ONE, Options(language="en"), usual[2]),
        (ONE, Options(), RecognitionConfig(profile="fast")),
        (ONE, Options(), RecognitionConfig(model="small")),
    ]
    assert len({fingerprint_of(*each) for each in (usual, *others)}) == 1 + len(others)
    again = replace(ONE, key=JobKey(2, 9), person=Person(2, "ben", "en"), sent_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert fingerprint_of(again, *usual[1:]) == fingerprint_of(*usual)
    assert fingerprint_of(replace(ONE, file_id=None), *usual[1:]) is None
