"""`voicepipe jobs` on real files, without a service."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from tests.support.fixtures import Command
from tests.support.store.tools import job, transcript, usage
from voicepipe.cli import jobs
from voicepipe.cli.tools import tables
from voicepipe.config import QuotaConfig
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.people import Person
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.store import InboxMessage, Store

pytestmark = pytest.mark.usefixtures("own_state")


def in_store(tmp_path: Path, work: Callable[[Store], Awaitable[None]]) -> None:
    async def run() -> None:
        store = await Store.open(tmp_path / "state", QuotaConfig())
        try:
            await work(store)
        finally:
            await store.close()

    asyncio.run(run())


async def write_three(store: Store) -> None:
    """A recording with a text, one without, and one that waits; and one that was refused."""
    await store.people.see(Person(7, "anna", "ru"))
    for number in (1, 2, 3):
        await store.jobs.accept(job(number))
    await store.jobs.conclude(job(1), transcript(), charged_seconds=4, usage=usage())
    await store.jobs.mark_done(JobKey(7, 1))
    await store.jobs.conclude(job(2), Failure(FailureReason.NO_SPEECH, 9.0), charged_seconds=0, usage=None)
    await store.jobs.mark_done(JobKey(7, 2))
    await store.inbox.receive([InboxMessage(JobKey(8, 5), is_recording=True, sent_at=datetime.now(UTC))])
    await store.inbox.reject(JobKey(8, 5), 8, "over_quota", 90)


@pytest.fixture(autouse=True)
def _three(tmp_path: Path, own_state: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tashkent")
    in_store(tmp_path, write_three)


def test_what_waits(voicepipe: Command) -> None:
    heading, row = voicepipe("jobs", "list").stdout.splitlines()
    assert heading.split() == ["JOB", "USER", "KIND", "LENGTH", "SINCE", "LASTED", "STAGE"]
    assert row.split()[:5] == ["7/3", "@anna", "voice", "10", "s"]
    assert row.endswith("accepted")
    assert "03-01 17:00:03" in row, "in the time zone of the terminal"


def test_what_is_done_and_what_failed(voicepipe: Command) -> None:
    latest_first = [each["job"] for each in json.loads(voicepipe("jobs", "list", "--all", "--json").stdout)["jobs"]]
    assert latest_first == ["7/3", "7/2", "7/1"]
    (failed,) = csv.DictReader(io.StringIO(voicepipe("jobs", "list", "--failed", "--csv").stdout))
    assert (failed["job"], failed["failure"], failed["charged_seconds"]) == ("7/2", "no_speech", "0")
    assert voicepipe("jobs", "list", "--user", "@anna", "--limit", "1", "--all").stdout.count("7/") == 1
    assert voicepipe("jobs", "list", "--user", "8").stdout == "Nothing waits for an answer.\n"


def test_all_that_is_known_of_one(voicepipe: Command) -> None:
    lines = dict(line.split(maxsplit=1) for line in voicepipe("jobs", "show", "7/1").stdout.splitlines())
    assert lines["user"] == "7 (@anna)"
    assert lines["charged"] == "4 s"
    assert lines["settle"].startswith("+6 s, ")
    assert lines["log"] == "journalctl -u voicepipe VOICEPIPE_JOB=7/1"
    assert "no speech" in voicepipe("jobs", "show", "7/2").stdout


@pytest.mark.parametrize(("name", "reason"), [("42", "names no job"), ("-7/99", "There is no job -7/99")])
def test_a_job_that_there_is_not(voicepipe: Command, name: str, reason: str) -> None:
    result = voicepipe("jobs", "show", name)
    assert (result.exit_code, reason in result.stderr) == (2, True)


def test_what_went_wrong(voicepipe: Command) -> None:
    found = list(csv.DictReader(io.StringIO(voicepipe("jobs", "errors", "--csv").stdout)))
    assert [(each["sort"], each["who"], each["words"]) for each in found] == [
        ("refused", "8", "over quota, 90 s"),
        ("failed", "'@anna", "no speech"),
    ]
    assert voicepipe("jobs", "errors", "--limit", "1").stdout.count("\n") == 2


@pytest.mark.parametrize("command", [("list", "--all"), ("errors",)])
def test_each_has_a_line_on_a_narrow_terminal(
    voicepipe: Command, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """Standard output is a file here, so the width is said to it."""
    narrow = Console(width=60, highlight=False, markup=False, emoji=False)
    for module in (jobs, tables):
        monkeypatch.setattr(module, "console", lambda: narrow)
    lines = voicepipe("jobs", *command).stdout.splitlines()
    assert max(map(len, lines)) <= 60
    assert len(lines) == 1 + {"list": 3, "errors": 2}[command[0]]
    assert any("no speech" in line for line in lines)


async def test_an_answer_that_nobody_got_is_a_failure(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "other", QuotaConfig())
    await store.jobs.accept(job(1))
    await store.jobs.conclude(job(1), transcript(), charged_seconds=4, usage=usage())
    await store.jobs.mark_unanswered(JobKey(7, 1))
    found = await store.list_of_jobs.find(JobKey(7, 1))
    await store.close()
    assert found is not None
    assert (found.failure, found.charged_seconds) == ("undeliverable", 0)
