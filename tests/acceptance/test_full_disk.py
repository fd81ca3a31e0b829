"""The disk fills up at the worst moments. Nothing is lost or answered twice, and the service goes on by itself."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests.support.scene import SAMPLES, TEXTS, Scene, open_scene, send, thaw
from tests.support.service import Settings
from tests.support.telegram import Message
from tests.support.waiting import until
from voicepipe.errors import DiskFull

SHORT = SAMPLES["seen_ru_18.ogg"]
SIZE_MIB = 24


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A directory with a file system of its own, on which there is little room."""
    disk = tmp_path / "service" / "state"
    disk.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m,mode=700", "tmpfs", disk], check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting a small file system takes more privileges than these")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


@asynccontextmanager
async def scene_on(disk: Path, floor_mib: int = 0, times_ready: int = 1) -> AsyncIterator[Scene]:
    """A service with its state on this disk, which never has to be started again but by the test."""
    settings: Settings = {"limits": {"min_free_disk_mib": floor_mib}, "telegram": {"edit_interval_seconds": 0.2}}
    async with open_scene(disk.parent, settings) as scene:
        yield scene
        assert scene.service.process is not None
        assert scene.service.process.returncode is None, scene.service.log
        assert len(scene.service.events("service ready")) == times_ready


@contextmanager
def filled(disk: Path, but_mib: int = 0) -> Iterator[None]:
    """No byte, or no more than so much, is left on the disk for a while."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 1 << 20
        file.write(bytes(max(0, shutil.disk_usage(disk).free - (but_mib << 20))))
        if but_mib:
            size = 0
        while size >= 1:
            try:
                file.write(bytes(size))
            except OSError:
                size >>= 1
    try:
        yield
    finally:
        filler.unlink()


async def full_disk_noticed(scene: Scene) -> None:
    seen = len(scene.service.events("disk is full"))
    async with asyncio.timeout(30):
        await scene.service.wait_event("disk is full", times=seen + 1)


async def all_fetched(spool: Path, sent: Sequence[Message]) -> None:
    """Wait until the recordings are there, whole."""
    await until(lambda: _sizes(spool) == [len(SHORT.data)] * len(sent), 30, step_seconds=0.05)


def _sizes(directory: Path) -> list[int]:
    return [path.stat().st_size for path in directory.iterdir()]


async def assert_sound(scene: Scene) -> None:
    """Charged once each, and no invariant broken."""
    assert (await scene.service.command("check"))[:2] == (0, "Everything adds up.\n")


async def test_what_comes_while_the_disk_is_full_is_answered_when_there_is_room(small_disk: Path) -> None:
    async with scene_on(small_disk) as scene:
        anna, ben = scene.person(), scene.person("en")
        group = scene.supergroup(anna, ben)
        assert await scene.text_for(await send(anna, SHORT, chat=group)) == SHORT.text
        with filled(small_disk):
            noticed = asyncio.create_task(full_disk_noticed(scene))
            sent = [await send(anna, SHORT), await send(ben, SHORT), await send(ben, SHORT, chat=group)]
            asked = await ben.send_text("/help")
            await noticed
            await asyncio.sleep(1.0)
        for message in sent:
            assert await scene.text_for(message) == SHORT.text
        assert (await scene.text_for(asked)).startswith("What you can send: ")
        assert (await scene.account(anna)).used_today_seconds == 2 * round(SHORT.seconds)
        assert (await scene.account(ben)).used_today_seconds == 2 * round(SHORT.seconds)
        await assert_sound(scene)


async def test_what_is_recognised_while_the_disk_is_full_is_concluded_when_there_is_room(small_disk: Path) -> None:
    async with scene_on(small_disk) as scene:
        anna = scene.person()
        frozen = await scene.freeze_workers()
        sent = [await send(anna, SHORT) for _ in range(3)]
        for message in sent:
            await anna.wait_reply(message)
        await scene.busy_worker()
        await all_fetched(small_disk / "spool", sent)
        with filled(small_disk):
            noticed = asyncio.create_task(full_disk_noticed(scene))
            thaw(frozen)
            await noticed
            # The room left in the files' last blocks may be enough for one of them, not for all.
            assert len(scene.service.events("job delivered")) < len(sent)
        for message in sent:
            assert await scene.text_for(message) == SHORT.text
        assert (await scene.account(anna)).used_today_seconds == 3 * round(SHORT.seconds)
        await assert_sound(scene)


async def test_a_recording_that_can_not_be_stored_is_an_apology(small_disk: Path) -> None:
    async with scene_on(small_disk) as scene:
        anna = scene.person()
        with ExitStack() as until_noticed:
            scene.telegram.faults.hook("upload.GetFile", lambda: until_noticed.enter_context(filled(small_disk)))
            sent = await send(anna, SHORT)
            await full_disk_noticed(scene)
        assert await scene.text_for(sent) == TEXTS.get("ru", "failed-disk-full")
        await scene.assert_nothing_charged(anna)
        await scene.assert_works()
        await assert_sound(scene)


async def test_below_the_floor_recordings_are_refused_and_then_taken_again(small_disk: Path) -> None:
    async with scene_on(small_disk, floor_mib=10) as scene:
        anna = scene.person()
        with filled(small_disk, but_mib=6):
            assert await scene.text_for(await send(anna, SHORT)) == TEXTS.get("ru", "refused-disk-full")
            await scene.assert_nothing_charged(anna)
        assert await scene.text_for(await send(anna, SHORT)) == SHORT.text


async def test_a_start_without_room_is_tried_again_without_end(small_disk: Path) -> None:
    """By systemd, which takes the exit status for passing trouble: see the unit's ExecStopPost=."""
    async with scene_on(small_disk, times_ready=2) as scene:
        anna, service = scene.person(), scene.service
        assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
        await service.kill()
        (small_disk / "records.duckdb").unlink()
        with filled(small_disk):
            await service.spawn()
            assert await service.wait_exit() == DiskFull.exit_code
        await service.start()
        assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
        await assert_sound(scene)
