"""What happens to workers, here and on other machines."""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.events.base import Event


@dataclass(frozen=True, slots=True)
class WorkerReady(Event):
    worker: int
    pid: int
    load_seconds: float
    reason: str = "start"
    """Why it was started: `start` of the service, `death` of the one before, or `replacement` of a worn-out one."""


@dataclass(frozen=True, slots=True)
class WorkerDied(Event):
    severity = "warning"
    worker: int
    pid: int
    cause: str
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class WorkerFailed(Event):
    severity = "error"
    worker: int
    cause: str


@dataclass(frozen=True, slots=True)
class ExpressLeftOut(Event):
    """There are fewer express workers than configured: memory is short, or it is a GPU's that nobody knows."""

    running: int


@dataclass(frozen=True, slots=True)
class TaskDone(Event):
    """A worker has answered a task."""

    severity = "debug"
    worker: int
    parts: int
    """Openings and further windows that were done together."""
    audio_seconds: float
    """Seconds of speech in all parts together."""
    wall_seconds: float
    """From the moment the worker got it to its last answer."""
    opened_seconds: float = 0.0
    """Length of the longest recording opened in it: all of it was decoded and searched for speech."""
    model: str = ""
    """That it has in place of the one of the configuration."""


@dataclass(frozen=True, slots=True)
class SandboxIncomplete(Event):
    """The sandbox of the workers is incomplete: the kernel or libseccomp lacks something. Emitted once."""

    severity = "warning"
    missing: str
    """What workers can still do, as "network programs"."""


@dataclass(frozen=True, slots=True)
class HostJoined(Event):
    """Another machine's workers work for this service."""

    host: str
    device: str
    slots: int


@dataclass(frozen=True, slots=True)
class HostLeft(Event):
    """Another machine's workers do not work for this service any more; what they had is done elsewhere."""

    severity = "warning"
    host: str
    cause: str
    """farewell, silent, restarted, returned (it began anew by itself), refused, nonsense or stopping."""


@dataclass(frozen=True, slots=True)
class HostRefused(Event):
    """Another machine offers workers that can't work for this service."""

    severity = "warning"
    host: str
    reason: str


@dataclass(frozen=True, slots=True)
class MessageServerChanged(Event):
    """The message server, by which this machine talks to others, is there or away; workers at home don't need it."""

    severity = "warning"
    is_there: bool
    trouble: str
    """What is wrong, as the client says."""


@dataclass(frozen=True, slots=True)
class HomeChanged(Event):
    """On a host: the service that it works for has it among its hosts, or has not."""

    severity = "warning"
    is_there: bool
    reason: str
