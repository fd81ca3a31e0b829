"""Everything that crosses between home (the supervisor) and a host: a machine that keeps workers of its own.

A host says `Hello`; home answers `Welcome` or `Refused`. From then on the host sends a `Beat` every few seconds, and
home answers each with a `Lease`. Home hands over tasks, each part in a `Give` of its own together with its sound. For
each task the host says `Got`, an `Answered` for each part together with what its worker said, and `Ended`; or `Lost`. A
host that goes says `Farewell`; one whose session home does not know is told `Stranger` and says `Hello` anew.

A message is one frame: two letters, the protocol's version, the length of the head, the head (JSON, checked against
the types written here when it is read) and a body of bytes: a window's sound, or a worker's message. Frames are
bounded. Who sent one is told by the subject that it came by, which the message server lets nobody else write to.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from voicepipe.wire.codec import Garbage, decode, encode
from voicepipe.wire.messages import Capabilities, FurtherWindow, Window
from voicepipe.wire.sound import SAMPLE_BYTES, SAMPLE_RATE

VERSION = 2
"""Of the messages here. Other versions are refused: both ends are upgraded together."""
LONGEST_WINDOW_SECONDS = 30
MOST_BODY_BYTES = LONGEST_WINDOW_SECONDS * SAMPLE_RATE * SAMPLE_BYTES
"""A window's sound. With its head it fits a message server's usual 1 MiB."""
MOST_HEAD_BYTES = 64 << 10
MOST_SLOTS = 256
"""Of one host."""
MOST_PARTS = 64
"""Of one task."""
_PREFIX = struct.Struct(">2sBI")
_MARK = b"VP"


class OtherVersion(Exception):
    """The other end speaks another version; the argument is which."""

    def __init__(self, version: int) -> None:
        super().__init__(f"it speaks version {version} of the protocol, and here it is version {VERSION}")


# --- host -> home -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Decoding:
    """What a text depends on; at home and on all hosts it has to be the same, for a recording's windows to be alike."""

    engine: str
    model: str
    """SHA-256 of the model's files."""
    language: str | None
    languages: tuple[str, ...]
    preferred_language: str
    min_language_probability: float
    beam_size: int
    has_short_context: bool
    limits_tokens: bool
    condition_on_previous_text: bool


@dataclass(frozen=True, slots=True)
class Hello:
    """A host offers to work."""

    voicepipe: str
    """Its version, for the operator."""
    life: str
    """Chance: another one means that the host was started anew."""
    model: str
    """The name of its model, or of the directory that it is in."""
    decoding: Decoding
    device: str
    compute_type: str
    slots: int
    """Tasks that it takes at once."""
    capabilities: Capabilities
    part_seconds: float
    """What a window took it, as it measured; 0.0 before it has done any."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The host lives."""

    session: str
    heard: int
    """The number of home's latest message that has reached it."""
    slots: int
    """Tasks that it can take at once now; fewer while it starts workers anew, none while it goes."""
    running: tuple[int, ...]
    """The tasks that it has."""
    rss_bytes: int
    """Of its workers, together."""


@dataclass(frozen=True, slots=True)
class Got:
    """A worker has the task."""

    session: str
    task: int
    secret: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A part is done; the body is the worker's `Recognised`, `Rejected` or `Crashed`."""

    session: str
    task: int
    secret: str
    part: int


@dataclass(frozen=True, slots=True)
class Ended:
    """Each part has had its answer."""

    session: str
    task: int
    secret: str


class Loss(StrEnum):
    """Why a host does not answer a part."""

    NOT_BEGUN = "not_begun"
    """No worker had it."""
    DIED = "died"
    """The worker that had it is dead, and the host lives."""
    DEADLINE = "deadline"
    """It took longer than it may, and its worker was killed for it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What of the task has no answer will have none."""

    session: str
    task: int
    secret: str
    cause: Loss


@dataclass(frozen=True, slots=True)
class Farewell:
    """The host goes, and has nothing left to do."""

    session: str


# --- home -> host -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Welcome:
    """The host is one of home's."""

    life: str
    """Which it is told to."""
    session: str
    beat_seconds: float
    """How often it shall send a `Beat`."""
    lease_seconds: float
    """After so long without a word of the other, each end takes it for gone."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The host can't be one of home's."""

    reason: str
    """A sentence for its operator."""
    retry_seconds: float
    """When it may ask again."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Home knows no such session."""

    session: str


@dataclass(frozen=True, slots=True)
class Lease:
    """A `Beat` has been heard: the host keeps what it has."""

    session: str
    number: int


@dataclass(frozen=True, slots=True)
class Give:
    """A part of a task; the body is its sound, of which its window is all. The task begins when all parts are there."""

    session: str
    number: int
    """Counts home's messages of this session."""
    task: int
    secret: str
    """Who answers has to know it."""
    part: int
    parts: int
    further: FurtherWindow


@dataclass(frozen=True, slots=True)
class Drop:
    """The task is no longer wanted."""

    session: str
    number: int
    task: int


ToHost = Welcome | Refused | Stranger | Lease | Give | Drop
FromHost = Hello | Beat | Got | Answered | Ended | Lost | Farewell


# --- frames -----------------------------------------------------------------------------------------------------------
def frame(message: ToHost | FromHost, body: bytes = b"") -> bytes:
    """The message as bytes. Raises ValueError for one that is too large."""
    head = encode(message)
    if len(head) > MOST_HEAD_BYTES or len(body) > MOST_BODY_BYTES:
        raise ValueError(f"a {type(message).__name__} of {len(head)} and {len(body)} bytes is too large")
    return b"".join((_PREFIX.pack(_MARK, VERSION, len(head)), head, body))


def read_frame(data: bytes, union: Any) -> tuple[Any, bytes]:
    """The message, one of the dataclasses of `union`, and its body. Raises OtherVersion, and Garbage for all else."""
    if len(data) < _PREFIX.size or len(data) > _PREFIX.size + MOST_HEAD_BYTES + MOST_BODY_BYTES:
        raise Garbage("length")
    mark, version, length = _PREFIX.unpack_from(data)
    if mark != _MARK:
        raise Garbage("mark")
    if version != VERSION:
        raise OtherVersion(version)
    if length > MOST_HEAD_BYTES or _PREFIX.size + length > len(data):
        raise Garbage("length")
    begin = _PREFIX.size + length
    if len(data) - begin > MOST_BODY_BYTES:
        raise Garbage("length")
    return decode(data[_PREFIX.size : begin], union), data[begin:]


def sound_bytes(window: Window) -> int:
    """How many bytes a window's sound has."""
    return sum(span.end - span.start for span in window.spans) * SAMPLE_BYTES


# --- subjects ---------------------------------------------------------------------------------------------------------
HOME = "home"
"""The supervisor's name among the server's users."""
ALL_HOSTS = "voicepipe.home.*"
"""What home listens to. Home alone may."""


def to_home(host: str) -> str:
    """The subject by which a host speaks to home; nobody else may write to it."""
    return f"voicepipe.home.{host}"


def to_host(host: str) -> str:
    """The subject by which home speaks to a host; the host alone may listen to it, and home alone write."""
    return f"voicepipe.host.{host}"


def permissions(name: str) -> str:
    """What a user of the message server may, as its configuration has it: home, or the host of that name."""
    writes, reads = (to_host("*"), ALL_HOSTS) if name == HOME else (to_home(name), to_host(name))
    return f'{{publish: "{writes}", subscribe: "{reads}"}}'


def host_of(subject: str) -> str:
    """Who speaks by a subject that home listens to."""
    return subject.rpartition(".")[2]
