"""Which processes have their lines measured: this one, and the services that are started for it.

In every one of the hundreds of processes that tests start it would cost more than half of what the start costs.
"""

from __future__ import annotations

import os

MEASURING: dict[str, str] = {}
"""The variables of the environment with which a process has its lines measured."""


def measure_here_only() -> None:
    """Take the variables out of our environment, which processes inherit."""
    MEASURING.update((name, os.environ.pop(name)) for name in list(os.environ) if name.startswith("COVERAGE_"))
