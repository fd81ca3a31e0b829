"""Tests; README.md tells what proves what, and `support` holds what they have in common."""

import os

# Some tests load the recognition engine into their own process: it shall tell nobody (see workers.pool.TELEMETRY_OFF).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
