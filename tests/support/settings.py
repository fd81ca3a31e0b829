"""Configurations for tests: whole ones, and environments without what configures voicepipe on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from voicepipe.config import Config

if TYPE_CHECKING:
    from tests.support.telegram import LoopbackTelegram


def config(**sections: dict[str, Any]) -> Config:
    """The defaults, but for these keys: `config(limits={"max_jobs": 3})`."""
    return Config.model_validate(sections)


def bare_environment() -> dict[str, str]:
    """Our environment without whatever configures voicepipe on this machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith("VOICEPIPE_")}


def bot_variables(telegram: LoopbackTelegram, token: str = "") -> dict[str, str]:
    """Variables with which a bot of this Telegram signs in and recognises with the demo model."""
    return {
        "VOICEPIPE_TELEGRAM__API_ID": "1",
        "VOICEPIPE_TELEGRAM__API_HASH": "0" * 32,
        "VOICEPIPE_TELEGRAM__BOT_TOKEN": token or telegram.bot_token,
        "VOICEPIPE_TELEGRAM__SERVER": telegram.address_setting,
        "VOICEPIPE_TELEGRAM__SERVER_KEY": telegram.public_key_pem,
        "VOICEPIPE_RECOGNITION__MODEL": "demo",
    }
