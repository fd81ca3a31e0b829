"""Messages as bytes, and the reader thread's patience."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
import typing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.processes import open_files
from voicepipe.domain.transcripts import Failure, FailureReason, Segment
from voicepipe.wire.channel import MAX_UNREAD_MESSAGES, Channel, WorkerEnd
from voicepipe.wire.codec import Garbage, decode, encode
from voicepipe.wire.messages import (
    Crashed,
    Found,
    FromWorker,
    Heartbeat,
    Recognised,
    Rejected,
    Span,
    Stop,
    ToWorker,
)

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PATHS = (
    st.binary(min_size=1, max_size=50)
    .filter(lambda name: b"\0" not in name)
    .map(lambda name: name.decode("utf-8", "surrogateescape"))
)
st.register_type_strategy(float, NUMBERS)
st.register_type_strategy(str, TEXTS)
st.register_type_strategy(Path, PATHS.map(Path))


@given(st.one_of(*(st.from_type(kind) for kind in typing.get_args(FromWorker))))
def test_what_a_worker_says_arrives_unchanged(message: FromWorker) -> None:
    assert decode(encode(message), FromWorker) == message


@given(st.one_of(*(st.from_type(kind) for kind in typing.get_args(ToWorker))))
def test_what_the_supervisor_says_arrives_unchanged(message: ToWorker) -> None:
    assert decode(encode(message), ToWorker) == message


@given(st.binary(max_size=200))
def test_noise_is_garbage(data: bytes) -> None:
    with pytest.raises(Garbage):
        decode(data, FromWorker)


GOOD = Recognised(1, 0, (Segment(0.0, 1.0, "да"),), "ru", 0.9, 2.5, 3.0, 0.5)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(
    names=st.sampled_from([kind.__name__ for kind in typing.get_args(FromWorker)]),
    fields=st.lists(ANYTHING, max_size=4),
)
def test_a_message_of_wrong_fields_is_garbage_or_well_formed(names: str, fields: list[Any]) -> None:
    """Whatever comes through has the types that it says, so that nothing behind it need check."""
    try:
        message = decode(json.dumps([names, *fields]).encode(), FromWorker)
    except Garbage:
        return
    assert encode(decode(encode(message), FromWorker)) == encode(message)
    match message:
        case Heartbeat(rss_bytes):
            assert type(rss_bytes) is int
        case Crashed(task_id, part, error):
            assert (type(task_id), type(part), type(error)) == (int, int, str)
            error.encode()
        case Found(windows=windows):
            assert all(type(span) is Span for window in windows for span in window.spans)


@pytest.mark.parametrize(
    "fields",
    [
        ["Crashed", "1", 0, "text"],
        ["Crashed", 1, 0, 2],
        ["Crashed", 1, True, "text"],
        ["Crashed", 1, "text"],
        ["Crashed", 1, 0, "text", "more"],
        ["Crashed", 1, 0, "\ud800"],
        ["Heartbeat", 1.0],
        ["Found", 1, 0, [[[0, 1], 0]], "ru"],
        ["Found", 1, 0, [[[[0, 1.0]], 0]], "ru"],
        ["BootFailed", "no_such_failure", "text"],
        ["Rejected", 1, 0, ["no_such_reason", None]],
        ["Rejected", 1, 0, "unreadable"],
        ["Recognised", 1, 0, [[0.0, "1", "да"]], "ru", 0.9, 2.5, 3.0, 0.5],
        ["Recognised", 1, 0, [], "ru", float("nan"), 2.5, 3.0, 0.5],
        ["Recognised", 1, 0, [], "ru", 0.9, 10**400, 3.0, 0.5],
        ["Recognise", 1, [[300.0, None]], []],
        ["Failure", "unreadable", None],
        ["__class__"],
        {"Crashed": 1},
        [[]],
        [],
        None,
    ],
)
def test_wrong_message_is_garbage(fields: Any) -> None:
    with pytest.raises(Garbage):
        decode(json.dumps(fields).encode(), FromWorker)


def test_deep_nesting_is_garbage() -> None:
    with pytest.raises(Garbage):
        decode(b"[" * 100_000, FromWorker)


def test_optional_and_enumerated_fields_are_typed() -> None:
    rejected = Rejected(3, 1, Failure(FailureReason.NO_AUDIO))
    again = decode(encode(rejected), FromWorker)
    assert again.failure.reason is FailureReason.NO_AUDIO
    assert decode(encode(GOOD), FromWorker) == GOOD


async def test_a_loop_that_is_slow_is_not_flooded() -> None:
    """The worker waits for the event loop, so what is unread stays few messages however much it says."""
    channel = Channel()
    worker = WorkerEnd(*channel.worker_fds)
    heard: list[FromWorker] = []
    ended = asyncio.Event()
    channel.start_reading(
        asyncio.get_running_loop(), "reader", heard.append, lambda _: None, lambda: None, lambda _: ended.set()
    )
    said = 0

    def flood() -> None:
        nonlocal said
        for said in range(5000):
            worker.send(Crashed(said, 0, "x" * 100))
        worker.close()

    threading.Thread(target=flood, name="worker", daemon=True).start()
    time.sleep(0.3)  # noqa: ASYNC251 - the loop is what must be slow
    pipe = 65_536 // 100
    assert said <= MAX_UNREAD_MESSAGES + pipe + 2
    await asyncio.wait_for(ended.wait(), 20)
    assert [message.task_id for message in heard if isinstance(message, Crashed)] == list(range(5000))
    channel.close()


async def test_open_files_go_ahead_of_their_message_item_by_item(tmp_path: Path) -> None:
    before = open_files()
    channel = Channel()
    worker = WorkerEnd(*channel.worker_fds)
    with (tmp_path / "a").open("w+b") as first, (tmp_path / "b").open("w+b") as second:
        channel.send(Stop(), [[first.fileno(), second.fileno()], [second.fileno()]])
    assert worker.receive() == Stop()
    came = [worker.receive_files(2), worker.receive_files(1)]
    first_fd, second_fd = came[0]
    os.write(second_fd, b"sound")
    assert os.pread(came[1][0], 10, 0) == b"sound"
    assert os.fstat(first_fd).st_ino == (tmp_path / "a").stat().st_ino
    for fd in (first_fd, second_fd, *came[1]):
        os.close(fd)
    worker.close()
    channel.close()
    assert open_files() == before


async def test_files_for_a_worker_that_is_gone_are_nobodys() -> None:
    before = open_files()
    channel = Channel()
    worker = WorkerEnd(*channel.worker_fds)
    channel.send(Stop(), [[0, 1]])
    worker.close()
    for _ in range(2):
        channel.send(Stop(), [[0, 1], [0]])
    channel.close()
    assert open_files() == before


async def test_files_for_a_worker_that_takes_none_hold_nobody_up() -> None:
    channel = Channel()
    for _ in range(5000):
        channel.send(Stop(), [[0]])
    channel.close_worker_ends()
    channel.close()
