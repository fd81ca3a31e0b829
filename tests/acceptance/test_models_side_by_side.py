"""Rules give long recordings to a model that only a host has: all windows, whatever dies, or else the usual one."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from tests.support.places import DEMO_MODEL
from tests.support.remote_scene import Fleet, open_fleet
from tests.support.scene import SAMPLES, TEXTS, send
from tests.support.service import Settings
from tests.support.waiting import until
from voicepipe.control.messages import ShowUsage
from voicepipe.domain.usage import UsageBy

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOTE = SAMPLES["seen_ru_18.ogg"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """A home with the model `demo`, and a host with another that is called `turbo`."""
    directory = tmp_path_factory.mktemp("remote")
    shutil.copytree(DEMO_MODEL, directory / "turbo")
    rules: Settings = {
        "remote.rules.asked": {"model": "turbo", "min_seconds": 250, "max_seconds": 350, "when_away": "wait"},
        "remote.rules.long": {"model": "turbo", "min_seconds": 200},
    }
    model = {"VOICEPIPE_RECOGNITION__MODEL": str(directory / "turbo"), "VOICEPIPE_RECOGNITION__BEAM_SIZE": "2"}
    async with open_fleet(directory, ["gpu"], rules, **model) as opened:
        yield opened


def written(fleet: Fleet) -> list[str | None]:
    """What the journal says recognises the recordings, the latest last; no service may run."""
    path = fleet.scene.service.state_path / "journal.sqlite"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        return [model for (model,) in file.execute("SELECT model FROM jobs ORDER BY accepted_at")]


async def recordings(fleet: Fleet) -> dict[str, int]:
    """How many each model has recognised."""
    report = await fleet.scene.service.control.perform(ShowUsage(by=UsageBy.MODEL, days=1, limit=9))
    return {group.group: group.recordings for group in report.groups}


async def test_a_rule_decides_and_all_windows_are_of_one_model(fleet: Fleet) -> None:
    """Also when the service and the host are killed amid it."""
    bob = fleet.scene.person()
    await fleet.scene.speech_for(await send(bob, NOTE))
    assert await recordings(fleet) == {"demo": 1}
    assert (await fleet.reports())["gpu"].done == 0
    anna, text = await fleet.lecture()
    await fleet.until("busy", "gpu")
    await fleet.scene.service.kill()
    assert written(fleet) == ["", "turbo"]
    await fleet.hosts["gpu"].stop(signal.SIGKILL)
    await fleet.scene.service.start()
    await fleet.hosts["gpu"].start()
    await fleet.assert_right(anna, text)
    assert await recordings(fleet) == {"demo": 1, "turbo": 1}
    report = (await fleet.reports())["gpu"]
    assert (report.model, report.done > 1) == ("turbo", True)


async def test_when_the_model_is_away_a_recording_goes_to_the_usual_one_if_its_rule_says_so(fleet: Fleet) -> None:
    anna, text = await fleet.lecture(3)
    await fleet.until("busy", "gpu")
    await fleet.hosts["gpu"].stop(signal.SIGKILL)
    await fleet.assert_right(anna, text, 3)
    assert await recordings(fleet) == {"demo": 2, "turbo": 1}


async def test_or_waits_for_it_and_people_are_told(fleet: Fleet) -> None:
    anna, text = await fleet.lecture()
    user = fleet.scene.telegram.user(anna)
    waiting = TEXTS.get("ru", "status-no-machine")
    await until(lambda: any(waiting in each.text for each in user.chat.visible), 30)
    await asyncio.sleep(0.5)
    assert not text.done()
    await fleet.hosts["gpu"].start()
    await fleet.assert_right(anna, text)
    assert await recordings(fleet) == {"demo": 2, "turbo": 2}
