"""`voicepipe payments`: what was paid with Telegram Stars, giving it back, and what an hour of speech costs here."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import print_document, print_json
from voicepipe.cli.tools.exports import Form, export
from voicepipe.cli.tools.operator import ask
from voicepipe.cli.tools.tables import print_facts, print_table
from voicepipe.cli.tools.words import operators_zone, show_duration, show_instant, show_person, show_seconds
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from voicepipe.control.payments import PaymentLine

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

ALL = 1_000_000
MONTH_HOURS = 730.0
DAYS_MEASURED = 30
COLUMNS: dict[str, type] = {
    "charge_id": str,
    "paid_at": str,
    "user_id": int,
    "package": str,
    "stars": int,
    "seconds": int,
    "taken_back": int,
    "plan": str,
    "until": str,
    "state": str,
    "reason": str,
}
SUM_COLUMNS: dict[str, type] = {
    "payments": int,
    "stars": int,
    "refunded": int,
    "stars_refunded": int,
    "seconds": int,
    "taken_back": int,
}

ChargeArgument = Annotated[str, typer.Argument(metavar="CHARGE", help="Telegram's number of the payment.")]


class By(StrEnum):
    """What a line of an export is."""

    PAYMENT = "payment"
    DAY = "day"
    PACKAGE = "package"


@app.callback()
def payments_group() -> None:
    """Show what was paid with Telegram Stars, and give it back."""


@app.command("list")
def list_command(
    context: typer.Context,
    user: Annotated[str | None, typer.Option("--user", metavar="USER", help="Only this user's payments.")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Most lines to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List payments, the latest first."""
    from voicepipe.control.payments import ListPayments

    config = load_to_ask(context)
    found = ask(config, ListPayments(user=user, limit=limit))
    if as_json:
        print_json(found)
    elif found.payments:
        zone = operators_zone(config)
        columns = ("PAID", "~USER", "~PACKAGE", ">STARS", ">SECONDS", ">TAKEN BACK", "STATE", "CHARGE")
        print_table(columns, [_row(line, zone) for line in found.payments])
    else:
        typer.echo("No payments yet.")


@app.command("show")
def show_command(context: typer.Context, charge: ChargeArgument, as_json: AsJson = False) -> None:
    """Show one payment."""
    from voicepipe.control.payments import ShowPayment

    config = load_to_ask(context)
    report = ask(config, ShowPayment(charge_id=charge))
    if as_json:
        print_json(report)
    else:
        print_facts(_facts(report.payment, operators_zone(config)))


@app.command("refund")
def refund_command(context: typer.Context, charge: ChargeArgument, as_json: AsJson = False) -> None:
    """Give a payment back, and take back what of it is not used.

    The service asks Telegram until that has confirmed it; if none runs, the next one does. A subscription ends.
    """
    from voicepipe.control.payments import RefundPayment

    report = ask(load_to_ask(context), RefundPayment(charge_id=charge))
    if as_json:
        print_json(report)
        return
    line = report.payment
    if line.state == "refunded":
        typer.echo(f"Payment {line.charge_id} was given back already.")
        return
    typer.echo(f"{line.stars} Stars of payment {line.charge_id} go back; {show_seconds(line.taken_back)} taken back.")


@app.command("export")
def export_command(
    context: typer.Context,
    by: Annotated[By, typer.Option("--by", help="A line for each payment, or sums by day or package.")] = By.PAYMENT,
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where to, else standard output.")
    ] = None,
) -> None:
    """Write all payments, or their sums, as a table for other programs."""
    from voicepipe.control.payments import ListPayments

    if form is Form.TABLE:
        raise RequestRefused("A table is what `voicepipe payments list` shows; export csv, json or parquet")
    config = load_to_ask(context)
    lines = ask(config, ListPayments(limit=ALL)).payments
    if by is By.PAYMENT:
        export(COLUMNS, [_values(line) for line in lines], form, output)
    else:
        export({by.value: str, **SUM_COLUMNS}, sums(lines, by, operators_zone(config)), form, output)


@app.command("advise")
def advise_command(
    context: typer.Context,
    price: Annotated[float, typer.Option("--price", metavar="MONEY", help="What the server costs a month.")],
    busy: Annotated[float, typer.Option("--busy", metavar="SHARE", help="Share of the time it is at work.")] = 0.25,
    star: Annotated[float, typer.Option("--star", metavar="MONEY", help="What a Star pays out.")] = 0.013,
    as_json: AsJson = False,
) -> None:
    """Compute what an hour of speech costs here.

    It looks at how long recognition has taken on this machine in the last 30 days. A server that is at work all the
    time is one that makes people wait.

    \b
    Example:
      voicepipe payments advise --price 12.50
    """
    from voicepipe.control.messages import ShowUsage
    from voicepipe.domain.usage import UsageBy

    if price < 0 or not 0 < busy <= 1 or star <= 0:
        raise RequestRefused("Expected a price of at least 0, a share above 0 up to 1, and a Star worth more than 0")
    config = load_to_ask(context)
    groups = ask(config, ShowUsage(by=UsageBy.DAY, days=DAYS_MEASURED, limit=DAYS_MEASURED)).groups
    audio = sum(group.audio_seconds or 0.0 for group in groups)
    compute = sum(group.compute_seconds or 0.0 for group in groups)
    if not audio:
        raise RequestRefused(f"Nothing was recognised in the last {DAYS_MEASURED} days, so nothing is measured")
    facts = advice(compute / audio, config.workers.resolved_count, price=price, busy=busy, star=star)
    if as_json:
        print_document(facts)
    else:
        print_facts((name.replace("_", " "), f"{value:.4g}") for name, value in facts.items())


def advice(factor: float, workers: int, *, price: float, busy: float, star: float) -> dict[str, float]:
    """What an hour of speech costs; `factor`: seconds that a worker takes for a second of speech."""
    hours = MONTH_HOURS * busy * workers / factor
    cost = price / hours
    return {
        "seconds_of_work_for_a_second_of_speech": factor,
        "workers": float(workers),
        "hours_of_speech_a_month": hours,
        "cost_of_an_hour_of_speech": cost,
        "stars_that_pay_for_an_hour": cost / star,
    }


def sums(lines: Iterable[PaymentLine], by: By, zone: tzinfo) -> list[list[Any]]:
    """A row for each day, the latest first, or for each package."""
    groups: defaultdict[str, list[PaymentLine]] = defaultdict(list)
    for line in lines:
        day = line.paid_at.astimezone(zone).date().isoformat()
        groups[day if by is By.DAY else line.package or ""].append(line)
    return [[name, *_sum(groups[name])] for name in sorted(groups, reverse=by is By.DAY)]


def _sum(lines: Sequence[PaymentLine]) -> list[int]:
    given_back = [line for line in lines if line.state != "credited"]
    return [
        *(len(lines), sum(line.stars for line in lines)),
        *(len(given_back), sum(line.stars for line in given_back)),
        *(sum(line.seconds for line in lines), sum(line.taken_back for line in lines)),
    ]


def _values(line: PaymentLine) -> list[Any]:
    values = line.model_dump(mode="json")
    return [values[name] for name in COLUMNS]


def _row(line: PaymentLine, zone: tzinfo) -> list[str]:
    return [
        show_instant(line.paid_at, zone),
        _who(line),
        line.package or "-",
        *(str(line.stars), str(line.seconds), str(line.taken_back)),
        line.state,
        line.charge_id,
    ]


def _facts(line: PaymentLine, zone: tzinfo) -> Iterable[tuple[str, str]]:
    yield "charge", line.charge_id
    yield "user", _who(line)
    yield "package", line.package or "none that is known"
    yield "Stars", str(line.stars)
    yield "paid", show_instant(line.paid_at, zone)
    yield "credited", f"{show_seconds(line.seconds)}" if line.plan is None else f"plan {line.plan}"
    if line.until is not None:
        yield "until", show_instant(line.until, zone)
    yield "taken back", show_duration(line.taken_back)
    yield "state", line.state + (f" ({line.reason})" if line.reason else "")


def _who(line: PaymentLine) -> str:
    return show_person(line.user_id, line.username) if line.user_id else "forgotten"
