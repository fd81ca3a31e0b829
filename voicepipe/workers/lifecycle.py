"""The life of one worker as a pure function: (life, event, now) -> (life, actions)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WorkerState(StrEnum):
    """Where a worker is in its life."""

    STOPPED = "stopped"
    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    DRAINING = "draining"
    TERMINATING = "terminating"
    EXITED = "exited"
    BACKOFF = "backoff"
    FAILED = "failed"


class LossCause(StrEnum):
    """Why a worker went away under its task."""

    DIED = "died"
    """The process ended by itself or was killed from outside."""
    DEADLINE = "deadline"
    """The task took longer than its deadline, and the process was killed for it."""
    STOPPING = "stopping"
    """The pool was stopped and would wait no longer."""


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The outcome of a task whose worker went away under it."""

    cause: LossCause
