"""Everything that crosses the boundary between the supervisor and a worker process.

One incarnation of a worker has two private one-way pipes. The supervisor sends `Boot` first, then `Recognise` to an
idle worker (at most one at a time) and at last `Stop`. The worker first sends `Ready` or `BootFailed`; after that, for
each `Recognise`, `Begun`, any number of `Progress` and then exactly one of `Recognised`, `Rejected` or `Crashed`; for
each `Check`, which an idle worker gets now and then, `Checked`; from a thread of its own `Heartbeat` every few seconds;
and `Stopped` as its last word after `Stop`. Audio crosses as a path, never as bytes.

A message crosses as JSON: `["Type", field, …]`, checked against the types written here when it is read. A worker
decodes hostile media, so what it says must be data that can't do anything in the supervisor; a pickle could.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voicepipe.jobs import Failure, Transcript


# --- supervisor -> worker -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Boot:
    """How to work; the first message. Fields as in the configuration's sections `recognition` and `workers`."""

    model_path: Path
    """A directory that holds a CTranslate2 Whisper model."""
    device: str
    compute_type: str
    threads: int
    language: str | None
    """ISO 639-1 code of all recordings, or None to detect it for each."""
    preferred_language: str
    min_language_probability: float
    beam_size: int
    vad: bool
    condition_on_previous_text: bool
    heartbeat_seconds: float
    is_sandboxed: bool
    """Whether the worker gives up what it does not need; see `Guard`."""
    memory_limit_bytes: int
    """What it may take beyond its loaded model. 0: no limit."""
    spool: Path | None
    """The directory that recordings are read from, and a sandboxed worker nothing else; None: from anywhere."""


@dataclass(frozen=True, slots=True)
class Check:
    """Show that you can still decode. Sent to an idle worker only."""


@dataclass(frozen=True, slots=True)
class Recognise:
    """Recognise the recording in a file. Sent to an idle worker only."""

    task_id: int
    path: Path
    limit_seconds: float
    """More decoded audio than this is answered with `Rejected(TOO_LONG)` instead of being recognised."""
    language: str | None = None
    """ISO 639-1 code to recognise in; None: as `Boot` says."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Finish nothing more, say `Stopped` and exit. Sent to an idle worker, or to one whose task is given up."""


# --- worker -> supervisor -----------------------------------------------------------------------------------------
class BootFailure(StrEnum):
    """Why a worker could not start."""

    MODEL_MISSING = "model_missing"
    MODEL_UNUSABLE = "model_unusable"
    DEVICE_UNUSABLE = "device_unusable"
    OUT_OF_MEMORY = "out_of_memory"
    SHUT_IN_UNUSABLE = "shut_in_unusable"
    """It decodes, but no longer once it has given up what the sandbox takes."""
    UNEXPECTED = "unexpected"

    @property
    def retryable(self) -> bool:
        """Whether another try may go better without anybody changing anything."""
        return self in (BootFailure.OUT_OF_MEMORY, BootFailure.UNEXPECTED)


class Guard(StrEnum):
    """What a sandboxed worker is kept from."""

    NETWORK = "network"
    """It opens no socket."""
    PROGRAMS = "programs"
    """It starts no program and no process, and reaches no other one."""
    WRITING = "writing"
    """It makes, changes and removes no file."""
    READING = "reading"
    """It opens no file but recordings."""
    MEMORY = "memory"
    """It takes no more memory than it is allowed."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded and has decoded a short silent clip; the worker waits for work."""

    model: str
    load_seconds: float
    guards: tuple[Guard, ...]
    """What is in force of the sandbox."""


@dataclass(frozen=True, slots=True)
class BootFailed:
    """The worker can't work and exits."""

    failure: BootFailure
    detail: str
    """A sentence for the operator: what is wrong, and what was expected."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The process lives (sent by a thread: proves nothing about progress). `rss_bytes` is its resident memory."""

    rss_bytes: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The worker has decoded a short silent clip once more."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The worker has got the task: from here on its death may be the recording's fault."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the task has come, in seconds of audio."""

    task_id: int
    done_seconds: float
    audio_seconds: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """The recording's text."""

    task_id: int
    transcript: Transcript
    compute_seconds: float
    """CPU seconds of the worker process spent on the task."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The recording is at fault: nothing in it could be, or was allowed to be, recognised."""

    task_id: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class Crashed:
    """The task raised an exception that is no verdict on the recording; the worker goes on."""

    task_id: int
    error: str
    """The exception's type and where it was raised; never its message, which may quote the recording."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The worker's last message after `Stop`."""


ToWorker = Boot | Check | Recognise | Stop
FromWorker = Ready | BootFailed | Heartbeat | Checked | Begun | Progress | Recognised | Rejected | Crashed | Stopped
