"""What happens in the supervisor, as plain facts that the log and the metrics subscribe to.

An event carries numbers, ids and enumerated words only: never a transcript, a name, a token or a file path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; the class's name says what, its fields the facts."""

    severity = "info"
    happens_to_a_job = False
    """Whether it belongs to the job that was being worked on when it happened."""


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
class MonitoringOpened(Event):
    """How the service is can be asked on this machine."""

    port: int
    """0: on a Unix socket."""


@dataclass(frozen=True, slots=True)
class SignInDelayed(Event):
    """Telegram can't be reached, or does not let the bot sign in just now; it is tried again."""

    severity = "warning"
    cause: str


@dataclass(frozen=True, slots=True)
class ClockIsWrong(Event):
    """This machine's clock differs from Telegram's; the bot works, but quota days begin at the wrong time."""

    severity = "warning"
    ahead_seconds: float
    """Negative: it is behind."""


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
    door: str = ""


@dataclass(frozen=True, slots=True)
class JobAccepted(Event):
    chat_id: int
    message_id: int
    kind: str
    declared_seconds: int | None
    file_bytes: int
    door: str = ""


@dataclass(frozen=True, slots=True)
class PartCrashed(Event):
    """A part of a recording raised an error in its worker that is no verdict on the recording: it is one of ours."""

    chat_id: int
    message_id: int
    part: int
    """0 for the opening and n for the n-th further window."""
    error: str
    """The exception's type and where it was raised."""
    door: str = ""


@dataclass(frozen=True, slots=True)
class JobConcluded(Event):
    chat_id: int
    message_id: int
    outcome: str
    audio_seconds: float | None
    queue_seconds: float
    compute_seconds: float
    total_seconds: float
    door: str = ""


@dataclass(frozen=True, slots=True)
class StageDone(Event):
    """A job has passed a stage of its way."""

    severity = "debug"
    chat_id: int
    message_id: int
    stage: str
    """`waited` (from its acceptance until a worker had it), `fetched`, `recognised` (from then on until its outcome was
    recorded) or `delivered` (until nothing was left to do for it)."""
    seconds: float
    door: str = ""


@dataclass(frozen=True, slots=True)
class PredictionMet(Event):
    """A recording is recognised for which a time had been predicted."""

    severity = "debug"
    chat_id: int
    message_id: int
    predicted_seconds: float
    error_seconds: float
    """How far the time it took is from that, either way."""
    door: str = ""


@dataclass(frozen=True, slots=True)
class JobDelivered(Event):
    chat_id: int
    message_id: int
    door: str = ""


@dataclass(frozen=True, slots=True)
class TextMade(Event):
    """A text processor is through with a text."""

    kind: str
    """What was wanted, as `summary`."""
    outcome: str
    """Who made it: `built_in`, `model` or, for a model that is away, `stand_in`; `kept`: it was there; else why not."""
    seconds: float


@dataclass(frozen=True, slots=True)
class JobUndeliverable(Event):
    """Telegram does not let the bot write to the chat any more: the recording stays unanswered and costs nothing."""

    severity = "warning"
    chat_id: int
    message_id: int
    cause: str
    door: str = ""


@dataclass(frozen=True, slots=True)
class JobWithdrawn(Event):
    """The recording was deleted from its group: nothing is published there, and nothing charged."""

    chat_id: int
    message_id: int
    door: str = ""


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
    """farewell, silent, restarted, refused, nonsense or stopping."""


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


@dataclass(frozen=True, slots=True)
class SandboxIncomplete(Event):
    """The sandbox of the workers is incomplete: the kernel or libseccomp lacks something. Emitted once."""

    severity = "warning"
    missing: str
    """What workers can still do, as "network programs"."""


@dataclass(frozen=True, slots=True)
class FloodWaited(Event):
    severity = "warning"
    happens_to_a_job = True
    method: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RequestRetried(Event):
    severity = "warning"
    happens_to_a_job = True
    method: str
    cause: str
    attempt: int


@dataclass(frozen=True, slots=True)
class RecordsCatchingUp(Event):
    """The records lack many entries, as while they are rebuilt; emitted every few seconds until they are complete."""

    applied: int
    entries: int


@dataclass(frozen=True, slots=True)
class RecordsRebuilt(Event):
    severity = "warning"
    cause: str
    entries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class JournalCommitted(Event):
    """A transaction of the journal is on the disk."""

    severity = "debug"
    seconds: float
    """How long it took, from its beginning."""


@dataclass(frozen=True, slots=True)
class QuotaMoved(Event):
    """Seconds were reserved for a job, given back or granted."""

    severity = "debug"
    kind: str
    """As in the ledger."""
    seconds: int


@dataclass(frozen=True, slots=True)
class DiskIsFull(Event):
    """Something could not be written because the disk is full; it is tried again."""

    severity = "error"
    happens_to_a_job = True


@dataclass(frozen=True, slots=True)
class BotChanged(Event):
    """The token belongs to another bot: the former one's unfinished jobs are closed and their quota is refunded."""

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
    """Telegram can't tell what a box missed: it is too much, or Telegram does not know the position.

    Messages are read by their ids as far as that is possible; older ones are not answered.
    """

    severity = "warning"
    box: int
    cause: str


@dataclass(frozen=True, slots=True)
class ConnectionLost(Event):
    """The connection to Telegram is lost; the client tries to make it again until it succeeds."""

    severity = "warning"


@dataclass(frozen=True, slots=True)
class ConnectionRestored(Event):
    """The connection to Telegram is there again, after so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AccountConnected(Event):
    """Somebody lets the bot see private chats of theirs, or has changed what it may do there."""

    user_id: int
    can_reply: bool


@dataclass(frozen=True, slots=True)
class AccountDisconnected(Event):
    """Somebody lets the bot see private chats of theirs no more."""

    user_id: int


@dataclass(frozen=True, slots=True)
class UpdateUnread(Event):
    """Telegram told of something that voicepipe knows but does not act upon yet, as a payment."""

    severity = "warning"
    kind: str


@dataclass(frozen=True, slots=True)
class SessionRestarted(Event):
    """Telegram did not answer; a new connection is made."""

    severity = "warning"


@dataclass(frozen=True, slots=True)
class BackgroundError(Event):
    """Something unimportant failed; the service goes on."""

    severity = "warning"
    happens_to_a_job = True
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
