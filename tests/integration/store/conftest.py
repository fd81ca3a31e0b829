"""A store on files of the test's own, under a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.store.tools import QUOTA, Clock, Opener
from voicepipe.config import QuotaConfig
from voicepipe.events import Event, Events
from voicepipe.store import Store


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def emitted() -> list[Event]:
    """What the stores have told so far."""
    return []


@pytest.fixture
async def opener(state_dir: Path, clock: Clock, emitted: list[Event]) -> AsyncIterator[Opener]:
    """Opens the store of the test's directory, again and again if need be; closes what is left open."""
    opened: list[Store] = []
    events = Events()
    # Not those that only count: each transaction has one.
    events.subscribe(lambda event: emitted.append(event) if event.severity != "debug" else None)

    async def open_store(quota: QuotaConfig = QUOTA) -> Store:
        for old in opened:
            await old.close()
        opened.append(await Store.open(state_dir, quota, clock=clock, events=events))
        return opened[-1]

    yield open_store
    for old in opened:
        await old.close()


@pytest.fixture
async def keeper(opener: Opener) -> Store:
    return await opener()
