"""`voicepipe payments` on real files, without a service."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.support.fixtures import Command
from tests.support.store.tools import Clock, job, transcript, usage
from voicepipe.accounts.payments import fault_after, order_number, paid_until, payload_of
from voicepipe.cli.payments import advice
from voicepipe.config import QuotaConfig
from voicepipe.domain.payments import CURRENCY, Offer, Paid
from voicepipe.domain.people import Person
from voicepipe.events import Events
from voicepipe.store import Store, utc_now

pytestmark = pytest.mark.usefixtures("own_state")
ANNA = 7


@pytest.fixture
def paid(tmp_path: Path) -> None:
    """Anna has paid for an hour twice, and for a day."""

    async def pay() -> None:
        clock = Clock(utc_now() - timedelta(minutes=1))
        store = await Store.open(tmp_path / "state", QuotaConfig(), clock=clock, events=Events())
        await store.people.see(Person(ANNA, "anna", "ru"))
        key = (await store.payments.till()).signing_key
        for number, (package, seconds) in enumerate((("hour", 3600), ("hour", 3600), ("day", 86_400))):
            offer = Offer(package=package, stars=seconds // 72, seconds=seconds)
            order = await store.payments.place_order(ANNA, offer, timedelta(hours=1), request_id=f"order-{number}")
            what = Paid(
                charge_id=f"c{number}",
                user_id=ANNA,
                payload=payload_of(order, key),
                currency=CURRENCY,
                stars=offer.stars,
                paid_at=clock(),
            )
            await store.payments.credit(
                what,
                order_number(what.payload),
                lambda order, what=what: fault_after(order, what, key),  # type: ignore[misc]  # a default in a lambda
                lambda order, what=what: paid_until(order, what),  # type: ignore[misc]  # a default in a lambda
            )
        await store.close()

    asyncio.run(pay())


@pytest.mark.usefixtures("paid")
def test_payments_are_listed_shown_and_given_back(voicepipe: Command) -> None:
    listed = json.loads(voicepipe("payments", "list", "--json").stdout)["payments"]
    assert [(row["charge_id"], row["stars"], row["username"]) for row in listed] == [
        ("c2", 1200, "anna"),
        ("c1", 50, "anna"),
        ("c0", 50, "anna"),
    ]
    assert "go back; 3600 s (1 h 00 min) taken back" in voicepipe("payments", "refund", "c1").stdout
    assert "go back" in voicepipe("payments", "refund", "c1").stdout  # the service will ask Telegram once
    (change,) = json.loads(voicepipe("users", "changes", "--json").stdout)["changes"]
    assert (change["what"], change["value"]) == ("refund", "c1")
    shown = voicepipe("payments", "show", "c1").stdout
    assert "refunding (asked)" in shown
    assert "c1" in voicepipe("payments", "list", "--user", "@anna").stdout
    assert json.loads(voicepipe("quota", "show", "7", "--json").stdout)["extra_left_seconds"] == 3600 + 86_400


@pytest.mark.usefixtures("paid")
def test_sums_and_all_payments_are_tables_for_other_programs(voicepipe: Command, tmp_path: Path) -> None:
    voicepipe("payments", "refund", "c1")
    rows = list(csv.DictReader(io.StringIO(voicepipe("payments", "export", "--by", "package").stdout)))
    assert [tuple(row.values()) for row in rows] == [
        ("day", "1", "1200", "0", "0", "86400", "0"),
        ("hour", "2", "100", "1", "50", "7200", "3600"),
    ]
    (day,) = json.loads(voicepipe("payments", "export", "--by", "day", "--format", "json").stdout)
    assert (day["payments"], day["stars"], day["stars_refunded"]) == (3, 1300, 50)
    file = tmp_path / "payments.parquet"
    voicepipe("payments", "export", "--format", "parquet", "--output", str(file))
    with closing(duckdb.connect()) as db:
        assert db.execute(f"SELECT sum(stars) FROM '{file}'").fetchone() == (1300,)


@pytest.mark.usefixtures("paid")
def test_what_can_not_be_done_is_said(voicepipe: Command) -> None:
    refused = voicepipe("payments", "refund", "stx")
    assert (refused.exit_code, "There is no payment 'stx'" in refused.stderr) == (2, True)
    refused = voicepipe("payments", "advise", "--price", "5")
    assert (refused.exit_code, "nothing is measured" in refused.stderr) == (2, True)
    assert voicepipe("payments", "list", "--user", "8").stdout == "No payments yet.\n"


def test_the_price_of_an_hour_rests_on_what_was_measured_here(
    voicepipe: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use() -> None:
        store = await Store.open(tmp_path / "state", QuotaConfig(), clock=Clock(utc_now()), events=Events())
        new = job(1)
        new = replace(new, reservation=replace(new.reservation, quota_day=store.accounts.today()))
        await store.jobs.accept(new)
        await store.jobs.conclude(new, transcript(), charged_seconds=8, usage=usage(8.0))  # at work for one second
        await store.close()

    asyncio.run(use())
    monkeypatch.setenv("VOICEPIPE_WORKERS__COUNT", "2")
    facts = json.loads(voicepipe("payments", "advise", "--price", "10", "--busy", "0.5", "--json").stdout)
    assert facts["seconds_of_work_for_a_second_of_speech"] == pytest.approx(1 / 8)
    assert facts["hours_of_speech_a_month"] == pytest.approx(730 * 0.5 * 2 * 8)
    assert "cost of an hour of speech" in voicepipe("payments", "advise", "--price", "10").stdout


def test_an_hour_of_speech_costs_what_the_machine_does_in_a_month() -> None:
    facts = advice(0.5, 2, price=14.6, busy=0.25, star=0.01)
    assert facts["hours_of_speech_a_month"] == pytest.approx(730)
    assert facts["cost_of_an_hour_of_speech"] == pytest.approx(0.02)
    assert facts["stars_that_pay_for_an_hour"] == pytest.approx(2)
