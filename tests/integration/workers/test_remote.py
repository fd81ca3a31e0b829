"""Workers on other machines: a real NATS server, hosts as processes, and what becomes of windows when any dies."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.processes import is_alive
from tests.support.remote import HostProcess, Line, MessageServer
from tests.support.remote_home import HOSTS, Home, home_in, text_of
from tests.support.waiting import until
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.events import HostLeft, HostRefused, MessageServerChanged
from voicepipe.journey.recognition import Heard, LossCause
from voicepipe.wire.post import Address, Post
from voicepipe.wire.remote import Beat, frame, to_home, to_host


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[MessageServer]:
    server = MessageServer(tmp_path)
    server.permit(HOSTS)
    async with server:
        yield server


@pytest.fixture
async def home(tmp_path: Path, server: MessageServer) -> AsyncIterator[Home]:
    async with home_in(tmp_path, server) as home:
        yield home


# --- what travels -----------------------------------------------------------------------------------------------------
async def test_windows_are_done_on_other_machines_and_come_together_in_order(home: Home) -> None:
    ant, bee = await home.host("ant", 2), await home.host("bee")
    texts = [f"wait:{home.mark('opened')}", *(f"part{n}" for n in range(12))]
    heard = home.start(*texts)
    await until(lambda: len(ant.done) + len(bee.done) == 12)
    home.mark("opened").touch()
    assert text_of(await heard).split()[1:] == texts[1:]
    assert home.done == texts[:1], "what opens it stays at home"
    assert ant.done, "both had some"
    assert bee.done, "both had some"
    assert home.deaths == []


# --- who dies, and what is counted ------------------------------------------------------------------------------------
async def busy(home: Home, *hosts: HostProcess, windows: int = 2) -> asyncio.Task[Heard | Failure]:
    """A recording of which each of these hosts has a window under way, until `go` is there."""
    texts = [f"wait:{home.mark('opened')}", *(f"wait:{home.mark('go')} part{n}" for n in range(windows))]
    heard = home.start(*texts)
    await until(lambda: all(home.state_of(host.name).busy for host in hosts) and all(host.done for host in hosts))
    return heard


def words(heard: Heard | Failure) -> list[str]:
    return [word for word in text_of(heard).split() if word.startswith("part")]


def go(home: Home) -> None:
    home.mark("go").touch()
    home.mark("opened").touch()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=lambda number: number.name)
async def test_what_a_lost_host_had_is_repeated_elsewhere_and_counts_against_nobody(
    home: Home, number: signal.Signals
) -> None:
    ant, bee = await home.host("ant"), await home.host("bee")
    heard = await busy(home, ant, bee)
    had = ant.done
    ant.send(number)
    await until(lambda: home.of(HostLeft) == [HostLeft("ant", "silent")])
    go(home)
    assert words(await heard) == ["part0", "part1"]
    assert set(had) <= {*bee.done, *home.done}, "somebody else has done it"
    assert home.deaths == [], "a link that flaps poisons nothing"


async def test_a_late_answer_counts_no_more(home: Home) -> None:
    ant = await home.host("ant")
    heard = await busy(home, ant, windows=1)
    ant.send(signal.SIGSTOP)
    await until(lambda: home.state_of("ant").state == "gone")
    go(home)
    assert words(await heard) == ["part0"]
    ant.send(signal.SIGCONT)
    await until(lambda: home.state_of("ant").state == "at_work")
    assert home.state_of("ant").done == 0
    assert [each.state for each in home.fleet.statuses()] == ["at_work"], "a late answer is no nonsense"


async def test_what_kills_its_worker_on_a_living_host_is_poison_and_costs_nobody_else_anything(home: Home) -> None:
    await home.host("ant")
    other = home.start(f"wait:{home.mark('opened')}", "well")
    heard = home.start("fine", "die")
    home.mark("opened").touch()
    outcome = await heard
    assert isinstance(outcome, Failure)
    assert outcome.reason is FailureReason.POISON
    assert home.deaths == [(1, LossCause.DIED)] * 2
    assert text_of(await other).endswith("well")


async def test_a_host_that_was_started_anew_is_known_to_have_died_with_its_window(home: Home) -> None:
    ant = await home.host("ant")
    heard = await busy(home, ant, windows=1)
    await until(lambda: home.has_begun("ant"))
    await ant.stop(signal.SIGKILL)
    await ant.start()
    await until(lambda: not {"restarted", "silent"}.isdisjoint(each.cause for each in home.of(HostLeft)))
    go(home)
    assert words(await heard) == ["part0"]
    causes = [each.cause for each in home.of(HostLeft)]
    if "returned" not in causes:  # else it had the window twice, and perhaps told of neither
        assert home.deaths == ([(1, LossCause.DIED)] if causes == ["restarted"] else []), "unless it was silent before"


async def test_when_the_message_server_is_away_the_worker_at_home_goes_on_and_hosts_come_back(home: Home) -> None:
    ant = await home.host("ant")
    heard = await busy(home, ant, windows=3)
    await home.server.kill()
    go(home)
    assert words(await heard) == ["part0", "part1", "part2"]
    assert home.deaths == []
    assert home.of(MessageServerChanged)[-1].is_there is False
    await home.server.start()
    await until(lambda: home.state_of("ant").slots == 1)
    again = home.start(f"wait:{home.mark('again')}", "here")
    await until(lambda: "here" in ant.done)
    home.mark("again").touch()
    assert text_of(await again).endswith("here")


async def test_a_message_server_that_hangs_is_as_good_as_away(home: Home) -> None:
    ant = await home.host("ant")
    heard = await busy(home, ant)
    home.server.send(signal.SIGSTOP)
    await until(lambda: home.state_of("ant").state == "gone")
    go(home)
    assert words(await heard) == ["part0", "part1"]
    home.server.send(signal.SIGCONT)
    await until(lambda: home.state_of("ant").slots == 1)


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_line_that_loses_what_goes_one_way_loses_the_host_and_no_window(home: Home, way: str) -> None:
    async with Line(home.server.port) as line:
        ant = await home.host("ant", server=line)
        heard = await busy(home, ant)
        line.is_deaf[way] = True
        go(home)
        assert words(await heard) == ["part0", "part1"]
        assert home.deaths == []
        line.is_deaf[way] = False
        line.cut()
        await until(lambda: home.state_of("ant").slots == 1)


async def test_a_host_that_takes_nothing_is_cut_off_as_a_slow_consumer_and_comes_back(home: Home) -> None:
    async with Line(home.server.port) as line:
        ant = await home.host("ant", 24, server=line)
        line.flows.clear()
        texts = [f"wait:{home.mark('opened')}", *(f"part{n}" for n in range(24))]
        heard = home.start(*texts)
        await until(lambda: "Slow Consumer" in home.server.log and home.state_of("ant").state == "gone")
        home.mark("opened").touch()
        assert words(await heard) == texts[1:]
        assert home.deaths == []
        assert ant.done == [], "all of it was done here"
        line.flows.set()
        await until(lambda: home.state_of("ant").slots == 24)


async def test_a_connection_that_breaks_again_and_again_costs_no_window(home: Home) -> None:
    async with Line(home.server.port) as line:
        line.bytes_per_second = 5e6
        await home.host("ant", 2, server=line)
        texts = [f"wait:{home.mark('opened')}", *(f"part{n}" for n in range(20))]
        heard = home.start(*texts)
        for _ in range(5):
            await asyncio.sleep(0.3)
            line.cut()
        home.mark("opened").touch()
        assert words(await heard) == texts[1:]
        assert home.deaths == []


async def test_a_host_far_away_is_used_all_the_same(home: Home) -> None:
    async with Line(home.server.port) as line:
        line.delay_seconds = 0.1
        ant = await home.host("ant", server=line)
        heard = home.start(f"wait:{home.mark('opened')}", "part0", "part1")
        await until(lambda: len(ant.done) == 2)
        home.mark("opened").touch()
        assert words(await heard) == ["part0", "part1"]
        assert home.of(HostLeft) == []


# --- who comes and goes -----------------------------------------------------------------------------------------------
async def test_a_host_that_is_told_to_stop_finishes_what_it_has_and_says_farewell(home: Home) -> None:
    ant = await home.host("ant")
    heard = await busy(home, ant, windows=1)
    ant.send(signal.SIGTERM)
    await until(lambda: home.state_of("ant").slots == 0)
    go(home)
    assert ant.process is not None
    assert await ant.process.wait() == 0
    assert words(await heard) == ["part0"]
    assert home.of(HostLeft) == [HostLeft("ant", "farewell")]
    assert len(ant.done) == 1, "and it took nothing more"


async def test_a_drained_host_finishes_what_it_has_and_gets_nothing_more(home: Home) -> None:
    ant = await home.host("ant")
    heard = await busy(home, ant, windows=2)
    home.fleet.drain("ant")
    go(home)
    assert words(await heard) == ["part0", "part1"]
    assert len(ant.done) == 1
    assert home.state_of("ant").state == "draining"
    home.fleet.drain("ant", is_over=True)
    await until(lambda: home.state_of("ant").slots == 1)


async def test_a_host_that_would_decode_otherwise_is_refused_with_the_reason(home: Home) -> None:
    ant = await home.start_host("ant", VOICEPIPE_RECOGNITION__BEAM_SIZE="2")
    await until(lambda: home.state_of("ant").state == "refused" and "beam_size" in ant.output)
    assert [event.host for event in home.of(HostRefused)] == ["ant"]
    assert "beam_size is 2, at home 5" in home.state_of("ant").reason
    assert "beam_size is 2, at home 5" in ant.output, "its own operator is told, too"


async def test_a_credential_that_is_withdrawn_ends_the_host_s_work_until_it_is_given_back(home: Home) -> None:
    ant = await home.host("ant")
    home.server.permit(["bee", "cat"])
    home.server.reload()
    await until(lambda: home.state_of("ant").state == "gone" and "Authorization Violation" in ant.output)
    home.server.permit(HOSTS)
    home.server.reload()
    await until(lambda: home.state_of("ant").slots == 1)


# --- who is not to be trusted -----------------------------------------------------------------------------------------
@asynccontextmanager
async def somebody(home: Home, name: str, subject: str = "") -> AsyncIterator[tuple[Post, list[bytes]]]:
    """Anybody with a host's credentials, and what comes by a subject to it."""
    heard: list[bytes] = []
    address = Address(str(home.server), home.server.credentials(name), None)
    post = Post(
        address, name, subject or to_host(name), hear=lambda _, data: heard.append(data), on_change=lambda *_: None
    )
    await post.start()
    await until(lambda: post.is_up)
    try:
        yield post, heard
    finally:
        await post.stop(1.0)


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 100, b"VP\x02\0\0\0\x02[]", b"VP\x02\xff\xff\xff\xff", b"VP\x02\0\0\0\x09" + b'["Nope"]'],
    ids=str,
)
async def test_nonsense_bars_its_sender_for_a_while_and_nobody_else(home: Home, data: bytes) -> None:
    async with somebody(home, "bee") as (bee, _):
        bee.send(to_home("bee"), data)
        await until(lambda: home.state_of("bee").state == "barred")
    bad = await home.start_host("bee")
    await home.host("ant")
    await until(lambda: "home changed" in bad.output or home.state_of("bee").state == "barred")
    assert home.state_of("bee").slots == 0


async def test_another_version_is_refused_and_told_which_is_spoken(home: Home) -> None:
    async with somebody(home, "bee") as (bee, heard):
        bee.send(to_home("bee"), b"VP\x07" + frame(Beat("", 0, 0, (), 0))[3:])
        await until(lambda: home.state_of("bee").state == "refused" and heard != [])
    assert "version 7" in home.state_of("bee").reason


async def test_a_host_can_neither_speak_for_another_nor_hear_what_another_is_told(home: Home) -> None:
    ant = await home.host("ant")
    async with somebody(home, "bee", to_host("ant")) as (bee, heard):
        bee.send(to_home("ant"), b"nonsense that would bar ant")
        work = await busy(home, ant, windows=1)
        go(home)
        assert words(await work) == ["part0"]
        await until(lambda: "violation" in bee.trouble.lower())
        assert heard == []
    assert home.state_of("ant").state == "at_work"


async def test_nothing_of_it_is_left(tmp_path: Path, server: MessageServer) -> None:
    async with home_in(tmp_path, server) as home:
        ant = await home.host("ant", 2)
        assert ant.process is not None
        pid = ant.process.pid
    assert not is_alive(pid)
