"""Operations on users: who they are, what they may use, and what they used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicepipe.control.changes import Change, Changes, ShowChanges
from voicepipe.control.messages import (
    MAX_USER_ID,
    ForgetReport,
    ForgetUser,
    GrantSeconds,
    History,
    LedgerLine,
    ListUsers,
    SetBanned,
    SetPlan,
    SetQuota,
    SetUnlimited,
    ShowHistory,
    ShowUser,
    UserList,
    UserReport,
)
from voicepipe.control.registry import Desk, performs, require
from voicepipe.errors import RequestRefused
from voicepipe.store.entries import PLAN

if TYPE_CHECKING:
    from voicepipe.domain.quota import Balance
    from voicepipe.store import LedgerRow, UserRow

MAX_QUOTA_SECONDS = 86_400
"""A daily quota above the seconds of a day is a mistake; who may have more is unlimited."""
MAX_GRANT_SECONDS = 31_536_000
"""A year of audio in one grant."""
MAX_HISTORY = 10_000
_MAX_USER_ID_DIGITS = 50
"""With leading zeros; a text of very many digits is no number to Python."""


# --- questions ------------------------------------------------------------------------------------------------------
@performs(ShowUser)
async def show_user(desk: Desk, request: ShowUser) -> UserReport:
    return await _report(desk, user_id_of(desk, request.user))


@performs(ListUsers)
async def list_users(desk: Desk, _: ListUsers) -> UserList:
    return UserList(users=tuple([_user_report(desk, row) for row in await desk.reports.users()]))


@performs(ShowHistory)
async def show_history(desk: Desk, request: ShowHistory) -> History:
    require("The number of lines", request.limit, least=1, most=MAX_HISTORY)
    user_id = user_id_of(desk, request.user)
    rows = await desk.reports.history(user_id, request.limit)
    return History(user_id=user_id, lines=tuple(ledger_line(row) for row in rows))


@performs(ShowChanges)
async def show_changes(desk: Desk, request: ShowChanges) -> Changes:
    require("The number of lines", request.limit, least=1, most=MAX_HISTORY)
    user_id = None if request.user is None else user_id_of(desk, request.user)
    rows = await desk.reports.changes(request.limit, user_id)
    return Changes(changes=tuple(Change.model_validate(row, from_attributes=True) for row in rows))


# --- changes --------------------------------------------------------------------------------------------------------
@performs(SetQuota)
async def set_quota(desk: Desk, request: SetQuota) -> UserReport:
    user_id = user_id_of(desk, request.user)
    if request.seconds is not None:
        require_daily_quota(request.seconds)
    await desk.accounts.set_quota(user_id, request.seconds, request_id=request.request_id, by=request.by)
    return await _report(desk, user_id)


@performs(SetPlan)
async def set_plan(desk: Desk, request: SetPlan) -> UserReport:
    user_id = user_id_of(desk, request.user)
    if request.plan is not None:
        require_plan(desk, request.plan)
    await desk.accounts.set_plan(user_id, request.plan, request_id=request.request_id, by=request.by)
    return await _report(desk, user_id)


@performs(GrantSeconds)
async def grant_seconds(desk: Desk, request: GrantSeconds) -> UserReport:
    user_id = user_id_of(desk, request.user)
    require_grant(request.seconds)
    await desk.accounts.grant(user_id, request.seconds, request_id=request.request_id, by=request.by)
    return await _report(desk, user_id)


@performs(SetUnlimited)
async def set_unlimited(desk: Desk, request: SetUnlimited) -> UserReport:
    user_id = user_id_of(desk, request.user)
    await desk.accounts.set_unlimited(user_id, request.value, request_id=request.request_id, by=request.by)
    return await _report(desk, user_id)


@performs(SetBanned)
async def set_banned(desk: Desk, request: SetBanned) -> UserReport:
    user_id = user_id_of(desk, request.user)
    await desk.accounts.set_banned(user_id, request.value, request_id=request.request_id, by=request.by)
    return await _report(desk, user_id)


@performs(ForgetUser)
async def forget_user(desk: Desk, request: ForgetUser) -> ForgetReport:
    forgotten = await desk.forgetting.forget_named(request.user_id)
    if forgotten.unfinished:
        raise RequestRefused(
            f"Recordings of user {request.user_id} are still to be answered ({forgotten.unfinished}): repeat the "
            "command when they are"
        )
    return ForgetReport(user_id=request.user_id, was_known=forgotten.was_known)


# --- what is sensible -----------------------------------------------------------------------------------------------
def require_daily_quota(seconds: int) -> None:
    """Raises RequestRefused."""
    hint = "more than a day: use `quota unlimited`"
    require("A daily quota", seconds, least=0, most=MAX_QUOTA_SECONDS, hint=hint)


def require_plan(desk: Desk, plan: str) -> None:
    """Raises RequestRefused for one that is not configured."""
    known = desk.accounts.plans()
    if plan not in known:
        raise RequestRefused(
            f"There is no plan {plan!r}; configured are: {', '.join(known) or 'none'} ([quota.plans.NAME])"
        )


def require_grant(seconds: int) -> None:
    """Raises RequestRefused."""
    require("A grant", seconds, least=1, most=MAX_GRANT_SECONDS, hint="a year of audio")


# --- who is meant ---------------------------------------------------------------------------------------------------
def parse_user(text: str) -> int | str:
    """A user as an operator names one: a numeric id, or an @username (returned with its @).

    Raises RequestRefused, saying what was expected.
    """
    name = text.strip()
    if name.isascii() and name.lstrip("-").isdecimal():
        return _user_number(name)
    bare = name.removeprefix("@")
    if 0 < len(bare) <= 32 and bare.isascii() and bare.replace("_", "").isalnum() and not bare[0].isdecimal():
        return f"@{bare}"
    raise RequestRefused(f"{text!r} names no user; expected a Telegram user id, as 123456789, or a @username")


def _user_number(name: str) -> int:
    """Negative for groups and channels, which people can speak as."""
    digits = name.removeprefix("-")
    if not digits.isdecimal() or len(digits) > _MAX_USER_ID_DIGITS or not 0 < int(digits) <= MAX_USER_ID:
        raise RequestRefused(
            f"{name} is no user id: expected a number, as 123456789, or as -1001234567890 for a group or channel"
        )
    return int(name)


def user_id_of(desk: Desk, user: str) -> int:
    """The id of somebody as an operator names them. Raises RequestRefused."""
    parsed = parse_user(user)
    if isinstance(parsed, int):
        return parsed
    user_id = desk.people.find(parsed)
    if user_id is None:
        raise RequestRefused(
            f"Nobody with the username {parsed} has written to the bot yet; "
            "a numeric user id is accepted even before its first message"
        )
    return user_id


# --- reports --------------------------------------------------------------------------------------------------------
async def _report(desk: Desk, user_id: int) -> UserReport:
    row = await desk.reports.user(user_id)
    return _stranger(user_id, desk.accounts.balance(user_id)) if row is None else _user_report(desk, row)


def _user_report(desk: Desk, row: UserRow) -> UserReport:
    balance = desk.accounts.balance(row.user_id)
    return UserReport(
        user_id=row.user_id,
        username=row.username,
        language=row.language,
        is_known=True,
        has_written=desk.people.person(row.user_id) is not None,
        is_banned=balance.is_banned,
        is_unlimited=balance.is_unlimited,
        **_plan_facts(desk, row.user_id, balance),
        daily_quota_seconds=balance.daily_quota_seconds,
        has_default_quota=row.daily_quota_seconds is None,
        used_today_seconds=row.used_today_seconds,
        daily_left_seconds=balance.daily_left_seconds,
        extra_left_seconds=balance.extra_left_seconds,
        resets_at=balance.resets_at,
        recordings=row.recordings,
        audio_seconds=row.audio_seconds,
        created_at=row.created_at,
    )


def _plan_facts(desk: Desk, user_id: int, balance: Balance) -> dict[str, Any]:
    plan = desk.accounts.setting(user_id, PLAN)
    return {"plan": plan, "is_plan_known": plan == balance.plan, "longest_seconds": balance.longest_seconds}


def _stranger(user_id: int, balance: Balance) -> UserReport:
    return UserReport(
        user_id=user_id,
        username=None,
        language=None,
        is_known=False,
        has_written=False,
        is_banned=balance.is_banned,
        is_unlimited=balance.is_unlimited,
        daily_quota_seconds=balance.daily_quota_seconds,
        has_default_quota=True,
        used_today_seconds=0,
        daily_left_seconds=balance.daily_left_seconds,
        extra_left_seconds=balance.extra_left_seconds,
        resets_at=balance.resets_at,
        recordings=0,
        audio_seconds=0.0,
        created_at=None,
    )


def ledger_line(row: LedgerRow) -> LedgerLine:
    """A movement, as it is reported."""
    return LedgerLine(
        seq=row.seq,
        at=row.at,
        quota_day=row.quota_day,
        kind=row.kind,
        seconds=row.seconds,
        extra_seconds=row.extra_seconds,
        chat_id=row.key.chat_id if row.key else None,
        message_id=row.key.message_id if row.key else None,
        door=row.key.door if row.key else "",
    )
