"""Workers, as commands show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voicepipe.cli.tools.tables import print_table
from voicepipe.cli.tools.words import show_duration, show_size

if TYPE_CHECKING:
    from voicepipe.control.messages import WorkerReport
    from voicepipe.domain.hosts import HostStatus

HEADINGS = (">WORKER", "STATE", ">PID", ">MEMORY", ">TASKS", ">DEATHS", ">SPEED", ">BUSY", "~WITH")
MOST_NAMED = 3
"""Jobs of one worker that are named; more are counted."""


def print_workers(workers: Sequence[WorkerReport]) -> None:
    """A table of them."""
    print_table(HEADINGS, map(worker_row, workers))


def worker_row(worker: WorkerReport) -> tuple[str, ...]:
    """A worker under these headings."""
    return (
        f"{worker.worker} {worker.host or ('express' if worker.is_express else '')}".strip(),
        worker.state,
        "" if worker.pid is None else str(worker.pid),
        "" if worker.rss_bytes is None else show_size(worker.rss_bytes),
        str(worker.tasks_done),
        str(worker.deaths),
        show_speed(worker.real_time_factor),
        "" if worker.busy_seconds is None else show_duration(worker.busy_seconds),
        show_doing(worker),
    )


HOST_HEADINGS = ("HOST", "STATE", "MODEL", "DEVICE", ">SLOTS", ">BUSY", ">DONE", ">LOST", ">WINDOW", ">MEMORY", "~WHY")


def print_hosts(hosts: Sequence[HostStatus]) -> None:
    """A table of them."""
    print_table(HOST_HEADINGS, map(host_row, hosts))


def host_row(host: HostStatus) -> tuple[str, ...]:
    """A host under these headings."""
    return (
        host.name,
        host.state,
        host.model,
        host.device,
        str(host.slots),
        str(host.busy),
        str(host.done),
        str(host.lost),
        f"{host.part_seconds:.2f} s" if host.part_seconds else "",
        show_size(host.rss_bytes) if host.rss_bytes else "",
        host.reason,
    )


def show_speed(real_time_factor: float | None) -> str:
    """How many seconds of speech it does in a second."""
    return f"{1 / real_time_factor:.1f} ×" if real_time_factor else ""


def show_doing(worker: WorkerReport) -> str:
    """The jobs that it is at."""
    more = len(worker.doing) - MOST_NAMED
    return ", ".join(worker.doing[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
