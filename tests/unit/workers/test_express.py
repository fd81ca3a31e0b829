"""How many express workers there are, which depends on memory, and who gives way to them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.workers.pools import SOUNDS
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.workers import express
from voicepipe.workers.express import express_workers, worker_memory_bytes
from voicepipe.workers.local import local_seats

GB = 1e9
BASE_BYTES, SMALL_BYTES = 145_217_532, 483_546_902
"""Of the genuine models' weights."""


def model_of(directory: Path, size: int) -> Path:
    with (directory / "model.bin").open("wb") as file:
        os.truncate(file.fileno(), size)
    return directory


@pytest.mark.parametrize(("size", "measured"), [(BASE_BYTES, 322e6), (SMALL_BYTES, 713e6)])
def test_a_worker_takes_about_what_was_measured(size: int, measured: float, tmp_path: Path) -> None:
    assert worker_memory_bytes(model_of(tmp_path, size), "auto") == pytest.approx(measured, rel=0.1)


@pytest.mark.parametrize(
    ("size", "others", "memory", "compute_type", "there_are"),
    [
        (BASE_BYTES, 1, 0.98 * GB, "auto", 0),  # a server of 1 GB
        (BASE_BYTES, 1, 1.5 * GB, "auto", 1),
        (BASE_BYTES, 2, 1.5 * GB, "int8", 1),  # a server of 2 GB, of which the unit takes 75 %
        (BASE_BYTES, 2, 1.5 * GB, "float32", 0),
        (BASE_BYTES, 64, 8 * GB, "auto", 0),
        (SMALL_BYTES, 2, 1.5 * GB, "auto", 0),
        (SMALL_BYTES, 2, 4 * GB, "auto", 1),
        (BASE_BYTES, 2, 24 * GB, "auto", 3),
    ],
)
def test_there_are_as_many_as_there_is_memory_for(
    size: int,
    others: int,
    memory: float,
    compute_type: str,
    there_are: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(express, "usable_memory_bytes", lambda: memory)
    wanted = max(1, there_are)
    assert express_workers(wanted, others, model_of(tmp_path, size), compute_type) == there_are


@pytest.mark.parametrize("count", [0, 1])
def test_the_others_give_way_only_to_express_workers(count: int, tmp_path: Path) -> None:
    seats = local_seats(WorkersConfig(count=2, express=count), RecognitionConfig(device="cpu"), tmp_path, SOUNDS)
    assert [(seat.is_express, seat.gives_way) for seat in seats] == [(False, count > 0)] * 2 + [(True, False)] * count
