"""What a worker is to the pool, wherever it computes: a seat, and for each of its incarnations a link.

`local.py` has both for a process on this machine, `remote/link.py` for one on another. All is called in the event
loop's thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from voicepipe.wire.codec import Garbage
from voicepipe.wire.messages import FromWorker, Guard
from voicepipe.workers.assignment import Assignment
from voicepipe.workers.lifecycle import Action, LossCause
from voicepipe.workers.pace import Pace


class Link(Protocol):
    """One incarnation of a worker."""

    @property
    def pid(self) -> int | None:
        """Of its process, where that is on this machine."""
        ...

    @property
    def cpu_seconds(self) -> float | None:
        """What its process has had of processors so far; None where nobody knows."""
        ...

    def hand_over(self, assignment: Assignment) -> None:
        """Hand a task over, with what its parts need. Parts for which that is not there are left out of it.

        When the worker is dead or does not read, nothing happens: its end, or the deadline, will tell.
        """

    def obey(self, action: Action) -> None:
        """Carry out what concerns the running worker: AskToCheck, AskToExit, DumpStacks, Kill."""

    def release(self) -> int:
        """Close what belonged to it once it is gone; its exit code (minus the signal's number for a killed one)."""
        ...


class Listener(Protocol):
    """Who hears what comes over a link."""

    def hear(self, link: Link, message: FromWorker) -> None:
        """The worker has sent a message."""

    def fell_silent(self, link: Link, garbage: Garbage | None) -> None:
        """Nothing more comes: the worker ends, or has to be ended for talking nonsense."""

    def exited(self, link: Link, loss: LossCause | None = None) -> None:
        """The worker is gone; `loss` is why its task is lost, where that is known."""


class Seat(Protocol):
    """Where one worker of a pool computes. Each has settings of its own."""

    @property
    def model_path(self) -> Path:
        """What it loads."""
        ...

    @property
    def wanted_guards(self) -> tuple[Guard, ...]:
        """What its worker should be kept from."""
        ...

    @property
    def is_express(self) -> bool:
        """Whether its worker takes only what is short."""
        ...

    @property
    def host(self) -> str:
        """The other machine that it is on; empty: on this one."""
        ...

    @property
    def pace(self) -> Pace:
        """How fast workers are there; shared by seats that are alike."""
        ...

    def connect(self, name: str, listener: Listener) -> Link:
        """Start a worker there. Raises OSError when that can't be done just now."""
        ...
