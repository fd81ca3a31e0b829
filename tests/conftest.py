"""What all tests need of the process they run in, and the fixtures that several folders share."""

from __future__ import annotations

import signal

from hypothesis import settings

from tests.support.fixtures import listener, own_state, voicepipe
from tests.support.measuring import measure_here_only
from tests.support.stranger import open_place

__all__ = ["listener", "open_place", "own_state", "voicepipe"]

# A shell has what it starts in the background ignore Ctrl-C, and so would the programs that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long a single example takes says more about what else the machine does.
settings.register_profile("voicepipe", deadline=None)
settings.load_profile("voicepipe")


def pytest_collection_finish() -> None:
    """By now the measuring of lines has begun, if it is wanted."""
    measure_here_only()
