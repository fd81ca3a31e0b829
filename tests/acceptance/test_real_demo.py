"""The whole service with the genuine Whisper base: people get what they said."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.settings import bare_environment


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("real_model", "human_speech")
def test_human_speech_is_answered_with_its_text() -> None:
    command = [sys.executable, "-m", "tests.tools.demo", "--real"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=280, env=bare_environment(), check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "demo: 8 of 8 answers as expected" in result.stdout
