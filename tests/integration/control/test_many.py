"""Imports through the control socket: a real store, a real server, connections that break and services that end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.control import Facts, serving
from tests.support.store.tools import operations
from voicepipe.control import drafts
from voicepipe.control.client import ControlClient
from voicepipe.control.many import (
    MOST_LINES_AT_ONCE,
    CheckQuotaLines,
    ExportQuotas,
    ImportQuotas,
    QuotaLine,
)
from voicepipe.control.messages import ShowHistory
from voicepipe.control.protocol import MAX_REQUEST_BYTES, OutgoingLine
from voicepipe.domain.people import Person
from voicepipe.store import Store

IMPORT = "import-0123456789"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "control.sock"


@pytest.fixture
async def client(store: Store, path: Path) -> AsyncIterator[ControlClient]:
    async with serving(operations(store, Facts()), path):
        yield ControlClient(path)


def lines(*users: int) -> tuple[QuotaLine, ...]:
    return tuple(QuotaLine(line=number, user=str(user), grant_seconds=60) for number, user in enumerate(users, 2))


async def granted(client: ControlClient, user: int) -> list[int]:
    return [line.extra_seconds for line in (await client.perform(ShowHistory(user=str(user)))).lines]


async def test_an_import_that_is_sent_twice_is_made_once(client: ControlClient) -> None:
    for _ in range(2):
        await client.perform(CheckQuotaLines(import_id=IMPORT, lines=lines(41, 42)))
    dry = await client.perform(ImportQuotas(import_id=IMPORT, users=2, is_dry_run=True))
    first = await client.perform(ImportQuotas(import_id=IMPORT, users=2))
    assert (dry.grants, first.grants, first.was_made_before) == (2, 2, False)
    assert await client.perform(ImportQuotas(import_id=IMPORT, users=2)) == first
    assert await granted(client, 42) == [60]


async def test_a_service_that_is_started_anew_asks_for_all_again(store: Store, path: Path) -> None:
    client = ControlClient(path)
    async with serving(operations(store, Facts()), path):
        await client.perform(CheckQuotaLines(import_id=IMPORT, lines=lines(41, 42)))
    async with serving(operations(store, Facts()), path):
        missing = await client.perform(ImportQuotas(import_id=IMPORT, users=2))
        assert (missing.missing, await granted(client, 41)) == (2, [])
        await client.perform(CheckQuotaLines(import_id=IMPORT, lines=lines(41, 42)))
        assert (await client.perform(ImportQuotas(import_id=IMPORT, users=2))).missing == 0
    async with serving(operations(store, Facts()), path):  # and its answer was lost
        await client.perform(CheckQuotaLines(import_id=IMPORT, lines=lines(41, 42)))
        assert (await client.perform(ImportQuotas(import_id=IMPORT, users=2))).was_made_before
        assert await granted(client, 41) == [60]


async def test_drafts_are_few_and_do_not_last(client: ControlClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await client.perform(CheckQuotaLines(import_id=IMPORT, lines=lines(41)))
    for number in range(drafts.MOST_DRAFTS):
        await client.perform(CheckQuotaLines(import_id=f"another-{number}", lines=lines(42)))
    assert (await client.perform(ImportQuotas(import_id=IMPORT, users=1))).missing == 1
    monkeypatch.setattr(drafts, "KEPT_SECONDS", 0.0)
    await client.perform(CheckQuotaLines(import_id=IMPORT, lines=lines(41)))
    assert (await client.perform(ImportQuotas(import_id=IMPORT, users=1))).missing == 1


async def test_names_are_those_of_today(client: ControlClient, store: Store) -> None:
    await store.people.see(Person(41, "anna", "ru"))
    found = await client.perform(CheckQuotaLines(import_id=IMPORT, lines=(QuotaLine(line=2, user="@Anna"),)))
    assert found.problems == ()
    for person in (Person(42, "anna", "ru"), Person(41, "former", "ru")):
        await store.people.see(person)
    both = (QuotaLine(line=3, user="@anna"), QuotaLine(line=4, user="@FORMER"))
    found = await client.perform(CheckQuotaLines(import_id=IMPORT, lines=both))
    assert found.problems == ("line 4: the user 41 is in line 2 already",)
    page = await client.perform(ExportQuotas())
    assert [(line.user, line.username) for line in page.lines] == [("41", "former"), ("42", "anna")]


async def test_pages_follow_each_other(client: ControlClient) -> None:
    set_ = tuple(QuotaLine(line=each, user=str(each), daily_seconds=each) for each in range(1, 8))
    await client.perform(CheckQuotaLines(import_id=IMPORT, lines=set_))
    await client.perform(ImportQuotas(import_id=IMPORT, users=7))
    after, seen = None, []
    while True:
        page = await client.perform(ExportQuotas(after=after, limit=3))
        seen.append([line.daily_seconds for line in page.lines])
        if (after := page.next_after) is None:
            break
    assert seen == [[1, 2, 3], [4, 5, 6], [7]]


def test_the_longest_lines_fit_into_a_request() -> None:
    longest = QuotaLine(
        line=10**6,
        user='"' * 40,
        daily_seconds=86_400,
        plan="\\" * 40,
        unlimited=False,
        grant_seconds=31_536_000,
    )
    request = CheckQuotaLines(import_id="x" * 64, lines=(longest,) * MOST_LINES_AT_ONCE)
    assert len(OutgoingLine(request=request).model_dump_json().encode()) < MAX_REQUEST_BYTES
