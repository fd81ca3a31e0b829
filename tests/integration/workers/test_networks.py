"""A host on a network of its own: what the kernel does to its line, not what a program of ours pretends."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.remote import HostProcess, MessageServer, make_certificate
from tests.support.remote_home import Home, home_in, text_of
from tests.support.waiting import until
from voicepipe.events import HostLeft

NUMBERS = itertools.count()
"""A line's name is free again only some time after its end."""


@dataclass(frozen=True, slots=True)
class Net:
    """A network namespace, and the two ends of the line to it."""

    name: str
    near: str
    far: str
    address: str

    def far_off(self, *command: str) -> None:
        """Do something at the far end."""
        run("ip", "netns", "exec", self.name, *command)


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=20)


@pytest.fixture
def net() -> Iterator[Net]:
    number = (os.getpid() * 8 + next(NUMBERS)) % 60_000
    address = f"10.{200 + number // 16_384}.{number // 64 % 256}.{number % 64 * 4 + 1}"
    net = Net(f"vp{number}", f"vpn{number}", f"vpf{number}", address)
    far = f"{address.rpartition('.')[0]}.{int(address.rpartition('.')[2]) + 1}"
    try:
        run("ip", "netns", "add", net.name)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"network namespaces can't be made here: {error}")
    try:
        run("ip", "link", "add", net.near, "type", "veth", "peer", "name", net.far, "netns", net.name)
        run("ip", "addr", "add", f"{address}/30", "dev", net.near)
        run("ip", "link", "set", net.near, "up")
        net.far_off("ip", "addr", "add", f"{far}/30", "dev", net.far)
        net.far_off("ip", "link", "set", net.far, "up")
        yield net
    except subprocess.CalledProcessError as error:
        pytest.skip(f"a line between networks can't be made here: {error.stderr!r}")
    finally:
        run("ip", "netns", "del", net.name)


@pytest.fixture
async def home(tmp_path: Path, net: Net) -> AsyncIterator[Home]:
    certificate = make_certificate(tmp_path, f"IP:{net.address}")
    server = MessageServer(tmp_path, certificate=certificate, address=net.address)
    server.permit(["ant"])
    async with server, home_in(tmp_path, server, ca=certificate) as home:
        await home.start_host("ant", namespace=net.name, VOICEPIPE_REMOTE__CA=str(certificate))
        await until(lambda: home.state_of("ant").slots == 1)
        yield home


async def test_a_partition_and_one_way_loss_cost_no_window(home: Home, net: Net) -> None:
    for down, up in (
        (("ip", "link", "set", net.near, "down"), ("ip", "link", "set", net.near, "up")),
        (  # nothing that the host says arrives, and all that it is told
            ("ip", "netns", "exec", net.name, "ip", "route", "add", "blackhole", f"{net.address}/32"),
            ("ip", "netns", "exec", net.name, "ip", "route", "del", "blackhole", f"{net.address}/32"),
        ),
    ):
        heard = home.start(f"wait:{home.mark('opened')}", f"wait:{home.mark('go')} there")
        await until(lambda: home.state_of("ant").busy == 1)
        left = len(home.of(HostLeft))
        run(*down)
        await until(lambda: len(home.of(HostLeft)) > left)  # noqa: B023  awaited here
        home.mark("go").touch()
        home.mark("opened").touch()
        assert text_of(await heard).endswith("there")
        assert (home.deaths, home.of(HostLeft)[-1].cause) == ([], "silent")
        run(*up)
        await until(lambda: home.state_of("ant").slots == 1, 40)
        home.mark("go").unlink()
        home.mark("opened").unlink()


async def test_with_200_ms_of_latency_a_window_comes_back(home: Home, net: Net) -> None:
    try:
        net.far_off("tc", "qdisc", "add", "dev", net.far, "root", "netem", "delay", "100ms")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this kernel delays nothing (tc netem): {error.stderr!r}")
    run("tc", "qdisc", "add", "dev", net.near, "root", "netem", "delay", "100ms")
    heard = home.start(f"wait:{home.mark('opened')}", "there")
    ant: HostProcess = home.hosts["ant"]
    await until(lambda: ant.done == ["there"])
    home.mark("opened").touch()
    assert text_of(await heard).endswith("there")
    assert home.of(HostLeft) == []
