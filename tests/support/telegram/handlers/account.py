"""Configuration, signing in on one or several data centres, and the bot's own settings."""

from __future__ import annotations

import secrets
from typing import Any

from pyrogram.raw import base, functions, types
from pyrogram.raw.core import TLObject

from .. import wire
from ..faults import RpcError, migrate
from .peers import chat_of
from .registry import Request, rpc

CONFIG_LIFETIME_SECONDS = 3600
ABOUT_LIMIT, DESCRIPTION_LIMIT = 120, 512


@rpc(functions.help.GetConfig)
def get_config(request: Request, query: functions.help.GetConfig) -> TLObject[Any]:
    now = int(request.world.clock())
    options: list[base.DcOption] = [
        types.DcOption(id=dc, ip_address=host, port=port) for dc, (host, port) in request.backend.addresses.items()
    ]
    return types.Config(
        date=now,
        expires=now + CONFIG_LIFETIME_SECONDS,
        test_mode=False,
        this_dc=request.dc,
        dc_options=options,
        **_LIMITS,
    )


# Values no bot asks about; they are there because the schema wants them.
_LIMITS: dict[str, Any] = {
    "dc_txt_domain_name": "",
    "chat_size_max": 200,
    "megagroup_size_max": 200_000,
    "forwarded_count_max": 100,
    "online_update_period_ms": 210_000,
    "offline_blur_timeout_ms": 5_000,
    "offline_idle_timeout_ms": 30_000,
    "online_cloud_timeout_ms": 300_000,
    "notify_cloud_delay_ms": 30_000,
    "notify_default_delay_ms": 1_500,
    "push_chat_period_ms": 60_000,
    "push_chat_limit": 2,
    "edit_time_limit": 172_800,
    "revoke_time_limit": 2_147_483_647,
    "revoke_pm_time_limit": 2_147_483_647,
    "rating_e_decay": 2_419_200,
    "stickers_recent_limit": 200,
    "channels_read_media_period": 604_800,
    "call_receive_timeout_ms": 20_000,
    "call_ring_timeout_ms": 90_000,
    "call_connect_timeout_ms": 30_000,
    "call_packet_timeout_ms": 10_000,
    "me_url_prefix": "",
    "caption_length_max": 1024,
    "message_length_max": 4096,
    "webfile_dc_id": 4,
}


@rpc(functions.auth.ImportBotAuthorization)
def import_bot_authorization(request: Request, query: functions.auth.ImportBotAuthorization) -> TLObject[Any]:
    if query.bot_auth_token != request.backend.bot_token:
        raise RpcError(400, "ACCESS_TOKEN_INVALID")
    if request.dc != request.backend.home_dc:
        raise migrate("USER", request.backend.home_dc)
    return _signed_in(request)


@rpc(functions.auth.ExportAuthorization)
def export_authorization(request: Request, query: functions.auth.ExportAuthorization) -> TLObject[Any]:
    if query.dc_id not in request.backend.addresses:
        raise RpcError(400, "DC_ID_INVALID")
    ticket = secrets.token_bytes(32)
    request.backend.exported[ticket] = request.world.bot.id
    return types.auth.ExportedAuthorization(id=request.world.bot.id, bytes=ticket)


@rpc(functions.auth.ImportAuthorization)
def import_authorization(request: Request, query: functions.auth.ImportAuthorization) -> TLObject[Any]:
    if request.backend.exported.pop(query.bytes, None) != query.id:
        raise RpcError(400, "AUTH_BYTES_INVALID")
    return _signed_in(request)


@rpc(functions.auth.LogOut)
def log_out(request: Request, query: functions.auth.LogOut) -> TLObject[Any]:
    request.session.key.user_id = None
    return types.auth.LoggedOut()


def _signed_in(request: Request) -> TLObject[Any]:
    request.session.key.user_id = request.world.bot.id
    return types.auth.Authorization(user=wire.user(request.world.bot, is_self=True))


@rpc(functions.bots.SetBotCommands)
def set_bot_commands(request: Request, query: functions.bots.SetBotCommands) -> TLObject[Any]:
    commands = {command.command: command.description for command in query.commands}
    request.backend.commands[_scope(query.scope), query.lang_code] = commands
    if isinstance(query.scope, types.BotCommandScopePeer):
        marked = {command.command for command in query.commands if command.ephemeral}
        request.backend.ephemeral_commands[chat_of(request.world, query.scope.peer).id] = marked
    return wire.true()


@rpc(functions.bots.GetBotInfo)
def get_bot_info(request: Request, query: functions.bots.GetBotInfo) -> TLObject[Any]:
    about, description = request.backend.profiles.get(query.lang_code, ("", ""))
    return types.bots.BotInfo(name=request.world.bot.first_name, about=about, description=description)


@rpc(functions.bots.SetBotInfo)
def set_bot_info(request: Request, query: functions.bots.SetBotInfo) -> TLObject[Any]:
    about, description = query.about or "", query.description or ""
    if len(about) > ABOUT_LIMIT:
        raise RpcError(400, "BOT_ABOUT_TOO_LONG")
    if len(description) > DESCRIPTION_LIMIT:
        raise RpcError(400, "BOT_DESCRIPTION_TOO_LONG")
    request.backend.profiles[query.lang_code] = about, description
    return wire.true()


@rpc(functions.bots.ResetBotCommands)
def reset_bot_commands(request: Request, query: functions.bots.ResetBotCommands) -> TLObject[Any]:
    request.backend.commands.pop((_scope(query.scope), query.lang_code), None)
    if isinstance(query.scope, types.BotCommandScopePeer):
        request.backend.ephemeral_commands.pop(chat_of(request.world, query.scope.peer).id, None)
    return wire.true()


@rpc(functions.bots.GetBotCommands)
def get_bot_commands(request: Request, query: functions.bots.GetBotCommands) -> TLObject[Any]:
    commands = request.backend.commands.get((_scope(query.scope), query.lang_code), {})
    return wire.vector(
        [types.BotCommand(command=name, description=description) for name, description in commands.items()]
    )


def _scope(scope: base.BotCommandScope) -> str:
    return type(scope).__name__.removeprefix("BotCommandScope")
