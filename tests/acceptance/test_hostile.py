"""Hostile recordings, and what they might be after, in the whole service."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile import HostileMedia, Targets, corpus
from tests.support.scene import SAMPLES, TEXTS, Scene, send
from tests.support.telegram import Message

pytestmark = pytest.mark.asyncio(loop_scope="module")

API_HASH = "5ec7e7ab5e11c0de5ec7e7ab5e11c0de"
SETTINGS = {
    "telegram": {"api_hash": API_HASH},
    "workers": {"count": 1, "max_deaths_per_recording": 1, "backoff_base_seconds": 0.1},
}
GOOD = SAMPLES["seen_ru_18.ogg"]
CHARGED_NOTHING = "Ничего не списано."
OUR_FAULT = (TEXTS.get("ru", "failed-poison"), TEXTS.get("ru", "failed-internal"))
OF_EACH_FAMILY = 3


# --- recordings -----------------------------------------------------------------------------------------------------
async def test_each_gets_a_reason_and_pays_nothing(scene: Scene, listener: socket.socket) -> None:
    spool = scene.service.state_path / "spool"
    chosen = some_of_each_family(corpus(7, Targets(listener.getsockname()[1], str(spool))))
    assert len(chosen) >= 20
    sent = [await send_as_claimed(scene, each) for each in chosen]
    for message, media in zip(sent, chosen, strict=True):
        text = await scene.text_for(message)
        assert text.endswith(CHARGED_NOTHING), (media.family, media.what, text)
        assert text not in OUR_FAULT, (media.family, media.what)
        await scene.assert_nothing_charged(scene.telegram.user(message.sender.id))
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert not scene.service.events("worker died")
    await scene.assert_works()


def some_of_each_family(media: list[HostileMedia]) -> list[HostileMedia]:
    chosen = []
    for family in dict.fromkeys(each.family for each in media):
        members = [each for each in media if each.family == family]
        chosen += members[:: len(members) // OF_EACH_FAMILY]
    return chosen


async def send_as_claimed(scene: Scene, media: HostileMedia) -> Message:
    """By somebody who has never written before."""
    sender = scene.person()
    if media.family == "name":
        return await sender.send_document(media.data, media.file_name, media.mime_type)
    return await sender.send_voice(media.data, media.declared_seconds, media.mime_type)


async def test_a_worker_that_dies_before_it_begins_is_not_the_recordings_fault(scene: Scene) -> None:
    """Here one death is enough to give a recording up."""
    (pid,) = await scene.freeze_workers()
    sent = await send(scene.person(), GOOD)
    assert await scene.busy_worker() == pid
    os.kill(pid, signal.SIGKILL)
    assert await scene.text_for(sent) == GOOD.text


# --- secrets --------------------------------------------------------------------------------------------------------
async def test_a_worker_holds_no_secret(scene: Scene) -> None:
    """Neither in its memory, after it has worked, nor in its environment or command line."""
    sender = scene.person()
    assert await scene.text_for(await send(sender, GOOD)) == GOOD.text
    (worker,) = await scene.idle_workers()
    secrets = {
        "token": scene.telegram.bot_token,
        "hash": API_HASH,
        "name": f"Secretname{sender.id}",
        "state": str(scene.service.state_path / "journal"),
    }
    for file in ("environ", "cmdline"):
        data = await asyncio.to_thread(Path(f"/proc/{worker}/{file}").read_bytes)
        assert not found_in([data], secrets)
    assert not await asyncio.to_thread(found_in_memory, worker, secrets)
    assert set(secrets) == await asyncio.to_thread(found_in_memory, scene.service.pid, secrets), (
        "the supervisor does hold them, so that such a search finds what is there"
    )


def found_in_memory(pid: int, secrets: dict[str, str]) -> set[str]:
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0):
            return found_in(memory_of(pid), secrets)
    except PermissionError:
        pytest.skip("this user may not read its own processes' memory here (kernel.yama.ptrace_scope)")


def found_in(parts: Iterator[bytes] | list[bytes], secrets: dict[str, str]) -> set[str]:
    """Which of the secrets stand in there; text of ASCII is kept in such bytes by Python and C alike."""
    return {name for part in parts for name, text in secrets.items() if text.encode() in part}


def memory_of(pid: int) -> Iterator[bytes]:
    """What the process can read and write, mapping by mapping."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            if (mapping := re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)) is None:
                continue
            start, end = (int(address, 16) for address in mapping.groups())
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:  # a mapping of the kernel's own
                continue
