"""One worker of the pool: what its life decides is carried out, and what happens to it is told to its life.

A member outlives its incarnations: each is a link (`link.py`), and the next is made when the life says so.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from voicepipe.wire.codec import Garbage
from voicepipe.wire.messages import (
    Answer,
    Begun,
    BootFailed,
    Capabilities,
    Checked,
    Crashed,
    Finished,
    Found,
    FromWorker,
    Heartbeat,
    Opened,
    Ready,
    Recognised,
    Rejected,
)
from voicepipe.workers import lifecycle
from voicepipe.workers.assignment import Assignment, GivenPart
from voicepipe.workers.lifecycle import Life, LossCause, Policy, WorkerState
from voicepipe.workers.link import Link, Seat


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """One worker as the operator sees it."""

    worker: int
    state: WorkerState
    is_express: bool
    """Whether it takes only what is short."""
    pid: int | None
    rss_bytes: int | None
    """Resident memory at its last heartbeat."""
    tasks_done: int
    deaths: int
    busy_seconds: float | None
    """How long its present task runs; None when it has none."""
    silent_seconds: float = 0.0
    """How long ago it was last heard of."""
    stalled_seconds: float = 0.0
    """How long ago it last showed that it gets on with its work."""
    doing: tuple[str, ...] = ()
    """The recordings that its present task is about."""
    host: str = ""
    """The other machine that it is on; empty: on this one."""


@dataclass(slots=True)
class Tally:
    """What a worker and those before it in its seat have done since the pool was started."""

    tasks_done: int = 0
    deaths: int = 0


class Watcher(Protocol):
    """Who is told what becomes of a member."""

    def changed(self, member: Member, before: Life) -> None:
        """Its life is another than before."""

    def said(self, member: Member, message: FromWorker) -> None:
        """Its present incarnation has sent a message."""

    def finished(self, member: Member, assignment: Assignment) -> None:
        """It has answered all of a task."""

    def died(self, member: Member, exit_code: int) -> None:
        """Its present incarnation is gone, and was not meant to be."""

    def broke(self, error: Exception) -> None:
        """An error that is no worker's: nothing can be trusted any more."""


class Member:
    """One worker, through all its incarnations. Satisfies Listener."""

    def __init__(
        self, number: int, seat: Seat, policy: Policy, watcher: Watcher, *, replaced: Member | None = None
    ) -> None:
        self.number = number
        self.seat = seat
        self.life = Life()
        self.replaced = replaced
        """The worker whose place this one takes when it is ready."""
        self.was_replaced = False
        self.capabilities: Capabilities | None = None
        """What the present incarnation can; None before it is ready."""
        self.tally: Tally = replaced.tally if replaced else Tally()
        self._policy = policy
        self._watcher = watcher
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._assignment: Assignment | None = None
        self._events: deque[lifecycle.Event] = deque()
        self._is_stepping = False
        self._timer: asyncio.TimerHandle | None = None
        self._heard_at = self._advanced_at = self._loop.time()

    @property
    def pid(self) -> int | None:
        return self._link.pid if self._link else None

    @property
    def is_worn_out(self) -> bool:
        """Whether a fresh one should take its place."""
        return self.life.is_worn_out(self._policy)

    def status(self) -> WorkerStatus:
        return WorkerStatus(
            worker=self.number,
            state=self.life.state,
            is_express=self.seat.is_express,
            host=self.seat.host,
            pid=self.pid,
            rss_bytes=self.life.rss_bytes,
            tasks_done=self.tally.tasks_done,
            deaths=self.tally.deaths,
            busy_seconds=self._loop.time() - self._assignment.started_at if self._assignment else None,
            silent_seconds=self._loop.time() - self._heard_at,
            stalled_seconds=self._loop.time() - self._advanced_at,
            doing=self._assignment.names if self._assignment else (),
        )

    def start_task(self, task_id: int, parts: list[GivenPart], deadline_seconds: Callable[[float], float]) -> None:
        """Begin a task; the worker must be IDLE. `deadline_seconds` is asked with the task's seconds of audio."""
        assert self._link is not None
        assert self.capabilities is not None
        window_seconds = self.capabilities.window_seconds
        assignment = Assignment(task_id, parts, window_seconds=window_seconds, now=self._loop.time())
        self._link.hand_over(assignment)
        if assignment.parts:
            self._assignment = assignment
            self._advanced_at = self._loop.time()
            seconds = deadline_seconds(assignment.audio_seconds)
            self.feed(lifecycle.Assign(task_id, seconds, self._link.cpu_seconds))

    def feed(self, event: lifecycle.Event) -> None:
        """Tell the life what happened, one event after the other, also when carrying one out brings the next."""
        self._events.append(event)
        if self._is_stepping:
            return
        self._is_stepping = True
        try:
            while self._events:
                self._advance(self._events.popleft())
        except Exception as error:
            self._watcher.broke(error)
        finally:
            self._is_stepping = False

    def _advance(self, event: lifecycle.Event) -> None:
        before, now = self.life, self._loop.time()
        if isinstance(event, lifecycle.TimedOut) and before.due is not None:
            now = max(now, before.due)  # a loop may be early by its clock's resolution
        self.life, actions = lifecycle.step(before, event, now, self._policy, random.random)
        self._set_timer(before)
        for action in actions:
            self._carry_out(action)
        if self.life != before:
            self._watcher.changed(self, before)

    def _set_timer(self, before: Life) -> None:
        if self.life.due == before.due:
            return
        if self._timer is not None:
            self._timer.cancel()
        due = self.life.due
        self._timer = None if due is None else self._loop.call_at(due, self._time_out)

    def _time_out(self) -> None:
        self.feed(lifecycle.TimedOut(self._link.cpu_seconds if self._link else None))

    def _carry_out(self, action: lifecycle.Action) -> None:
        match action:
            case lifecycle.Spawn():
                self._spawn()
            case lifecycle.Conclude():
                self._conclude(action)
            case lifecycle.Release():
                self._release()
            case _ if self._link is not None:
                self._link.obey(action)

    def _spawn(self) -> None:
        try:
            self._link = self.seat.connect(f"worker-{self.number}", self)
        except OSError:  # no memory or no room for another process just now
            self.feed(lifecycle.Exited())

    def _conclude(self, action: lifecycle.Conclude) -> None:
        assignment, self._assignment = self._assignment, None
        assert assignment is not None
        assert assignment.id == action.task
        if action.loss is not None:
            assignment.lose(action.loss)
        else:
            self.tally.tasks_done += 1
            self._watcher.finished(self, assignment)

    def _release(self) -> None:
        exit_code = self._link.release() if self._link else -1
        if self.life.is_wanted and not self.life.is_retiring:
            self.tally.deaths += 1
            self._watcher.died(self, exit_code)
        self._link = self.capabilities = None
        self.feed(lifecycle.Released())

    # --- what the worker says -----------------------------------------------------------------------------------
    def hear(self, link: Link, message: FromWorker) -> None:
        """A message. What a former incarnation said no longer counts."""
        if link is not self._link:
            return
        self._heard_at = self._loop.time()
        if not isinstance(message, Heartbeat):  # which comes from a thread of its own, whatever the work does
            self._advanced_at = self._heard_at
        self._watcher.said(self, message)
        match message:
            case Heartbeat(rss_bytes):
                self.feed(lifecycle.Beat(rss_bytes))
            case Ready(capabilities=capabilities):
                self.capabilities = capabilities
                self.feed(lifecycle.BootedUp())
            case BootFailed(failure, _):
                self.feed(lifecycle.BootRefused(failure))
            case Begun(task_id):
                self.feed(lifecycle.TaskBegun(task_id))
            case Checked():
                self.feed(lifecycle.CheckPassed())
            case Found() | Recognised() | Opened() | Rejected() | Crashed():
                self._on_word(message)
            case Finished(task_id):
                self._on_finished(task_id)

    def _on_word(self, message: Found | Answer) -> None:
        """About a part of its task."""
        try:
            makes_sense = self._assignment is not None and self._assignment.hear(message)
        except Exception as error:  # of who asked for it
            self._watcher.broke(error)
        else:
            if not makes_sense:
                self.feed(lifecycle.SpokeNonsense())

    def _on_finished(self, task_id: int) -> None:
        assignment = self._assignment
        if assignment is None or assignment.is_answered:
            self.feed(lifecycle.TaskEnded(task_id, assignment is not None and assignment.has_crashed))
        else:
            self.feed(lifecycle.SpokeNonsense())

    def fell_silent(self, link: Link, garbage: Garbage | None) -> None:
        """Nothing more comes: the worker ends, or has to be ended."""
        if link is not self._link:
            return
        if garbage is None:
            link.obey(lifecycle.Kill())  # for one that has closed its pipe and lives on
        else:
            self.feed(lifecycle.SpokeNonsense())

    def exited(self, link: Link, loss: LossCause | None = None) -> None:
        """The worker is gone, and its task lost for that reason, where one is known."""
        if link is self._link:
            self.feed(lifecycle.Exited(loss))
