"""A home without a model: it opens recordings, and whatever dies, hosts recognise each window once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.remote import HostProcess, MessageServer
from tests.support.remote_home import HOSTS, Home, home_in, text_of
from tests.support.waiting import until
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.events import HostLeft
from voicepipe.journey.recognition import Heard, LossCause


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    server = MessageServer(tmp_path)
    server.permit(HOSTS)
    async with server, home_in(tmp_path, server, is_opener=True) as home:
        yield home


async def busy(home: Home, *hosts: HostProcess) -> asyncio.Task[Heard | Failure]:
    """A recording of which each of these hosts has a window under way, until `go` is there."""
    heard = home.start("first", *(f"wait:{home.mark('go')} part{n}" for n, _ in enumerate(hosts)))
    await until(lambda: all(home.state_of(host.name).busy for host in hosts))
    await until(lambda: all(any("part" in text for text in host.done) for host in hosts))
    return heard


def words(heard: Heard | Failure) -> list[str]:
    return [word for word in text_of(heard).split() if word.startswith("part")]


async def test_a_note_of_one_window_is_recognised_elsewhere_and_waits_for_a_machine(home: Home) -> None:
    heard = home.start("hello")
    await until(lambda: home.done == [""], 20)  # opened
    await asyncio.sleep(0.3)
    assert not heard.done()
    assert home.pool.able() == 0
    ant = await home.host("ant")
    assert home.pool.able() == 1
    outcome = await heard
    assert isinstance(outcome, Heard)
    assert (outcome.transcript.text, outcome.transcript.language, outcome.windows) == ("hello", "en", 1)
    assert outcome.transcript.audio_seconds == 100.0
    assert outcome.transcript.language_probability == 0.5
    assert ant.done == ["hello"]


async def test_the_first_window_tells_the_language_of_the_others(home: Home) -> None:
    ant = await home.host("ant", 3)
    heard = home.start(f"wait:{home.mark('go')} first", "second", "third")
    await until(lambda: len(ant.done) == 1)
    await asyncio.sleep(0.2)
    assert len(ant.done) == 1, "the others wait for it"
    home.mark("go").touch()
    assert text_of(await heard).endswith("first second third")
    assert sorted(ant.done)[:2] == ["second", "third"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=lambda number: number.name)
async def test_what_a_lost_host_had_is_repeated_by_another(home: Home, number: signal.Signals) -> None:
    ant, bee = await home.host("ant"), await home.host("bee")
    heard = await busy(home, ant, bee)
    ant.send(number)
    await until(lambda: home.of(HostLeft) == [HostLeft("ant", "silent")])
    home.mark("go").touch()
    assert words(await heard) == ["part0", "part1"]
    assert home.deaths == []


async def test_windows_outlast_the_message_server_and_all_hosts(home: Home) -> None:
    ant = await home.host("ant")
    heard = await busy(home, ant)
    await home.server.kill()
    await until(lambda: home.state_of("ant").state == "gone")
    await ant.stop(signal.SIGKILL)
    home.mark("go").touch()
    await home.server.start()
    await ant.start()
    assert words(await heard) == ["part0"]
    assert home.deaths == []


async def test_what_kills_workers_of_a_living_host_is_poison(home: Home) -> None:
    await home.host("ant")
    outcome = await home.start("fine", "die")
    assert isinstance(outcome, Failure)
    assert outcome.reason is FailureReason.POISON
    assert home.deaths == [(2, LossCause.DIED)] * 2


async def test_hosts_have_one_model_among_them_and_the_configured_name(home: Home) -> None:
    ant = await home.host("ant")
    await home.start_host("bee", VOICEPIPE_RECOGNITION__BEAM_SIZE="2")
    await until(lambda: home.state_of("bee").state == "refused")
    assert "beam_size is 2, at home 5" in home.state_of("bee").reason
    assert ant.process is not None
