"""A store that operations work on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from voicepipe.config import QuotaConfig
from voicepipe.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "state", QuotaConfig())
    yield opened
    await opened.close()
