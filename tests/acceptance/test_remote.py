"""The whole service with workers on other machines: whoever dies, and whenever, there is one answer and one charge."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.remote_scene import HOSTS, Fleet, open_fleet
from tests.support.scene import TEXTS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    async with open_fleet(tmp_path_factory.mktemp("remote")) as opened:
        yield opened


async def test_a_lecture_is_recognised_on_several_machines(fleet: Fleet) -> None:
    anna, text = await fleet.lecture()
    await fleet.until("busy", *HOSTS)
    await fleet.assert_right(anna, text)


async def test_the_service_is_killed_while_hosts_work_for_it(fleet: Fleet) -> None:
    anna, text = await fleet.lecture()
    await fleet.until("busy", *HOSTS)
    await fleet.scene.service.kill()
    await fleet.scene.service.start()
    await fleet.until("slots", *HOSTS)
    await fleet.assert_right(anna, text)


async def test_a_host_and_then_the_message_server_are_killed(fleet: Fleet) -> None:
    anna, text = await fleet.lecture()
    await fleet.until("busy", *HOSTS)
    await fleet.hosts["ant"].stop(signal.SIGKILL)
    await asyncio.sleep(0.5)
    await fleet.server.kill()
    await fleet.assert_right(anna, text)
    await fleet.server.start()
    await fleet.hosts["ant"].start()
    await fleet.until("slots", *HOSTS)


async def test_operators_see_the_hosts_and_drain_one(fleet: Fleet) -> None:
    service = fleet.scene.service
    status, out, _ = await service.command("workers", "drain", "bee")
    assert (status, "draining" in out) == (0, True)
    report = await service.report("status")
    assert {host["name"]: host["state"] for host in report["hosts"]} == {"ant": "at_work", "bee": "draining"}
    assert report["is_message_server_there"] is True
    status, out, _ = await service.command("status")
    assert "draining" in out
    anna, text = await fleet.lecture()
    await fleet.until("busy", "ant")
    await fleet.assert_right(anna, text)
    assert (await fleet.reports())["bee"].slots == 0
    status, _, err = await service.command("workers", "drain", "wasp")
    assert status != 0
    assert "There is no host wasp" in err


async def test_privacy_says_that_other_machines_help(fleet: Fleet) -> None:
    anna = fleet.scene.person("en")
    asked = await anna.send_text("/privacy")
    answer = await anna.wait_reply(asked)
    assert answer.text.startswith(TEXTS.get("en", "privacy-elsewhere"))
    assert "nowhere else" not in answer.text
