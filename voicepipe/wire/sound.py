"""Sound as it crosses the border: mono PCM of 16 bits. Nothing is imported here."""

from __future__ import annotations

SAMPLE_RATE = 16_000
"""Samples a second."""
SAMPLE_BYTES = 2
"""Of one sample."""
