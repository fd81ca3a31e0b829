"""Where things are in the checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
DEMO_MODEL = ROOT / "voicepipe" / "demo_model"
WORKER_PROGRAMS = Path(__file__).parent / "workers"
