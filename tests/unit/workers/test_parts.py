"""What a worker says of the parts of its task: each has one outcome, whatever is said, and nothing odd is passed on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.wire.messages import Crashed, Found, FurtherWindow, Opening, Options, Recognised, Rejected, Span, Window
from voicepipe.workers.assignment import Assignment, GivenPart, Part, WorkerLost, seconds_of
from voicepipe.workers.lifecycle import LossCause
from voicepipe.workers.sounds import SoundKey

SECOND = Window((Span(0, 16_000),), 0)
TASK = 7
NO_SOUND = SoundKey(0)
WINDOW_SECONDS = 30.0


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def given_part(loop: asyncio.AbstractEventLoop, found: list[Found], *, is_opening: bool) -> GivenPart:
    work = Opening(5.0) if is_opening else FurtherWindow(SECOND, Options("en"))
    media = Path("media") if is_opening else None
    part = Part(work=work, sound=NO_SOUND, audio_seconds=3.0, media=media, on_found=found.append)
    return GivenPart(part, loop.create_future())


def assignment(parts: list[GivenPart]) -> Assignment:
    return Assignment(TASK, parts, window_seconds=WINDOW_SECONDS, now=0.0)


KINDS = st.lists(st.booleans(), min_size=1, max_size=4)
NUMBERS = st.integers(-1, 4)
TASKS = st.sampled_from([TASK, TASK, TASK, TASK - 1, TASK + 1])
SAMPLES = st.integers(-1, 40 * 16_000)
WINDOWS = st.builds(Window, st.lists(st.builds(Span, SAMPLES, SAMPLES), max_size=3).map(tuple), st.integers(-1, 5))
WORDS = st.one_of(
    st.builds(Crashed, TASKS, NUMBERS, st.just("error")),
    st.builds(Rejected, TASKS, NUMBERS, st.just(Failure(FailureReason.NO_SPEECH))),
    st.builds(Recognised, TASKS, NUMBERS, st.just(()), st.just("en"), *[st.just(0.5)] * 4),
    st.builds(Found, TASKS, NUMBERS, st.lists(WINDOWS | st.just(SECOND), max_size=3).map(tuple), st.just("en")),
)


@given(KINDS, st.lists(WORDS, max_size=30), st.sampled_from(LossCause), st.booleans())
def test_each_part_has_one_outcome_whatever_is_said(
    loop: asyncio.AbstractEventLoop,
    kinds: list[bool],
    words: list[Found | Crashed],
    cause: LossCause,
    is_believed: bool,
) -> None:
    found: list[Found] = []
    parts = [given_part(loop, found, is_opening=is_opening) for is_opening in kinds]
    task = assignment(parts)
    first: dict[int, object] = {}
    for word in words:
        is_sound = task.hear(word)
        assert not is_sound or (word.task_id == TASK and 0 <= word.part < len(parts))
        if is_sound and not isinstance(word, Found):
            assert first.setdefault(word.part, word) is word, "a second answer"
        if not is_sound and not is_believed:
            break  # as the pool does, which then kills the worker
    assert task.is_answered == (len(first) == len(parts))
    task.lose(cause)
    outcomes = [each.outcome.result() for each in task.parts]
    assert {number: outcomes[number] for number in first} == first
    of_the_lost = cause
    if len(parts) > 1 and cause in (LossCause.DIED, LossCause.DEADLINE):
        of_the_lost = LossCause.IN_COMPANY
    assert all(outcomes[number] == WorkerLost(of_the_lost) for number in range(len(parts)) if number not in first)
    for each in found:
        assert isinstance(task.parts[each.part].part.work, Opening)
        assert all(0 < seconds_of(window) <= 30 and window.spans[0].start >= 0 for window in each.windows)


def test_openings_come_first(loop: asyncio.AbstractEventLoop) -> None:
    parts = [given_part(loop, [], is_opening=is_opening) for is_opening in (False, True, False, True)]
    task = assignment(parts)
    assert task.parts == [parts[1], parts[3], parts[0], parts[2]]
    message = task.message()
    assert (len(message.openings), len(message.further), task.audio_seconds) == (2, 2, 12.0)


@pytest.mark.parametrize(
    "window",
    [
        Window((), 0),
        Window((Span(5, 5),), 0),
        Window((Span(10, 5),), 0),
        Window((Span(10, 20), Span(0, 5)), 0),
        Window((Span(-10, 20),), 0),
        Window((Span(0, 20),), -1),
        Window((Span(0, 30 * 16_000 + 1),), 0),
        Window(tuple(Span(2 * index, 2 * index + 1) for index in range(1001)), 0),
    ],
)
def test_impossible_window_is_nonsense(loop: asyncio.AbstractEventLoop, window: Window) -> None:
    found: list[Found] = []
    opening = given_part(loop, found, is_opening=True)
    assert not opening.hear(Found(TASK, 0, (SECOND, window), "en"), WINDOW_SECONDS)
    assert found == []


def test_there_is_an_end_to_what_can_be_found(loop: asyncio.AbstractEventLoop) -> None:
    found: list[Found] = []
    opening = given_part(loop, found, is_opening=True)
    assert opening.hear(Found(TASK, 0, (SECOND,) * 65, "en"), WINDOW_SECONDS)
    assert not opening.hear(Found(TASK, 0, (SECOND,), "en"), WINDOW_SECONDS)
    assert len(found) == 1


def test_who_has_gone_is_told_nothing(loop: asyncio.AbstractEventLoop) -> None:
    found: list[Found] = []
    opening = given_part(loop, found, is_opening=True)
    opening.outcome.cancel()
    assert opening.hear(Found(TASK, 0, (SECOND,), "en"), WINDOW_SECONDS)
    assert opening.hear(Crashed(TASK, 0, "error"), WINDOW_SECONDS)
    assert found == []
