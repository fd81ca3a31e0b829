"""What an event is, and where all of them go."""

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
