"""`voicepipe users`: lists, bans and forgets users."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import NEGATIVE_NUMBERS, AsJson, UserArgument
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import print_json
from voicepipe.cli.tools.operator import ask, new_request_id
from voicepipe.cli.tools.tables import print_table
from voicepipe.cli.tools.words import NOT_SEEN, operators_zone, show_duration, show_user
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from datetime import tzinfo

    from voicepipe.control.changes import Change
    from voicepipe.control.messages import SettingLine, SettingsReport, UserReport

MOST_SHOWN = 60
"""Signs of what can be chosen."""

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def users_group() -> None:
    """See who writes to the bot, ban users, and forget them."""


@app.command("list")
def list_command(context: typer.Context, as_json: AsJson = False) -> None:
    """List all users, the latest first."""
    from voicepipe.control.messages import ListUsers, UserList

    config = load_to_ask(context)
    users = sorted(ask(config, ListUsers()).users, key=lambda user: (user.created_at or 0, user.user_id), reverse=True)
    if as_json:
        print_json(UserList(users=tuple(users)))
    elif users:
        rows = [_row(user, operators_zone(config)) for user in users]
        print_table((">ID", "~USER", "LANGUAGE", "SINCE", ">RECORDINGS", ">AUDIO", "~NOTE"), rows)
    else:
        typer.echo("No users yet.")


@app.command("ban", context_settings=NEGATIVE_NUMBERS)
def ban_command(context: typer.Context, user: UserArgument, as_json: AsJson = False) -> None:
    """Refuse what a user sends from now on.

    Somebody not seen yet can be banned by id.
    """
    from voicepipe.control.messages import SetBanned

    report = ask(load_to_ask(context), SetBanned(user=user, value=True, request_id=new_request_id()))
    _print_standing(report, "is banned", as_json)


@app.command("unban", context_settings=NEGATIVE_NUMBERS)
def unban_command(context: typer.Context, user: UserArgument, as_json: AsJson = False) -> None:
    """Serve a banned user again.

    For somebody who is not banned nothing changes.
    """
    from voicepipe.control.messages import SetBanned, ShowUser

    config = load_to_ask(context)
    report = ask(config, ShowUser(user=user))
    was_banned = report.is_banned
    if was_banned:
        report = ask(config, SetBanned(user=str(report.user_id), value=False, request_id=new_request_id()))
    _print_standing(report, "is served again" if was_banned else "was not banned", as_json)


@app.command("changes", context_settings=NEGATIVE_NUMBERS)
def changes_command(
    context: typer.Context,
    user: Annotated[str, typer.Argument(metavar="USER", help="Whose; everybody's if left out.")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="How many changes to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what was changed, and who did it.

    What operators did by the command line, and administrators in the chat by /admin, the latest first: grants, quotas,
    plans, bans, pauses and broadcasts, and jobs that were given up or tried again.
    """
    from voicepipe.control.changes import ShowChanges

    config = load_to_ask(context)
    report = ask(config, ShowChanges(user=user or None, limit=limit))
    if as_json:
        print_json(report)
    elif report.changes:
        rows = [_change_row(change, operators_zone(config)) for change in report.changes]
        print_table(("AT", ">FOR", "WHAT", "VALUE", "~BY"), rows)
    else:
        typer.echo("Nothing was changed.")


def _change_row(change: Change, zone: tzinfo) -> tuple[str, ...]:
    from voicepipe.accounts.preferences import spell

    at = change.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    by = f"administrator {change.by}" if change.by else "command line"
    return at, str(change.user_id) if change.user_id else "all", change.what, spell(change.value), by


@app.command("settings", context_settings=NEGATIVE_NUMBERS)
def settings_command(
    context: typer.Context,
    user: UserArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The preference to change.")] = "",
    value: Annotated[str, typer.Argument(metavar="VALUE|default", help="What is to apply.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what a user or group has chosen, or change it.

    `default` takes a choice back. Nothing is asked of whoever it is about.

    \b
    Examples:
      voicepipe users settings @anna
      voicepipe users settings @anna languages ru,en
      voicepipe users settings -1001234567890 vocabulary default
    """
    from voicepipe.control.messages import ChangeSetting, ShowSettings

    _know_preferences()
    config = load_to_ask(context)
    if not name:
        report = ask(config, ShowSettings(user=user))
    elif value:
        given = None if value.lower() == "default" else value
        report = ask(config, ChangeSetting(user=user, name=name, value=given, request_id=new_request_id()))
    else:
        raise RequestRefused(f"There is no value for {name}: expected NAME and VALUE, or neither")
    _print_settings(report, name.lower(), as_json)


def _know_preferences() -> None:
    """Whoever reads a preference declares it, so that all are known only to the whole service."""
    import voicepipe.service  # noqa: F401  imported for what it declares


def _print_settings(report: SettingsReport, name: str, as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    shown = [line for line in report.settings if name in ("", line.name)]
    print_table(("NAME", "~VALUE", "NOTE", "~POSSIBLE"), map(_setting_row, shown))


def _setting_row(line: SettingLine) -> tuple[str, ...]:
    note = "locked" if line.is_locked else "chosen" if line.is_chosen else "by default"
    return line.name, line.value, note, _folded(line.expected)


def _folded(possible: str) -> str:
    """What can be chosen, in one line: of a hundred languages the first, and how many more there are."""
    if len(possible) <= MOST_SHOWN:
        return possible
    shown = possible[:MOST_SHOWN].rsplit(" ", 1)[0]
    return f"{shown.rstrip(',')} … and {len(possible[len(shown) :].split())} more"


@app.command("forget", context_settings=NEGATIVE_NUMBERS)
def forget_command(
    context: typer.Context,
    user: UserArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete everything about a user.

    Name, history, granted seconds and kept texts go for ever, from every file. What was used of today's quota, and a
    ban, are kept under a keyed hash of the id. Backups are not changed.
    """
    from voicepipe.control.messages import ForgetUser, ShowUser

    config = load_to_ask(context)
    found = ask(config, ShowUser(user=user))
    if not yes:
        _confirm(f"Delete everything about user {show_user(found)}?")
    report = ask(config, ForgetUser(user_id=found.user_id))
    if as_json:
        print_json(report)
    else:
        typer.echo("Everything about the user is deleted." if report.was_known else "Nothing was known about the user.")


def _confirm(question: str) -> None:
    """Raises Abort unless the answer is yes, RequestRefused when nobody can answer."""
    try:
        is_wanted = typer.confirm(question, err=True)
    except typer.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        raise RequestRefused("There is nobody to ask: add --yes") from None
    if not is_wanted:
        raise typer.Abort


def _print_standing(user: UserReport, standing: str, as_json: bool) -> None:
    if as_json:
        print_json(user)
    else:
        aside = "" if user.has_written else f", who {NOT_SEEN},"
        typer.echo(f"User {show_user(user)}{aside} {standing}.")


def _row(user: UserReport, zone: tzinfo) -> tuple[str, ...]:
    flags = {"banned": user.is_banned, "not seen yet": not user.has_written}
    return (
        str(user.user_id),
        f"@{user.username}" if user.username else "",
        user.language or "",
        user.created_at.astimezone(zone).strftime("%Y-%m-%d") if user.created_at else "",
        str(user.recordings),
        show_duration(user.audio_seconds),
        ", ".join(flag for flag, holds in flags.items() if holds),
    )
