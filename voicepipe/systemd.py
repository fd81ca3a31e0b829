"""What systemd is told: readiness, stopping, and a watchdog fed only while everything that matters works.

The protocol is a datagram of KEY=VALUE lines to the socket that $NOTIFY_SOCKET names: sd_notify(3). Without systemd
nothing is sent.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

CHECK_TIMEOUT_SECONDS = 10.0


def notify(*lines: str) -> None:
    """Tell systemd, as `READY=1`; an address that nobody listens at is not our trouble."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # Linux's abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto("\n".join(lines).encode(), address)
        except OSError:
            return


def extend_start(seconds: float) -> None:
    """Be given at least so long from now on, when the start takes longer than the unit allows."""
    notify(f"EXTEND_TIMEOUT_USEC={seconds * 1e6:.0f}")


def watchdog_seconds() -> float | None:
    """How long systemd waits for a sign of life of this process; None when it does not wait for any."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1e6 if microseconds.isdecimal() and int(microseconds) else None


async def feed_watchdog(check: Callable[[], Awaitable[bool]]) -> None:
    """For ever: a sign of life whenever `check` says in time that all is well. Its silence makes systemd restart us."""
    interval_seconds = (watchdog_seconds() or 3600.0) / 3
    while True:
        await asyncio.sleep(interval_seconds)
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
                is_well = await check()
        except TimeoutError:
            is_well = False
        if is_well:
            notify("WATCHDOG=1")
