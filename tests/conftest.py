"""What all tests need of the process they run in, and the fixtures that several folders share."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

from tests.support.fixtures import listener, own_state, voicepipe
from tests.support.language_model import model, running_model
from tests.support.measuring import measure_here_only
from tests.support.real import human_speech, real_model
from tests.support.stranger import open_place

__all__ = ["human_speech", "listener", "model", "open_place", "own_state", "real_model", "running_model", "voicepipe"]

# A shell has what it starts in the background ignore Ctrl-C, and so would the programs that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long a single example takes says more about what else the machine does.
settings.register_profile("voicepipe", deadline=None)
settings.load_profile("voicepipe")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "real: needs the genuine Whisper base; skipped where that is not (-m 'not real')"
    )


def pytest_collection_finish() -> None:
    """By now the measuring of lines has begun, if it is wanted."""
    measure_here_only()
