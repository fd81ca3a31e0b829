"""What is counted, as data: a metric is declared over an event, or as a reading that a part of the service gives.

Names, kinds and labels are as Prometheus has them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from voicepipe.events import Event


class Kind(StrEnum):
    """How a metric is folded over its events."""

    COUNTER = "counter"
    """The sum of the values."""
    GAUGE = "gauge"
    """The latest value."""
    SUMMARY = "summary"
    """The sum of the values, and how many there were."""
    HISTOGRAM = "histogram"
    """The same, and how many were at most so large, for each of its buckets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Something to be counted."""

    name: str
    help: str
    event: type[Event] | None = None
    """None: it is read from a part of the service whenever it is asked for, see `Metrics.supply`."""
    kind: Kind = Kind.COUNTER
    value: str = ""
    """The field of the event that is added; empty: each event counts 1. An event without a value (None) is left out."""
    labels: tuple[str, ...] = ()
    """The fields of the event by which it is counted apart: only such as have few values."""
    known: tuple[tuple[str, ...], ...] = ()
    """Values of the labels that are there from the start, with zero: a rise from nothing would be missed by alerts."""
    buckets: tuple[float, ...] = ()
    """Upper bounds of a histogram's buckets, rising; one without a bound comes after them."""


DECLARED: dict[str, Metric] = {}
"""Every metric by its name, in the order in which they are shown."""


def declare(metric: Metric) -> Metric:
    """Have something counted by every `Metrics` made from now on. Raises ValueError for one that makes no sense."""
    if metric.event is not None:
        known = {each.name for each in fields(metric.event)}
        if unknown := {metric.value, *metric.labels} - known - {""}:
            raise ValueError(f"{metric.name}: {metric.event.__name__} has no {', '.join(sorted(unknown))}")
    if metric.name in DECLARED:
        raise ValueError(f"{metric.name} is declared twice")
    if (metric.kind is Kind.HISTOGRAM) != bool(metric.buckets) or list(metric.buckets) != sorted(set(metric.buckets)):
        raise ValueError(f"{metric.name}: a histogram, and nothing else, has buckets with rising bounds")
    if any(len(values) != len(metric.labels) for values in metric.known):
        raise ValueError(f"{metric.name}: each of its known series has a value for every label")
    DECLARED[metric.name] = metric
    return metric
