"""Counting: the numbers of all declared metrics, kept in memory. All begin at zero with the process."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from voicepipe.events import Event
from voicepipe.metrics.registry import DECLARED, Kind, Metric

MOST_SERIES = 100
"""Most combinations of labels that a metric keeps apart; what comes after them is counted as OTHER."""
OTHER = "other"

Labels = tuple[tuple[str, str], ...]
Reading = Callable[[], float | Mapping[tuple[str, ...], float] | None]
"""Gives a number, None where there is none now, or numbers by the values of their labels. Called in the event loop."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One number, under the name and the labels that it has for Prometheus."""

    name: str
    labels: Labels
    value: float


@dataclass(slots=True)
class _Series:
    """The numbers of one metric, by their labels."""

    metric: Metric
    values: dict[Labels, float] = field(default_factory=lambda: defaultdict(float))
    counts: Counter[Labels] = field(default_factory=Counter)
    buckets: dict[Labels, list[int]] = field(default_factory=dict)
    """How many fell into each; the last is above all bounds."""

    def __post_init__(self) -> None:
        for values in self.metric.known or (() if self.metric.labels else ((),)):
            self.values[tuple(zip(self.metric.labels, values, strict=True))] = 0.0

    def fold(self, event: Event) -> None:
        value = getattr(event, self.metric.value) if self.metric.value else 1
        if value is None:
            return
        labels = self._labels(event)
        self.counts[labels] += 1
        self.values[labels] = value if self.metric.kind is Kind.GAUGE else self.values[labels] + value
        if self.metric.buckets:
            self._buckets(labels)[bisect_left(self.metric.buckets, value)] += 1

    def samples(self) -> Iterator[Sample]:
        name = self.metric.name
        for labels, value in sorted(self.values.items()):
            match self.metric.kind:
                case Kind.COUNTER | Kind.GAUGE:
                    yield Sample(name, labels, value)
                case Kind.HISTOGRAM | Kind.SUMMARY:
                    yield from self._bucket_samples(labels)
                    yield Sample(f"{name}_sum", labels, value)
                    yield Sample(f"{name}_count", labels, self.counts[labels])

    def _bucket_samples(self, labels: Labels) -> Iterator[Sample]:
        if self.metric.buckets:
            bounds = (*map(_bound, self.metric.buckets), "+Inf")
            for bound, count in zip(bounds, accumulate(self._buckets(labels)), strict=True):
                yield Sample(f"{self.metric.name}_bucket", (*labels, ("le", bound)), count)

    def _buckets(self, labels: Labels) -> list[int]:
        return self.buckets.setdefault(labels, [0] * (len(self.metric.buckets) + 1))

    def _labels(self, event: Event) -> Labels:
        labels = tuple((name, str(getattr(event, name))) for name in self.metric.labels)
        if labels not in self.values and len(self.values) >= MOST_SERIES:
            return tuple((name, OTHER) for name in self.metric.labels)
        return labels


class Metrics:
    """Counts what is declared, and reads what is supplied. Subscribe `fold` to the events."""

    def __init__(self) -> None:
        self._series = {metric.name: _Series(metric) for metric in DECLARED.values() if metric.event is not None}
        self._by_event: dict[type[Event], list[_Series]] = defaultdict(list)
        for series in self._series.values():
            assert series.metric.event is not None
            self._by_event[series.metric.event].append(series)
        self._metrics = tuple(DECLARED.values())
        self._readings: dict[str, Reading] = {}

    def fold(self, event: Event) -> None:
        """Take an event into account; O(metrics of its type)."""
        for series in self._by_event.get(type(event), ()):
            series.fold(event)

    def supply(self, name: str, reading: Reading) -> None:
        """From now on, a declared metric without an event is what this gives. Raises KeyError for any other."""
        if name in self._series or name not in DECLARED:
            raise KeyError(name)
        self._readings[name] = reading

    def read(self) -> list[tuple[Metric, list[Sample]]]:
        """Every metric with its numbers as they are now.

        One with labels has none before its first event, but for those that are known; one that nobody supplies has
        none.
        """
        return [(metric, list(self._samples(metric))) for metric in self._metrics]

    def _samples(self, metric: Metric) -> Iterator[Sample]:
        if metric.event is not None:
            yield from self._series[metric.name].samples()
            return
        reading = self._readings.get(metric.name, lambda: None)()
        values = {} if reading is None else reading if isinstance(reading, Mapping) else {(): reading}
        for labels, value in sorted(values.items()):
            yield Sample(metric.name, tuple(zip(metric.labels, labels, strict=True)), value)


def _bound(bound: float) -> str:
    """As Prometheus' own libraries write it."""
    return str(float(bound)) if math.isfinite(bound) else "+Inf"
