"""What happens in the supervisor, as plain facts that the log (and later metrics) subscribe to.

An event carries numbers, ids and enumerated words only: never a transcript, a name, a token or a file path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; the class's name says what, its fields the facts."""

    severity = "info"


@dataclass(frozen=True, slots=True)
class ServiceReady(Event):
    """Signed in, and at least one worker is ready."""

    bot: str
    """Its @username."""
    start_seconds: float
    workers: int


@dataclass(frozen=True, slots=True)
class ServiceDraining(Event):
    """Intake is closed; what runs is finished within the bound."""

    cause: str


@dataclass(frozen=True, slots=True)
class Reconfigured(Event):
    """Every key that may change while the service runs is in force as the configuration has it now."""


@dataclass(frozen=True, slots=True)
class RestartNeeded(Event):
    """Keys of the configuration have changed that a running service can't take over; the next start does."""

    severity = "warning"
    keys: str
    """Their names, as "[workers] count, [telegram] probe_seconds"."""


@dataclass(frozen=True, slots=True)
class ReconfigurationRefused(Event):
    """The configuration has problems, which `voicepipe config check` names; the former one stays in force."""

    severity = "error"
    problems: int


@dataclass(frozen=True, slots=True)
class RecordingRefused(Event):
    chat_id: int
    message_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class JobAccepted(Event):
    chat_id: int
    message_id: int
    kind: str
    declared_seconds: int | None
    file_bytes: int


@dataclass(frozen=True, slots=True)
class JobConcluded(Event):
    chat_id: int
    message_id: int
    outcome: str
    audio_seconds: float | None
    queue_seconds: float
    compute_seconds: float
    total_seconds: float


@dataclass(frozen=True, slots=True)
class JobDelivered(Event):
    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class JobUndeliverable(Event):
    """The chat can't be written to any more: the recording stays without its answer."""

    severity = "warning"
    chat_id: int
    message_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class WorkerReady(Event):
    worker: int
    pid: int
    load_seconds: float


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
class TaskDone(Event):
    """A worker has answered a task."""

    severity = "debug"
    worker: int
    parts: int
    """Openings and further windows that were done together."""
    audio_seconds: float
    """Of speech, in all of them."""
    wall_seconds: float
    """From handing it over to its last answer."""
    opened_seconds: float = 0.0
    """Of the longest recording that was opened in it: all of that was decoded and searched, whatever its windows."""


@dataclass(frozen=True, slots=True)
class SandboxIncomplete(Event):
    """Workers could not give up all that they should: the kernel or libseccomp is missing something. Said once."""

    severity = "warning"
    missing: str
    """What they are not kept from, as "network programs"."""


@dataclass(frozen=True, slots=True)
class FloodWaited(Event):
    severity = "warning"
    method: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RequestRetried(Event):
    severity = "warning"
    method: str
    cause: str
    attempt: int


@dataclass(frozen=True, slots=True)
class RecordsCatchingUp(Event):
    """Many entries are missing in the records, as when they are built again; this comes every few seconds meanwhile."""

    applied: int
    entries: int


@dataclass(frozen=True, slots=True)
class RecordsRebuilt(Event):
    severity = "warning"
    cause: str
    entries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class DiskIsFull(Event):
    """Something could not be kept for want of room; it is tried again."""

    severity = "error"


@dataclass(frozen=True, slots=True)
class BotChanged(Event):
    """The token is another bot's: what the former one had not answered yet is closed, and given back."""

    severity = "warning"
    jobs: int


@dataclass(frozen=True, slots=True)
class InvariantBroken(Event):
    """Journal, records and balances contradict each other; `voicepipe check` says where."""

    severity = "error"
    violations: int


@dataclass(frozen=True, slots=True)
class CaughtUp(Event):
    """Messages were fetched that Telegram had not pushed (some of them may be known already)."""

    box: int
    messages: int


@dataclass(frozen=True, slots=True)
class PositionLost(Event):
    """Telegram can't tell what a box missed, for too much of it or for not knowing the position.

    Messages are read by their ids as far as that goes; what lies further back is not answered.
    """

    severity = "warning"
    box: int
    cause: str


@dataclass(frozen=True, slots=True)
class SessionRestarted(Event):
    """Telegram did not answer; the connection is made anew."""

    severity = "warning"


@dataclass(frozen=True, slots=True)
class BackgroundError(Event):
    """Something unimportant failed; the service goes on."""

    severity = "warning"
    what: str
    cause: str


class Events:
    """The one place where events go; subscribers are called in turn, in the thread that emits (the event loop's)."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Event], None]] = []

    def subscribe(self, subscriber: Callable[[Event], None]) -> None:
        self._subscribers.append(subscriber)

    def emit(self, event: Event) -> None:
        for subscriber in self._subscribers:
            subscriber(event)
