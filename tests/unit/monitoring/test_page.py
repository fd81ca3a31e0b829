"""The status page as a document: complete, harmless, and of nothing but itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest

from voicepipe.control.lately import MOST_KEPT, Lately, Trouble
from voicepipe.control.messages import ActivityReport, HourLine, UsageGroupLine, UsageLine
from voicepipe.domain.hosts import HostStatus
from voicepipe.events import (
    BackgroundError,
    DiskIsFull,
    Event,
    JobDelivered,
    JobUndeliverable,
    RequestRetried,
    WorkerDied,
)
from voicepipe.monitoring.charts import Bar, bars
from voicepipe.monitoring.health import Check, Verdict, starting
from voicepipe.monitoring.overview import Overview
from voicepipe.monitoring.page import POLICY, page, starting_page
from voicepipe.workers.lifecycle import WorkerState
from voicepipe.workers.member import WorkerStatus

NOW = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
HOSTILE = "<script>alert('&\"')</script>"
HOURS = tuple(
    HourLine(begins_at=NOW - timedelta(hours=ago), recordings=ago, audio_seconds=ago * 9.0) for ago in range(24)
)
DAY = UsageLine(
    day=date(2026, 11, 27),
    recordings=1234,
    users=7,
    audio_seconds=98_765.0,
    compute_seconds=1.0,
    mean_queue_seconds=0.1,
    mean_total_seconds=0.5,
)
VIEW = Overview(
    at=NOW,
    version="1.2.3",
    model="base",
    profile="fast",
    uptime_seconds=7300.0,
    verdict=Verdict([Check("telegram", True, "it answered 1 s ago")]),
    numbers={
        ("voicepipe_queue_recordings", ()): 17.0,
        ("voicepipe_queue_oldest_seconds", ()): 125.0,
        ("voicepipe_workers", (("lane", "usual"), ("state", "busy"))): 1.0,
        ("voicepipe_stage_seconds_count", (("stage", "waited"),)): 4.0,
        ("voicepipe_stage_seconds_sum", (("stage", "waited"),)): 10.0,
        ("voicepipe_recordings_concluded_total", (("outcome", "recognised"),)): 99.0,
        ("voicepipe_recordings_concluded_total", (("outcome", "no_speech"),)): 2.0,
    },
    workers=(
        WorkerStatus(1, WorkerState.BUSY, False, 4242, 200 * 2**20, 7, 1, 65.0),
        WorkerStatus(2, WorkerState.STARTING, True, None, None, 0, 0, None),
    ),
    speeds={1: 0.25, 2: None},
    hosts=(
        HostStatus(
            name="gpu", state="at_work", model="turbo", device="cuda", slots=2, busy=1, done=31, part_seconds=0.25
        ),
        HostStatus(name="old", state="refused", reason="beam_size is 2 & at home 5"),
    ),
    activity=ActivityReport(
        hours=HOURS,
        days=(DAY,),
        languages=(UsageGroupLine(group="ru", recordings=3, users=1, audio_seconds=20.0),),
        refusals=(UsageGroupLine(group="over_quota", recordings=3, users=1, audio_seconds=9.0),),
    ),
    troubles=(Trouble("error", "Disk is full", 12, NOW.timestamp() - 90),),
)


class Reader(HTMLParser):
    """Reads a document and remembers what stands where."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "line", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "line", "rect"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def read(text: str) -> Reader:
    reader = Reader(text)
    assert reader.open == []
    return reader


def test_other_machines_are_shown_where_there_are_any() -> None:
    words = read(page(VIEW)).words
    expected = "gpu", "at work", "turbo", "cuda", "1 / 2", "0.25 s", "refused", "beam_size is 2 & at home 5"
    assert [each for each in expected if each not in words] == []
    assert "Other machines" not in page(replace(VIEW, hosts=()))


@pytest.mark.parametrize("text", [page(VIEW), starting_page(starting())])
def test_it_is_sound_and_needs_nothing_else(text: str) -> None:
    reader = read(text)
    assert not {"script", "link", "img", "iframe", "form", "a"} & set(reader.tags)
    assert not {"src", "href", "style", "onclick", "srcset", "action"} & reader.attributes
    assert "url(" not in text
    assert "@import" not in text
    assert "http:" not in text
    assert "https:" not in text
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY


def test_it_shows_what_there_is_to_know() -> None:
    words = " ".join(read(page(VIEW)).words)
    for part in (
        "✓ ready",
        "1.2.3, base (fast), running for 2 h 01 min",
        "17 wait for a worker",
        "2 min 05 s the oldest waits",
        "1 / 1 workers at work",
        "busy 1 min 05 s",
        "200 MiB",
        "4.0 ×",
        "2 express",
        "276 recordings, 41 min 24 s of audio",
        "27 Nov: 1234 recordings, 27 h 26 min of audio, 7 people",
        "28 Nov: nothing",
        "ru 3 20 s 100%",
        "waited 4 2.50 s",
        "refused in 30 days over quota 3",
        "failed since the start no speech 2",
        "✗ Disk is full 12 1 min 30 s",
        "As of 2026-11-28 12:30:00 UTC",
    ):
        assert part in words, part
    assert "recognised 99" not in words


def test_what_is_not_ready_is_marked() -> None:
    view = replace(VIEW, verdict=Verdict([Check("store", False, "the disk is full")]), activity=None, troubles=())
    words = " ".join(read(page(view)).words)
    assert "✗ not ready" in words
    assert "✗  store: the disk is full" in words
    assert "The records do not answer just now." in words
    assert "Nothing." in words


def test_nothing_can_get_into_its_code() -> None:
    activity = replace_language(HOSTILE)
    view = replace(
        VIEW,
        model=HOSTILE,
        verdict=Verdict([Check(HOSTILE, True, HOSTILE)]),
        activity=activity,
        troubles=(Trouble("warning", HOSTILE, 1, 0.0),),
    )
    text = page(view)
    assert "<script" not in text
    assert read(text).words.count(HOSTILE) == 2  # the language and the refusal, each alone in its cell


def replace_language(name: str) -> ActivityReport:
    line = UsageGroupLine(group=name, recordings=3, users=1, audio_seconds=20.0)
    return ActivityReport(hours=HOURS, days=(), languages=(line,), refusals=(line,))


def test_bars_are_as_high_as_their_values_and_stay_inside() -> None:
    drawn = bars("Test", [Bar("a", 0, "none"), Bar("b", 1, "one"), Bar("c", 1_000_000, "many")])
    assert drawn.count('class="bar"') == 3
    assert 'height="0.0"' in drawn
    assert 'height="2.0"' in drawn  # what is there can be seen
    assert 'y="22.0" width="198.0" height="104.0"' in drawn
    assert bars("Empty", []).count("<rect") == 0
    assert 'height="0.0"' in bars("Zero", [Bar("a", 0, "none")])


# --- what went wrong of late ----------------------------------------------------------------------------------------
def remembered(*events: Event) -> list[tuple[str, str, int]]:
    lately = Lately()
    for event in events:
        lately.remember(event)
    return [(trouble.severity, trouble.words, trouble.times) for trouble in lately.troubles]


def test_troubles_are_told_by_their_words_and_never_by_whose_they_were() -> None:
    found = remembered(
        JobDelivered(987654321, 1),
        RequestRetried("messages.SendMessage", "TimeoutError", 1),
        JobUndeliverable(987654321, 123456, "USER_IS_BLOCKED", "business:secret+1"),
        WorkerDied(1, 4242, "deadline", -9),
        RequestRetried("messages.SendMessage", "TimeoutError", 2),
        DiskIsFull(),
    )
    assert found == [
        ("error", "Disk is full", 1),
        ("warning", "Request retried: TimeoutError, messages.SendMessage", 2),
        ("warning", "Worker died: deadline", 1),
        ("warning", "Job undeliverable: USER_IS_BLOCKED", 1),
    ]


def test_only_the_latest_troubles_are_kept() -> None:
    found = remembered(*(BackgroundError(f"what {number}", "cause") for number in range(3 * MOST_KEPT)))
    assert len(found) == MOST_KEPT
    assert found[0][1] == f"Background error: what {3 * MOST_KEPT - 1}, cause"
