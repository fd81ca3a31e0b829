"""A host, put together: its pool of workers, and its conversation with home. What ends it, and how it drains."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from contextlib import AsyncExitStack

import uvloop

from voicepipe import systemd
from voicepipe.config import Config
from voicepipe.errors import ConfigError
from voicepipe.events import Events
from voicepipe.log import close_log, configure_logging, log_events
from voicepipe.models import find_model
from voicepipe.outpost.outpost import Offer, Outpost
from voicepipe.signals import Interrupted, obeyed_signals
from voicepipe.supervision import unless
from voicepipe.workers.local import boot_of, local_seats
from voicepipe.workers.pool import WorkerPool
from voicepipe.workers.remote.decoding import decoding_of
from voicepipe.workers.remote.fleet import address_of
from voicepipe.workers.sounds import Sounds


def run(config: Config) -> None:
    """Work for home until SIGTERM or SIGINT; a second signal ends the process at once.

    Raises VoicepipeError when the host can't start or can't go on.
    """
    if not config.remote.server:
        raise ConfigError("A worker needs to know where home is: give --server, or set [remote] server")
    os.umask(0o077)
    configure_logging(config.service)
    try:
        uvloop.run(_work(config))
    finally:
        close_log()


def host_name(config: Config) -> str:
    """This machine's name among the hosts."""
    plain = re.sub("[^A-Za-z0-9_-]+", "-", socket.gethostname())[:64].strip("-")
    return config.remote.host or plain or "host"


async def _work(config: Config) -> None:
    events = Events()
    log_events(events)
    with obeyed_signals() as signals:
        async with AsyncExitStack() as stack:
            try:
                parts = await unless(_start(config, events, stack), signals.interrupted())
            except Interrupted:
                return
            systemd.notify("READY=1", "STATUS=at work")
            await unless(signals.stopped(), *[part.wait_failed() for part in parts])
            systemd.notify("STOPPING=1")
            await parts[0].stop(config.service.stop_timeout_seconds)


async def _start(config: Config, events: Events, stack: AsyncExitStack) -> tuple[Outpost, WorkerPool]:
    model = find_model(config.recognition.model, config.service.files.models)
    settings = config.workers.model_copy(update={"express": 0})
    boot = boot_of(settings, config.recognition, model)
    sounds = Sounds(None)
    seats = local_seats(settings, config.recognition, model, sounds)
    pool = WorkerPool(settings, seats, events)
    stack.push_async_callback(pool.stop, 0.0)
    await pool.start()
    decoding = await asyncio.to_thread(decoding_of, boot)
    offer = Offer(
        model=config.recognition.model_name,
        decoding=decoding,
        device=boot.device,
        compute_type=boot.compute_type,
        slots=len(seats),
        part_seconds=lambda: seats[0].pace.part_seconds,
    )
    outpost = Outpost(host_name(config), address_of(config.remote), offer, pool, sounds, events)
    stack.push_async_callback(outpost.stop, 0.0)
    await outpost.start()
    return outpost, pool
