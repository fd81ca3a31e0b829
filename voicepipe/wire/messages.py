"""Everything that crosses the boundary between the supervisor and a worker process.

The supervisor sends `Boot` first, then `Recognise` to an idle worker (at most one at a time) and at last `Stop`. The
worker first sends `Ready` or `BootFailed`; after that, for each `Recognise`, `Begun`, then for each of its parts any
number of `Found` and exactly one of `Recognised`, `Opened`, `Rejected` or `Crashed`, and at last `Finished`; for each
`Check`, which an idle worker gets now and then, `Checked`; from a thread of its own `Heartbeat` every few seconds; and
`Stopped` as its last word after `Stop`.

A message crosses as JSON: `["Type", field, …]`, checked against the types written here when it is read. A worker
decodes hostile media, so what it says must be data that can't do anything in the supervisor; a pickle could. Sound
crosses as open files, never as bytes and never by name: the descriptors that a `Recognise` is about go ahead of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voicepipe.domain.transcripts import Failure, FailureReason, Segment

MOST_ERROR_SIGNS = 200


# --- supervisor -> worker -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Boot:
    """How to work; the first message. Fields as in the configuration's sections `recognition` and `workers`."""

    engine: str
    """What recognises, see `worker/engines`."""
    model_path: Path
    """A directory that holds a model of that engine's."""
    device: str
    compute_type: str
    threads: int
    language: str | None
    """ISO 639-1 code of all recordings, or None to detect it for each."""
    languages: tuple[str, ...]
    """ISO 639-1 codes that detection chooses among. Empty: all that the model knows."""
    preferred_language: str
    min_language_probability: float
    beam_size: int
    has_short_context: bool
    """Whether a short window is encoded without being filled up to a full one."""
    limits_tokens: bool
    """Whether a text may hold only so many tokens as its window's length allows."""
    vad: bool
    condition_on_previous_text: bool
    heartbeat_seconds: float
    is_sandboxed: bool
    """Whether the worker gives up what it does not need; see `Guard`."""
    memory_limit_bytes: int
    """What it may take beyond its loaded model. 0: no limit."""


@dataclass(frozen=True, slots=True)
class Check:
    """Show that you can still decode. Sent to an idle worker only."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a recording, in samples at 16 kHz from its beginning; the end is not part of it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """Speech that is recognised in one go: at most `Capabilities.window_seconds` of it."""

    spans: tuple[Span, ...]
    """What of the recording it is, in order; what lies between is silence."""
    offset: int
    """Where its sound begins in the recording's sound file, in samples; the spans follow one another there."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a recording is recognised, as far as that differs from one to the next; what is not said is as in `Boot`."""

    language: str | None = None
    """ISO 639-1 code to recognise in."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes that detection chooses among: those of `Boot`'s that are here, too, if any are. One is taken."""
    likely: str | None = None
    """ISO 639-1 code of the language assumed where detection is unsure, if it is one of those; what is said in an
    instant counts as unsure sooner."""
    translates: bool = False
    """Whether the text is to be in English, whatever is spoken."""
    vocabulary: str = ""
    """Names and jargon that may be said, with commas."""


AS_CONFIGURED = Options()


@dataclass(frozen=True, slots=True)
class Opening:
    """A recording nobody has looked into: find its windows and recognise the first, or none of them.

    Its files: the media to read, and the sound file to write the further windows to (mono PCM, 16 bits, 16 kHz).
    """

    limit_seconds: float
    """More decoded audio than this is answered with `Rejected(TOO_LONG)` instead of being recognised."""
    options: Options = AS_CONFIGURED
    track: int | None = None
    """The audio track, from 1 on; None: the one that a player would choose, or the first that has speech."""
    ends_at_limit: bool = False
    """Whether what comes after `limit_seconds` is left out instead."""
    recognises: bool = True
    """Whether its first window is recognised at once; else it is `Found`, as the others, and the answer is `Opened`."""


@dataclass(frozen=True, slots=True)
class FurtherWindow:
    """A further window of a recording that has been opened. Its file: the sound file, to read."""

    window: Window
    options: Options
    """As the recording's opening had them, but for the language: that is the one that was found in its first window."""


@dataclass(frozen=True, slots=True)
class Recognise:
    """Recognise together what may come from different recordings. Sent to an idle worker only.

    Each opening and each further window is a part; they are numbered from 0 on, the openings first.
    """

    task_id: int
    openings: tuple[Opening, ...]
    further: tuple[FurtherWindow, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """Finish nothing more, say `Stopped` and exit. Sent to an idle worker, or to one whose task is given up."""


# --- worker -> supervisor -----------------------------------------------------------------------------------------
class BootFailure(StrEnum):
    """Why a worker could not start."""

    ENGINE_UNUSABLE = "engine_unusable"
    """There is none of the configured name."""
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
class Capabilities:
    """What an engine is like, as far as it matters to who gives it work."""

    window_seconds: float
    """The longest window."""
    batch_size: int
    """Most parts that a task should have."""
    is_batch_cheap: bool
    """Whether many windows together take little longer than one, so that nobody waits for company."""
    size_limits_seconds: tuple[float, ...] = ()
    """Where windows of some lengths are alike to it, and only those of one size class gain by being done together: the
    longest of each class, ascending; what is longer than all is the last class. Empty: all are alike."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded and has decoded a short silent clip; the worker waits for work."""

    capabilities: Capabilities
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
class Found:
    """Further windows of a recording that is being opened, the next in order; their sound is in its file."""

    task_id: int
    part: int
    windows: tuple[Window, ...]
    language: str | None
    """Of the recording, as found in its first window: ISO 639-1 code. None where nothing is recognised."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is said in a window; of an opening, in the first, and all others have been `Found`."""

    task_id: int
    part: int
    segments: tuple[Segment, ...]
    """In seconds of the recording; texts keep their leading space. None where nothing is said."""
    language: str
    """ISO 639-1 code, as Whisper names it."""
    language_probability: float
    """1.0 where the language was given."""
    speech_seconds: float
    """Of the window."""
    audio_seconds: float
    """Of an opening: seconds really decoded from the media, whatever its metadata says. Of a further window: 0."""
    compute_seconds: float
    """CPU seconds of the worker process spent on the part; what was done together is shared out evenly."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Of an opening that was to recognise nothing: all windows have been `Found`."""

    task_id: int
    part: int
    audio_seconds: float
    """Seconds really decoded from the media, whatever its metadata says."""
    compute_seconds: float
    """CPU seconds of the worker process spent on the part."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The recording is at fault: nothing in it could be, or was allowed to be, recognised."""

    task_id: int
    part: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class Crashed:
    """The part raised an exception that is no verdict on the recording; the worker goes on."""

    task_id: int
    part: int
    error: str
    """The exception's type and where it was raised; never its message, which may quote the recording."""

    @property
    def safe_error(self) -> str:
        """`error` as it may stand in a log, for a worker may have been made to say anything."""
        return re.sub(r"[^\w .:<>/-]", "?", self.error)[:MOST_ERROR_SIGNS]

    @property
    def failure(self) -> Failure:
        """The verdict, when there is no other try."""
        return Failure(FailureReason.INTERNAL, detail=self.safe_error)


@dataclass(frozen=True, slots=True)
class Finished:
    """Each part has had its answer; the worker waits for the next task."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The worker's last message after `Stop`."""


ToWorker = Boot | Check | Recognise | Stop
Answer = Recognised | Opened | Rejected | Crashed
FromWorker = (
    Ready
    | BootFailed
    | Heartbeat
    | Checked
    | Begun
    | Found
    | Recognised
    | Opened
    | Rejected
    | Crashed
    | Finished
    | Stopped
)
