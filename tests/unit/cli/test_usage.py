"""`voicepipe usage` on real files, without a service."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fixtures import Command
from tests.support.store.tools import Clock, job, transcript, usage
from voicepipe.cli.tools.exports import Form, export
from voicepipe.config import QuotaConfig
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.people import Person
from voicepipe.events import Events
from voicepipe.store import InboxMessage, Store, utc_now

pytestmark = pytest.mark.usefixtures("own_state")
ANNA, GROUP = 7, -1001234567890


@pytest.fixture
def used(tmp_path: Path) -> None:
    """Two recordings of Anna's, of which one is in a group, and one that was refused."""

    async def use() -> None:
        clock = Clock(utc_now())
        store = await Store.open(tmp_path / "state", QuotaConfig(), clock=clock, events=Events())
        await store.people.see(Person(ANNA, "anna", "ru"))
        for new, seconds in ((job(1), 12.0), (replace(job(2), key=JobKey(GROUP, 2)), 3.0)):
            new = replace(new, reservation=replace(new.reservation, quota_day=store.accounts.today()))
            await store.jobs.accept(new)
            await store.jobs.conclude(new, transcript(), charged_seconds=3, usage=usage(seconds))
        await store.inbox.receive([InboxMessage(JobKey(ANNA, 3), True, clock())])
        await store.inbox.reject(JobKey(ANNA, 3), ANNA, "too_long", 900)
        await store.close()

    asyncio.run(use())


@pytest.mark.usefixtures("used")
def test_sums_are_tables_and_bars(voicepipe: Command) -> None:
    (heading, row) = voicepipe("usage", "--by", "user").stdout.splitlines()
    assert heading.split()[:4] == ["USER", "RECORDINGS", "USERS", "AUDIO"]
    assert row.split()[:6] == ["7", "(@anna)", "2", "1", "15", "s"]
    refused = voicepipe("usage", "--by", "refusal").stdout.splitlines()
    assert [line.split() for line in refused] == [
        ["REFUSAL", "RECORDINGS", "USERS", "AUDIO"],
        ["too_long", "1", "1", "15", "min", "00", "s"],
    ]
    bars = voicepipe("usage", "--by", "chat", "--plot").stdout.splitlines()[1:]
    assert [line.count("█") for line in bars] == [40, 10]
    assert [line.split()[0] for line in bars] == ["7", str(GROUP)]


@pytest.mark.usefixtures("used")
def test_sums_are_written_for_other_programs(voicepipe: Command, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(voicepipe("usage", "--by", "chat", "--format", "csv").stdout)))
    assert [(row["chat"], row["audio_seconds"]) for row in rows] == [("7", "12.0"), (str(GROUP), "3.0")]
    (line,) = json.loads(voicepipe("usage", "--by", "user", "--json").stdout)
    assert (line["user"], line["username"], line["recordings"]) == ("7", "anna", 2)
    file = tmp_path / "usage.parquet"
    assert voicepipe("usage", "--by", "kind", "--format", "parquet", "--output", str(file)).exit_code == 0
    assert file.read_bytes()[:4] == file.read_bytes()[-4:] == b"PAR1"
    refused = voicepipe("usage", "--format", "parquet")
    assert (refused.exit_code, "--output FILE" in refused.stderr) == (2, True)
    nowhere = voicepipe("usage", "--format", "csv", "--output", str(tmp_path / "no" / "where.csv"))
    assert (nowhere.exit_code, "can't be written: No such file" in nowhere.stderr) == (2, True)


@pytest.mark.usefixtures("used")
def test_a_question_in_sql(voicepipe: Command) -> None:
    question = "SELECT kind, audio_seconds, happened_at, NULL AS nothing FROM usage ORDER BY audio_seconds"
    table = voicepipe("usage", "sql", question).stdout.splitlines()
    assert table[0].split() == ["kind", "audio_seconds", "happened_at", "nothing"]
    assert [line.split()[:2] for line in table[1:]] == [["voice", "3.0"], ["voice", "12.0"]]
    (first, _) = json.loads(voicepipe("usage", "sql", question, "--json").stdout)
    assert (first["audio_seconds"], first["nothing"]) == (3.0, None)
    cut = voicepipe("usage", "sql", "FROM usage", "--limit", "1")
    assert "there are more rows than 1: --limit" in cut.stderr
    assert voicepipe("usage", "sql", "FROM usage WHERE false").stdout == "No rows.\n"
    refused = voicepipe("usage", "sql", "DROP TABLE usage")
    assert (refused.exit_code, "SELECT, WITH or FROM" in refused.stderr) == (2, True)


def test_a_spreadsheet_takes_nothing_for_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    cells = ["=1+1", "-2", "@anna", "-x", "plain", "+7"]
    export({"cell": str}, [[cell] for cell in cells], Form.CSV, file)
    assert file.read_text().splitlines() == ["cell", "'=1+1", "-2", "'@anna", "'-x", "plain", "'+7"]
