"""How many express workers there is memory for. They keep memory for a model each, but take no processor of others."""

from __future__ import annotations

from pathlib import Path

from voicepipe.machine import usable_memory_bytes

PROCESS_BYTES = 150_000_000
"""What a process takes without its model, be it a worker or the supervisor: measured, 147 to 152 MB."""
COMPUTING_IN_INT8, COMPUTING_IN_FLOATS = 1.2, 2.5
"""What a model takes in memory and for computing, for each byte of its files, which are 16 bits a number: with "int8"
measured, 1.15 for `base` and `small`; in 32 bits, twice that."""
SHARE = 0.8
"""Part of the memory that supervisor and workers may take together."""


def express_workers(wanted: int, others: int, model: Path, compute_type: str) -> int:
    """How many of the wanted express workers there is memory for, beside so many other workers."""
    worker_bytes = worker_memory_bytes(model, compute_type)
    room = SHARE * usable_memory_bytes() - PROCESS_BYTES - others * worker_bytes
    return max(0, min(wanted, int(room // worker_bytes)))


def worker_memory_bytes(model: Path, compute_type: str) -> float:
    """About what a worker with the model in this directory takes on a CPU. Nothing for a model that is not there."""
    return memory_of_worker(sum(path.stat().st_size for path in model.glob("*") if path.is_file()), compute_type)


def memory_of_worker(files: int, compute_type: str) -> float:
    """About what a worker takes on a CPU with a model whose files are so many bytes."""
    is_small = compute_type == "auto" or compute_type.startswith("int8")
    return PROCESS_BYTES + files * (COMPUTING_IN_INT8 if is_small else COMPUTING_IN_FLOATS)
