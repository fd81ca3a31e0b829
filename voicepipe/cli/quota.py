"""`voicepipe quota`: shows and changes how much users may have recognised."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import NEGATIVE_NUMBERS, AsJson, UserArgument, whole_number
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import print_document, print_json
from voicepipe.cli.tools.operator import ask, new_request_id
from voicepipe.cli.tools.tables import print_facts, print_table
from voicepipe.cli.tools.words import (
    NOT_SEEN,
    operators_zone,
    show_duration,
    show_instant,
    show_seconds,
    show_user,
)

if TYPE_CHECKING:
    from datetime import tzinfo

    from voicepipe.config.quota import PlanConfig
    from voicepipe.control.messages import LedgerLine, Mutation, UserReport

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def quota_group() -> None:
    """Show and change how much users may have recognised."""


class Order(StrEnum):
    """What `quota list` sorts by: the most first, but names and ids ascending."""

    USED = "used"
    LEFT = "left"
    EXTRA = "extra"
    DAILY = "daily"
    NAME = "name"
    ID = "id"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


@app.command("show", context_settings=NEGATIVE_NUMBERS)
def show_command(context: typer.Context, user: UserArgument, as_json: AsJson = False) -> None:
    """Show what a user may have, has used and has left."""
    from voicepipe.control.messages import ShowUser

    config = load_to_ask(context)
    _print_user(ask(config, ShowUser(user=user)), operators_zone(config), as_json)


@app.command("list")
def list_command(
    context: typer.Context,
    sort: Annotated[Order, typer.Option("--sort", help="Column to sort by.")] = Order.USED,
    as_json: AsJson = False,
) -> None:
    """List all users with their quotas."""
    from voicepipe.control.messages import ListUsers, UserList

    users = sorted(ask(load_to_ask(context), ListUsers()).users, key=lambda user: _place(user, sort))
    if as_json:
        print_json(UserList(users=tuple(users)))
    elif users:
        print_table((">ID", "~USER", ">DAILY", ">USED", ">LEFT", ">EXTRA", "~NOTE"), map(_row, users))
    else:
        typer.echo("No users yet.")


@app.command("set", context_settings=NEGATIVE_NUMBERS)
def set_command(
    context: typer.Context,
    user: UserArgument,
    seconds: Annotated[str, typer.Argument(metavar="SECONDS|default", help="Seconds a day, or the word default.")],
    as_json: AsJson = False,
) -> None:
    """Set a user's daily quota, or the default again.

    It holds at once; what is used today stays used. With 0 only granted seconds are left.

    \b
    Examples:
      voicepipe quota set 123456789 600
      voicepipe quota set @anna default
    """
    from voicepipe.control.messages import SetQuota

    value = None if seconds.lower() == "default" else whole_number(seconds, "seconds", '600, or "default"')
    _change(context, SetQuota(user=user, seconds=value, request_id=new_request_id()), as_json)


@app.command("plan", context_settings=NEGATIVE_NUMBERS)
def plan_command(
    context: typer.Context,
    user: UserArgument,
    plan: Annotated[str, typer.Argument(metavar="PLAN|default", help="A plan's name, or the word default.")],
    as_json: AsJson = False,
) -> None:
    """Give a user a quota plan, or what everybody has again.

    Plans are tables [quota.plans.NAME] of the configuration; `voicepipe quota plans` lists them. What `quota set` has
    set for the user goes before the plan's daily seconds.

    \b
    Examples:
      voicepipe quota plan @anna plus
      voicepipe quota plan 123456789 default
    """
    from voicepipe.control.messages import SetPlan

    value = None if plan.lower() == "default" else plan
    _change(context, SetPlan(user=user, plan=value, request_id=new_request_id()), as_json)


@app.command("plans")
def plans_command(context: typer.Context, as_json: AsJson = False) -> None:
    """List the quota plans of the configuration."""
    plans = load_to_ask(context).quota.plans
    if as_json:
        print_document({name: plan.model_dump() for name, plan in plans.items()})
    elif plans:
        rows = [(name, str(each.daily_seconds), _longest(each)) for name, each in plans.items()]
        print_table(("PLAN", ">DAILY", ">LONGEST"), rows)
    else:
        typer.echo("No plans are configured ([quota.plans.NAME] in config.toml).")


@app.command("grant", context_settings=NEGATIVE_NUMBERS)
def grant_command(
    context: typer.Context,
    user: UserArgument,
    seconds: Annotated[str, typer.Argument(metavar="SECONDS", help="Seconds of audio to give.")],
    as_json: AsJson = False,
) -> None:
    """Give a user extra seconds.

    They are used after the day's and kept until used.

    \b
    Example:
      voicepipe quota grant 123456789 3600
    """
    from voicepipe.control.messages import GrantSeconds

    value = whole_number(seconds, "seconds", "600")
    _change(context, GrantSeconds(user=user, seconds=value, request_id=new_request_id()), as_json)


@app.command("unlimited", context_settings=NEGATIVE_NUMBERS)
def unlimited_command(
    context: typer.Context,
    user: UserArgument,
    switch: Annotated[
        Switch, typer.Argument(metavar="on|off", help="on lifts the quota, off restores it.")
    ] = Switch.ON,
    as_json: AsJson = False,
) -> None:
    """Lift a user's quota, or restore it.

    The limit per recording stays.
    """
    from voicepipe.control.messages import SetUnlimited

    _change(context, SetUnlimited(user=user, value=switch is Switch.ON, request_id=new_request_id()), as_json)


@app.command("history", context_settings=NEGATIVE_NUMBERS)
def history_command(
    context: typer.Context,
    user: UserArgument,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Most lines to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the movements of a user's quota.

    That is the ledger, newest first: reservations, settlements, refunds and grants. SECONDS moves the day's pot, EXTRA
    the granted one; what is taken is negative. A recording reserves a second more than it says it is long, and gets
    back what it does not need when it is recognised (as settle +1); at least 1 s is charged. What
    nobody got is refunded.
    """
    from voicepipe.control.messages import ShowHistory

    config = load_to_ask(context)
    history = ask(config, ShowHistory(user=user, limit=limit))
    if as_json:
        print_json(history)
    elif history.lines:
        zone = operators_zone(config)
        rows = [_ledger_row(line, zone) for line in history.lines]
        print_table((f"WHEN ({zone})", "KIND", ">SECONDS", ">EXTRA", "QUOTA DAY", ">CHAT", ">MESSAGE"), rows)
    else:
        typer.echo(f"No seconds of user {history.user_id} have moved yet.")


def _change(context: typer.Context, mutation: Mutation, as_json: bool) -> None:
    """Make a change and print what holds now."""
    config = load_to_ask(context)
    _print_user(ask(config, mutation), operators_zone(config), as_json)


def _print_user(user: UserReport, zone: tzinfo, as_json: bool) -> None:
    if as_json:
        print_json(user)
    else:
        print_facts(_facts(user, zone))


def _facts(user: UserReport, zone: tzinfo) -> list[tuple[str, str]]:
    remarks = ("" if user.has_written else f", {NOT_SEEN}") + (", banned" if user.is_banned else "")
    extra = f"{show_seconds(user.extra_left_seconds)}, used after the day's" if user.extra_left_seconds else ""
    facts = [
        ("user", show_user(user) + remarks),
        ("plan", _plan(user)),
        ("daily quota", _daily(user)),
        ("used today", show_seconds(user.used_today_seconds)),
        ("left today", "no limit" if user.is_unlimited else show_seconds(user.daily_left_seconds)),
        ("extra", extra),
        ("resets", show_instant(user.resets_at, zone)),
        ("recognised", f"{user.recordings} recordings, {show_duration(user.audio_seconds)}"),
    ]
    return [(name, value) for name, value in facts if value]


def _plan(user: UserReport) -> str:
    if user.plan is None:
        return ""
    if not user.is_plan_known:
        return f"{user.plan}, which is not configured any more: the defaults hold"
    longest = "" if user.longest_seconds is None else f", recordings of up to {show_seconds(user.longest_seconds)}"
    return user.plan + longest


def _longest(plan: PlanConfig) -> str:
    return "as usual" if plan.max_recording_seconds is None else str(plan.max_recording_seconds)


def _daily(user: UserReport) -> str:
    if user.is_unlimited:
        return "unlimited"
    usual = f"by the plan {user.plan}" if user.plan and user.is_plan_known else "the default"
    return f"{show_seconds(user.daily_quota_seconds)}, {usual if user.has_default_quota else 'set for this user'}"


def _row(user: UserReport) -> tuple[str, ...]:
    flags = {
        "banned": user.is_banned,
        "unlimited": user.is_unlimited,
        "own quota": not user.has_default_quota,
        f"plan {user.plan}": user.plan is not None,
        "not seen yet": not user.has_written,
    }
    return (
        str(user.user_id),
        f"@{user.username}" if user.username else "",
        str(user.daily_quota_seconds),
        str(user.used_today_seconds),
        "∞" if user.is_unlimited else str(user.daily_left_seconds),
        str(user.extra_left_seconds),
        ", ".join(flag for flag, holds in flags.items() if holds),
    )


def _place(user: UserReport, order: Order) -> tuple[float | str, int]:
    """The sort key; ids make the order of equals fixed."""
    left = float("inf") if user.is_unlimited else user.daily_left_seconds + user.extra_left_seconds
    keys: dict[Order, float | str] = {
        Order.USED: -user.used_today_seconds,
        Order.LEFT: -left,
        Order.EXTRA: -user.extra_left_seconds,
        Order.DAILY: -user.daily_quota_seconds,
        Order.NAME: (user.username or "\uffff").lower(),
        Order.ID: user.user_id,
    }
    return keys[order], user.user_id


def _ledger_row(line: LedgerLine, zone: tzinfo) -> tuple[str, ...]:
    return (
        line.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        line.kind,
        f"{line.seconds:+d}" if line.seconds else "",
        f"{line.extra_seconds:+d}" if line.extra_seconds else "",
        line.quota_day.isoformat(),
        "" if line.chat_id is None else str(line.chat_id),
        "" if line.message_id is None else "/".join(filter(None, (str(line.message_id), line.door))),
    )
