"""Exposition: the metrics as Prometheus' text, written by `prometheus_client`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from voicepipe.metrics import Kind, Metric, Sample

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

Snapshot = Sequence[tuple[Metric, Sequence[Sample]]]


class Exposition:
    """Writes metrics in the form that whoever asks prefers. May be used in any thread, by one at a time."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, ProcessCollector

        self._registry = CollectorRegistry(auto_describe=False)
        self._snapshot: Snapshot = ()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)  # the supervisor's own memory, processor time and open files

    def write(self, snapshot: Snapshot, accepts: str) -> tuple[bytes, str]:
        """The text and its type. `accepts` is the header Accept."""
        from prometheus_client.exposition import choose_encoder

        encode, content_type = choose_encoder(accepts)
        self._snapshot = snapshot
        return encode(self._registry), content_type

    def collect(self) -> Iterator[Family]:
        """For the registry."""
        for metric, samples in self._snapshot:
            yield _family(metric, samples)


def _family(metric: Metric, samples: Sequence[Sample]) -> Family:
    from prometheus_client.core import Metric as Family

    name = metric.name.removesuffix("_total") if metric.kind is Kind.COUNTER else metric.name
    family = Family(name, metric.help, metric.kind.value)
    for sample in samples:
        family.add_sample(sample.name, dict(sample.labels), sample.value)
    return family
