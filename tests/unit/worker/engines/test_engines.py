"""Finding an engine by its name."""

from __future__ import annotations

import pytest

from voicepipe.wire.messages import BootFailure
from voicepipe.worker.engines import find_engine
from voicepipe.worker.engines.engine import BootError


@pytest.mark.parametrize("name", ["whisper", "tests.support.probe_engine"])
def test_an_engine_is_found_here_and_elsewhere(name: str) -> None:
    assert callable(find_engine(name).load)


@pytest.mark.parametrize("name", ["nonesuch", "nonesuch.engine", "tests.support.nonesuch", "engine", "json.decoder"])
def test_what_is_no_engine_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(BootError, match=f"{name!r}.*whisper") as raised:
        find_engine(name)
    assert raised.value.failure is BootFailure.ENGINE_UNUSABLE


def test_an_engine_that_lacks_a_library_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BootError, match="nonesuch_library"):
        find_engine("tests.unit.worker.engines.incomplete")
