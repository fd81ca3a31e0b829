"""Metrics: what is counted while the service runs, declared as data, over events or as readings, and kept in memory."""

from voicepipe.metrics.counting import MOST_SERIES, OTHER, Labels, Metrics, Reading, Sample
from voicepipe.metrics.registry import DECLARED, Kind, Metric, declare
from voicepipe.metrics.standard import STANDARD

__all__ = [
    "DECLARED",
    "MOST_SERIES",
    "OTHER",
    "STANDARD",
    "Kind",
    "Labels",
    "Metric",
    "Metrics",
    "Reading",
    "Sample",
    "declare",
]
