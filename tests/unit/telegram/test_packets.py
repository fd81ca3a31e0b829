"""Where the client's packets are encrypted and decrypted: small ones at once, large ones in a thread of theirs."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest

from voicepipe.telegram.session import client
from voicepipe.telegram.session.client import MOST_AT_ONCE_BYTES, _WatchedLoop


def where(_: object) -> threading.Thread:
    return threading.current_thread()


def fail(_: object) -> threading.Thread:
    raise ValueError("not a packet")


async def run_by(work: Any, packet: object) -> object:
    loop = _WatchedLoop(asyncio.get_running_loop(), on_key_lost=lambda: None)
    with ThreadPoolExecutor(1) as executor:
        return await loop.run_in_executor(executor, work, packet)


@pytest.mark.parametrize(("size", "is_at_once"), [(MOST_AT_ONCE_BYTES, True), (MOST_AT_ONCE_BYTES + 1, False)])
async def test_only_a_small_packet_is_done_at_once(
    size: int, is_at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "mtproto", SimpleNamespace(pack=where, unpack=fail))
    for packet in (BytesIO(bytes(size)), SimpleNamespace(length=size)):
        assert (await run_by(where, packet) is threading.current_thread()) is is_at_once


async def test_what_is_wrong_with_a_packet_is_told_to_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "mtproto", SimpleNamespace(pack=where, unpack=fail))
    with pytest.raises(ValueError, match="not a packet"):
        await run_by(fail, BytesIO())


async def test_other_work_of_the_client_s_stays_in_its_thread() -> None:
    assert await run_by(where, b"") is not threading.current_thread()
