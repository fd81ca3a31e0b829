"""What a worker finds in its environment, and how many workers there are where there are GPUs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.workers.pools import SOUNDS
from voicepipe.config import RecognitionConfig, WorkersConfig
from voicepipe.workers import local
from voicepipe.workers.local import local_seats, visible_gpus, worker_environment


def with_gpus(monkeypatch: pytest.MonkeyPatch, directory: Path, count: int, variable: str | None) -> None:
    for number in range(count):
        (directory / f"0000:0{number}:00.0").mkdir()
    monkeypatch.setattr(local, "NVIDIA_GPUS", directory)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if variable is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)


@pytest.mark.parametrize(
    ("count", "variable", "gpus"),
    [
        (0, None, ()),
        (2, None, ("0", "1")),
        (4, "1, 3", ("1", "3")),
        (4, "GPU-5f2", ("GPU-5f2",)),
        (4, "", ()),
        (4, "-1", ()),
    ],
)
def test_gpus_are_those_that_cuda_would_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int, variable: str | None, gpus: tuple[str, ...]
) -> None:
    with_gpus(monkeypatch, tmp_path, count, variable)
    assert visible_gpus() == gpus


def test_no_driver_means_no_gpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_gpus(monkeypatch, tmp_path / "absent", 0, None)
    assert visible_gpus() == ()


@pytest.mark.parametrize(
    ("device", "count", "size"), [("cuda", 0, 3), ("cuda", 5, 5), ("cpu", 2, 2), ("auto", 0, 3), ("auto", 5, 5)]
)
async def test_a_worker_for_each_gpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, device: str, count: int, size: int
) -> None:
    with_gpus(monkeypatch, tmp_path, 3, None)
    recognition = RecognitionConfig.model_validate({"device": device})
    assert len(local_seats(WorkersConfig(count=count, express=0), recognition, tmp_path, SOUNDS)) == size
    seats = local_seats(WorkersConfig(count=count, express=1), recognition, tmp_path, SOUNDS)
    assert len(seats) == size + (device == "cpu"), "there is no express worker on GPUs"


@pytest.mark.parametrize(
    ("gpus", "variable", "is_on_gpu"),
    [(2, None, True), (2, "1", True), (0, None, False), (2, "", False), (2, "-1", False)],
)
async def test_auto_is_a_gpu_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gpus: int, variable: str | None, is_on_gpu: bool
) -> None:
    with_gpus(monkeypatch, tmp_path, gpus, variable)
    (seat, *_) = local_seats(WorkersConfig(), RecognitionConfig(device="auto"), tmp_path, SOUNDS)
    assert (seat.boot.device, seat.gpu is not None) == (("cuda", True) if is_on_gpu else ("cpu", False))


async def test_auto_is_the_cpu_where_only_the_variable_names_a_gpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_gpus(monkeypatch, tmp_path / "absent", 0, "0")
    (seat, *_) = local_seats(WorkersConfig(), RecognitionConfig(device="auto"), tmp_path, SOUNDS)
    assert seat.boot.device == "cpu"


def test_a_worker_sees_its_own_gpu_and_its_own_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    environment = worker_environment(2, "1")
    assert environment["CUDA_VISIBLE_DEVICES"] == "1"
    assert {environment[f"{name}_NUM_THREADS"] for name in ("OMP", "OPENBLAS", "MKL")} == {"2"}
    assert worker_environment(1)["CUDA_VISIBLE_DEVICES"] == "0,1"
