"""Installs the service on this machine, sends it a recording over a loopback Telegram, and compares the answer.

Only for a machine that was made for it: `scripts/test_on_debian --service` boots one. Ends with a status of 0 only if
systemd started the service and it answered.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from rich.console import Console

from tests.support.answers import is_final
from tests.support.places import ROOT
from tests.support.samples import load_samples
from tests.support.settings import bot_variables
from tests.support.telegram import LoopbackTelegram

INSTALL_TIMEOUT_SECONDS = 400.0
ANSWER_TIMEOUT_SECONDS = 60.0
SETTINGS = Path("/etc/systemd/system/voicepipe.service.d/loopback.conf")
SECRETS = {"VOICEPIPE_TELEGRAM__API_ID", "VOICEPIPE_TELEGRAM__API_HASH", "VOICEPIPE_TELEGRAM__BOT_TOKEN"}

console = Console(highlight=False, markup=False, soft_wrap=True)


def configure_service(variables: dict[str, str]) -> None:
    """Have systemd give it these variables; systemd reads escapes, so a value may have lines."""
    lines = [f'Environment="{name}={value}"'.replace("\n", "\\n") for name, value in sorted(variables.items())]
    SETTINGS.parent.mkdir(parents=True, exist_ok=True)
    SETTINGS.write_text("\n".join(["[Service]", *lines, ""]))


async def run(*command: str, variables: dict[str, str] | None = None) -> int:
    console.print("$", *command)
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | (variables or {}))
    async with asyncio.timeout(INSTALL_TIMEOUT_SECONDS):
        return await process.wait()


async def answer_to_a_recording(telegram: LoopbackTelegram) -> bool:
    """Whether a person gets the text of what they send."""
    sample = load_samples()["seen_ru_00.ogg"]
    telegram.world.add_user(101, "Аня", username="anya", language_code="ru")
    user = telegram.user(101)
    sent = await user.send_voice(sample.data, sample.seconds)
    answer = await user.wait_reply(sent, is_final, ANSWER_TIMEOUT_SECONDS)
    console.print(f"sent a voice note; the bot answered: {answer.text}")
    return answer.text == sample.text


async def main() -> int:
    async with LoopbackTelegram() as telegram:
        variables = bot_variables(telegram)
        configure_service({name: variables[name] for name in variables.keys() - SECRETS})
        installed = await run(str(ROOT / "scripts/install"), "--no-model", variables=variables)
        is_well = installed == 0 and await answer_to_a_recording(telegram)
        await run("voicepipe", "status")
        is_well &= await run("systemctl", "reload", "voicepipe.service") == 0
        if not is_well:
            await run("journalctl", "--unit=voicepipe", "--lines=50", "--no-pager")
        is_stopped = await run("systemctl", "stop", "voicepipe.service") == 0
    console.print("installed service:", "answered as expected" if is_well and is_stopped else "failed")
    return 0 if is_well and is_stopped else 1


if __name__ == "__main__":
    if not Path("/run/systemd/system").is_dir() or os.geteuid() != 0:
        sys.exit("installed_service: needs root on a machine that systemd has started")
    sys.exit(asyncio.run(main()))
