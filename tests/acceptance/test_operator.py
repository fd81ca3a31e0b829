"""What an operator does with a service at work: looks at what waits, gives it up, tries it again, renews workers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.scene import SAMPLES, TEXTS, Scene, send, thaw
from tests.support.telegram import RpcError

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = SAMPLES["seen_ru_18.ogg"]
SETTINGS: dict[str, dict[str, str | int | float | bool]] = {
    "workers": {"count": 1, "express": 0},
    "limits": {"fetch_ahead": 2},
}


async def stages(scene: Scene, *wanted: str) -> list[dict[str, Any]]:
    """The jobs in work, once they have come so far. One user gets no more than one place ahead of two."""
    async with asyncio.timeout(30):
        while True:
            jobs: list[dict[str, Any]] = (await scene.service.report("jobs", "list"))["jobs"]
            if [job["stage"] for job in jobs] == [*wanted]:
                return jobs
            await asyncio.sleep(0.1)


async def test_what_waits_and_what_is_given_up(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = [await send(anna, SHORT) for _ in range(4)]
    names = [f"{anna.id}/{each.id}" for each in sent]
    jobs = await stages(scene, "recognising", "fetched", "queued", "queued")
    assert [job["job"] for job in jobs] == names
    assert [job["before"] for job in jobs] == [None, 0, 1, 2]
    (worker,) = (await scene.service.report("workers", "list"))["workers"]
    assert worker["doing"] == names[:1]
    status, out, err = await scene.service.command("jobs", "cancel", names[3], names[1], "1/1")
    assert (status, out) == (2, f"Job {names[3]} is given up.\nJob {names[1]} is given up.\n")
    assert "There is no job 1/1" in err
    assert await changes(scene, "cancel") == [(names[1], 0), (names[3], 0)]
    thaw(frozen)
    cancelled = TEXTS.get("ru", "failed-cancelled")
    assert [await scene.text_for(each) for each in sent] == [SHORT.text, cancelled, SHORT.text, cancelled]
    assert await stages(scene) == []
    status, _, err = await scene.service.command("jobs", "cancel", names[0])
    assert (status, "has its outcome already" in err) == (2, True)


async def changes(scene: Scene, what: str) -> list[tuple[str, int]]:
    """Which jobs operators did something to, and who did it, the latest first."""
    report = await scene.service.report("users", "changes")
    return [(each["value"], each["by"]) for each in report["changes"] if each["what"] == what]


async def test_what_failed_is_tried_again(scene: Scene) -> None:
    ben = scene.person()
    scene.telegram.faults.answer("upload.GetFile", RpcError(400, "LOCATION_INVALID"))
    sent = await send(ben, SHORT)
    assert await scene.text_for(sent) == TEXTS.get("ru", "failed-fetch-failed")
    await scene.delivered(sent)
    name = f"{ben.id}/{sent.id}"
    errors = await scene.service.report("jobs", "errors")
    assert (errors["failures"][0]["job"], errors["failures"][0]["failure"]) == (name, "fetch_failed")
    assert (await scene.service.command("jobs", "retry", name))[:2] == (0, f"Job {name} is tried again.\n")
    answer = await scene.telegram.wait_for(
        lambda: next((each for each in sent.chat.replies_to(sent) if each.text == SHORT.text), None), 30, "the text"
    )
    assert sent.chat.replies_to(sent) == [answer]
    await stages(scene)
    told = (await scene.service.report("jobs", "show", name))["job"]
    assert (told["state"], told["failure"], told["charged_seconds"]) == ("done", None, round(SHORT.seconds))
    assert (await scene.service.command("jobs", "retry", name))[1].endswith("has its text: nothing had to be done.\n")
    assert await changes(scene, "retry") == [(name, 0)]
    assert (await scene.service.report("check"))["violations"] == []


async def test_a_user_with_nothing_left_is_named_with_what_to_do(scene: Scene) -> None:
    ben = scene.person()
    scene.telegram.faults.answer("upload.GetFile", RpcError(400, "LOCATION_INVALID"))
    sent = await send(ben, SHORT)
    await scene.answer_to(sent)
    await scene.delivered(sent)
    await scene.set_quota(ben, 0)
    status, _, err = await scene.service.command("jobs", "retry", f"{ben.id}/{sent.id}")
    assert (status, f"voicepipe quota grant {ben.id} SECONDS" in err) == (2, True)


async def test_workers_are_renewed_and_nothing_is_lost(scene: Scene) -> None:
    (before,) = await scene.idle_workers()
    sent = [await send(scene.person(), SHORT) for _ in range(3)]
    status, out, _ = await scene.service.command("workers", "restart")
    assert (status, out.startswith("All workers will be replaced")) == (0, True)
    assert [await scene.text_for(each) for each in sent] == [SHORT.text] * 3
    async with asyncio.timeout(60):
        while (workers := await scene.workers())[0].pid == before or len(workers) > 1:  # noqa: ASYNC110  the service tells only whoever asks
            await asyncio.sleep(0.1)
    assert [worker.deaths for worker in workers] == [0]
    await scene.assert_works()
    status, _, err = await scene.service.command("workers", "restart", "7")
    assert (status, "There is no worker 7; there are: 1" in err) == (2, True)
