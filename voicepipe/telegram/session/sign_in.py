"""Signs the bot in, for the service or for a trial, and says what to do where Telegram refuses."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.config import Config, TelegramConfig
from voicepipe.config.files import StateFiles
from voicepipe.errors import SessionEnded, SignInFailed, TelegramUnavailable, VoicepipeError
from voicepipe.supervision import unless
from voicepipe.telegram.session.client import BotClient, OnUpdates
from voicepipe.telegram.session.errors import FAULTS, FLOODS, SESSION_OVER, name_of
from voicepipe.telegram.session.server_key import trust_server_key
from voicepipe.telegram.session.storage import forget_session

SIGN_IN_TIMEOUT_SECONDS = 60.0
REFUSALS = {
    "ACCESS_TOKEN_INVALID": "Telegram does not know this bot_token; copy it again from @BotFather",
    "ACCESS_TOKEN_EXPIRED": "This bot_token is no longer valid; ask @BotFather for the present one",
    "API_ID_INVALID": "api_id and api_hash do not belong together; copy both again from https://my.telegram.org/apps",
}
"""What to do about the refusals that a wrong key leads to."""


async def sign_in(config: TelegramConfig, session_dir: Path, on_updates: OnUpdates) -> BotClient:
    """A client that is signed in with the stored session, or with a new one where Telegram has ended that.

    Raises SignInFailed, TelegramUnavailable, DiskFull and FilesUnusable.
    """
    _forget_session_of_other_secrets(config, session_dir)
    try:
        return await _connected_client(config, session_dir, on_updates)
    except SessionEnded:
        forget_session(session_dir)
        return await _connected_client(config, session_dir, on_updates)


@dataclass(frozen=True, slots=True)
class SignInReport:
    """What a trial sign-in showed."""

    username: str
    bot_id: int
    clock_skew_seconds: float
    """How far this machine's clock is behind Telegram's."""


async def check_sign_in(config: Config) -> SignInReport:
    """Sign in with a session of its own and out again; a running service is not disturbed. Raises SignInFailed."""

    async def ignore(_: raw.base.Updates) -> None:
        pass

    with tempfile.TemporaryDirectory() as session_dir:
        try:
            client = await _connected_client(config.telegram, Path(session_dir), ignore)
        except SessionEnded as error:
            raise SignInFailed from error
        try:
            return SignInReport(client.me.username or "", client.me.id, client.clock_skew_seconds)
        finally:
            await client.invoke(raw.functions.auth.LogOut())
            await client.disconnect_all()


def _forget_session_of_other_secrets(config: TelegramConfig, session_dir: Path) -> None:
    """Remove a stored session that was signed in with other secrets, so that changed ones are really tried."""
    path = StateFiles(session_dir).session_owner
    present = f"{config.bot_id} {_fingerprint(config)}"
    former = path.read_text() if path.exists() else ""
    if former == present:
        return
    if former not in ("", str(config.bot_id)):  # versions up to 0.1 kept only the bot's id
        forget_session(session_dir)
    path.write_text(present)


def _fingerprint(config: TelegramConfig) -> str:
    """Tells secrets apart, and says nothing of them."""
    secrets = (str(config.api_id), config.api_hash.get_secret_value(), config.bot_token.get_secret_value())
    return sha256("\n".join(secrets).encode()).hexdigest()[:16]


async def _connected_client(config: TelegramConfig, session_dir: Path, on_updates: OnUpdates) -> BotClient:
    """A client that is signed in.

    Raises SignInFailed, TelegramUnavailable, DiskFull, FilesUnusable, and SessionEnded when the stored session is not
    valid.
    """
    if config.server_key:
        trust_server_key(config.server_key_pem)
    client = BotClient(config, session_dir, on_updates)
    try:
        await _start(client)
    except BaseException:
        await client.disconnect_all()
        raise
    return client


async def _start(client: BotClient) -> None:
    """Raises the same."""
    try:
        async with asyncio.timeout(SIGN_IN_TIMEOUT_SECONDS):
            await _start_unless_key_lost(client)
    except SESSION_OVER as error:
        raise SessionEnded from error
    except (*FLOODS, *FAULTS) as error:
        why = name_of(error)
        raise TelegramUnavailable(f"Telegram does not let the bot sign in just now: {why}. Start later") from error
    except RPCError as error:
        why = name_of(error)
        words = f"Telegram refused the sign-in: {why}. Check api_id, api_hash and bot_token"
        raise SignInFailed(REFUSALS.get(why, words)) from error
    except (OSError, TimeoutError) as error:
        raise TelegramUnavailable(_unreached(client, error)) from error
    except VoicepipeError:
        raise
    except Exception as error:  # the client's, at whatever is no answer of the protocol
        raise TelegramUnavailable(
            f"What answers in Telegram's place does not speak its protocol ({type(error).__name__}): check [telegram] "
            "server and server_key, and this machine's network"
        ) from error


def _unreached(client: BotClient, error: BaseException) -> str:
    through = f" through the proxy {client.proxy.hostname}" if client.proxy else ""
    why = f" ({error})" if client.proxy and str(error) else ""
    return (
        f"Telegram does not answer{through}{why}: check this machine's network, then start again; voicepipe doctor "
        "says which leg of the way fails"
    )


async def _start_unless_key_lost(client: BotClient) -> None:
    async def key_lost() -> NoReturn:
        await client.key_lost.wait()
        raise SessionEnded

    await unless(client.start(), key_lost())
