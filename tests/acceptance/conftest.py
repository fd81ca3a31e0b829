"""The scene that the tests of a module share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.support.forks import open_forks
from tests.support.scene import Scene, open_scene
from tests.support.service import RunningService


@pytest.fixture(scope="package", autouse=True)
def _forked() -> Iterator[None]:
    """Services are forked here; `voicepipe run` as a command is tested elsewhere."""
    with open_forks() as forks:
        RunningService.forks = forks
        yield
        RunningService.forks = None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A service for the whole module, with the module's SETTINGS; its workers take PACE_SECONDS for each window."""
    settings = getattr(request.module, "SETTINGS", None)
    pace = getattr(request.module, "PACE_SECONDS", 0.0)
    directory = tmp_path_factory.mktemp("scene")
    async with open_scene(directory, settings, with_coverage=True, pace_seconds=pace) as opened:
        yield opened
