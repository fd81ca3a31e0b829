"""What happens to what is kept: the journal, the records, the disk."""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.events.base import Event


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
class InvariantBroken(Event):
    """Journal, records and balances contradict each other; `voicepipe check` says where."""

    severity = "error"
    violations: int
