"""Readings: the numbers that are not counted but read from the parts of the running service when they are asked for.

All are read in the event loop, from memory and by system calls that no disk is waited for.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from voicepipe import __version__
from voicepipe.machine import free_bytes
from voicepipe.workers.lifecycle import WorkerState

if TYPE_CHECKING:
    from voicepipe.config.files import StateFiles
    from voicepipe.config.live import LiveConfig
    from voicepipe.metrics import Metrics, Reading
    from voicepipe.scheduling.estimate import Estimator
    from voicepipe.scheduling.gate import FetchGate
    from voicepipe.store import Store
    from voicepipe.workers.member import WorkerStatus
    from voicepipe.workers.pool import WorkerPool
    from voicepipe.workers.remote.fleet import Fleet

_MIB = 1024 * 1024
LANES = ("usual", "express")

Values = Mapping[tuple[str, ...], float]


class Queue(Protocol):
    """What knows the recordings in work."""

    @property
    def oldest_seconds(self) -> float: ...


class Link(Protocol):
    """The connection to Telegram."""

    @property
    def is_connected(self) -> bool: ...

    @property
    def silent_seconds(self) -> float: ...


class Refunds(Protocol):
    """What has Stars given back."""

    @property
    def refund_waits_seconds(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Reads the parts of a running service."""

    live: LiveConfig
    pool: WorkerPool
    gate: FetchGate
    estimator: Estimator
    store: Store
    queue: Queue
    link: Link
    refunds: Refunds
    fleet: Fleet | None = None
    """Workers on other machines, where they are wanted."""
    started_at: float = field(default_factory=time.monotonic)

    def supply(self, metrics: Metrics) -> None:
        """Give the metrics what they can't count."""
        recognition = self.live.recognition
        info = (__version__, recognition.model_name, recognition.profile)
        readings: dict[str, Reading] = {
            "info": lambda: {info: 1.0},
            "uptime_seconds": lambda: time.monotonic() - self.started_at,
            "queue_recordings": lambda: self.gate.not_begun,
            "queue_oldest_seconds": lambda: self.queue.oldest_seconds,
            "jobs_unfinished": self.store.jobs.admitted,
            "jobs_limit": lambda: self.live.limits.max_jobs,
            "workers": self._workers,
            "host_slots": self._hosts,
            "worker_memory_bytes": self._memory,
            "worker_real_time_factor": self._speeds,
            "worker_busy_seconds": self._busy,
            "telegram_connected": lambda: float(self.link.is_connected),
            "telegram_silent_seconds": lambda: self.link.silent_seconds,
            "refund_waits_seconds": lambda: self.refunds.refund_waits_seconds,
            "records_lag_entries": lambda: self.store.records_lag,
            "disk_free_bytes": lambda: free_bytes(self.live.service.state_path),
            "disk_reserve_bytes": lambda: self.live.limits.min_free_disk_mib * _MIB,
            "state_bytes": lambda: _sizes(self.live.service.files),
        }
        for name, reading in readings.items():
            metrics.supply(f"voicepipe_{name}", reading)

    def _workers(self) -> Values:
        lanes = ((status, _lane(status)) for status in self.pool.statuses())
        counts = Counter((lane, status.state.value) for status, lane in lanes)
        there = (*LANES, "remote") if any(lane == "remote" for lane, _ in counts) else LANES
        return {(lane, state.value): counts[lane, state.value] for lane in there for state in WorkerState}

    def _hosts(self) -> Values:
        fleet = self.fleet
        return {} if fleet is None else {(each.name, each.state): float(each.slots) for each in fleet.statuses()}

    def _memory(self) -> Values:
        return {(str(each.worker),): each.rss_bytes for each in self.pool.statuses() if each.rss_bytes is not None}

    def _speeds(self) -> Values:
        numbers = {each.worker for each in self.pool.statuses()}
        speeds = {(str(number),): self.estimator.real_time_factor(number) for number in numbers}
        return {labels: speed for labels, speed in speeds.items() if speed is not None}

    def _busy(self) -> Values:
        return {(str(each.worker),): each.busy_seconds or 0.0 for each in self.pool.statuses()}


def _lane(status: WorkerStatus) -> str:
    if status.host:
        return "remote"
    return "express" if status.is_express else "usual"


def supply_before_sign_in(metrics: Metrics) -> None:
    """An alert would be deaf to a Telegram that is away from the start if nothing were told."""
    metrics.supply("voicepipe_telegram_connected", lambda: 0.0)


def _sizes(files: StateFiles) -> Values:
    named = {"journal": files.journal, "journal_log": files.journal_log, "records": files.records}
    return {(name,): size for name, path in named.items() if (size := _size(path)) is not None}


def _size(path: Path) -> int | None:
    with suppress(OSError):
        return path.stat().st_size
    return None
