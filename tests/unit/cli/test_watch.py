"""`voicepipe status --watch`: what is on the screen, of any size, and that it is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from tests.support.fixtures import Command
from voicepipe.cli.tools.screen import Screen
from voicepipe.cli.tools.troubles import TroubleRow
from voicepipe.cli.tools.watching import View, Watcher
from voicepipe.control.messages import (
    ActivityReport,
    HourLine,
    JobCounts,
    OperatorRequest,
    Report,
    ShowActivity,
    ShowStatus,
    StatusReport,
    UsageGroupLine,
    UsageLine,
    WorkerReport,
)
from voicepipe.control.work import ErrorsReport, JobLine, JobList, ListJobs
from voicepipe.domain.hosts import HostStatus
from voicepipe.errors import ControlUnavailable

NOW = datetime(2026, 11, 28, 12, 34, 56, tzinfo=UTC)
NUMBERS = {
    "telegram_connected": 1,
    "telegram_silent_seconds": 3,
    "disk_free_bytes": 12 << 30,
    "disk_reserve_bytes": 1 << 29,
    "queue_oldest_seconds": 74,
    "queue_recordings": 22,
    "jobs_unfinished": 24,
    "jobs_limit": 100,
}


def job(number: int, name: str | None, stage: str, **facts: object) -> JobLine:
    line = JobLine(
        job=f"7/{number}",
        user_id=7,
        username=name,
        kind="voice",
        state="accepted",
        stage=stage,
        declared_seconds=600,
        accepted_at=NOW,
        changed_at=NOW,
        lasted_seconds=14.0,
        charged_seconds=None,
        deaths=0,
        failure=None,
        is_cancelled=False,
    )
    return line.model_copy(update=facts)


def worker(number: int, state: str, **facts: object) -> WorkerReport:
    line = WorkerReport(
        worker=number, state=state, pid=100, rss_bytes=330 << 20, tasks_done=1, deaths=0, busy_seconds=None
    )
    return line.model_copy(update=facts)


def status(*workers: WorkerReport, uptime_seconds: float = 12_345.0) -> StatusReport:
    counts = JobCounts(undecided=0, accepted=24, concluded=0, done=5)
    return StatusReport(
        version="0.1.0",
        is_running=True,
        pid=1,
        uptime_seconds=uptime_seconds,
        model="base",
        sandbox="on",
        queue=22,
        workers=workers,
        jobs=counts,
        entries=5,
        applied=5,
        today=DAY,
        yesterday=DAY.model_copy(update={"recordings": 41}),
    )


DAY = UsageLine(
    day=NOW.date(),
    recordings=39,
    users=12,
    audio_seconds=3456,
    compute_seconds=1,
    mean_queue_seconds=1.2,
    mean_total_seconds=4.5,
)


def activity() -> ActivityReport:
    """Of 3 recordings in each hour."""
    begin = NOW.replace(minute=0, second=0)
    day = DAY
    yesterday = day.model_copy(update={"day": NOW.date() - timedelta(days=1), "recordings": 72})
    hours = [HourLine(begins_at=begin - timedelta(hours=ago), recordings=3, audio_seconds=1) for ago in range(48)]
    refused = UsageGroupLine(group="over_quota", recordings=12, users=3, audio_seconds=5)
    return ActivityReport(hours=tuple(reversed(hours)), days=(day, yesterday), languages=(), refusals=(refused,))


def view(**changed: float) -> View:
    jobs = [
        job(41, "anna", "recognising", share_done=0.43, predicted_seconds=60.0),
        job(42, "boris_with_a_very_long_name", "fetching", before=1, predicted_seconds=2.0),
        *(job(number, None, "queued", before=number - 41, predicted_seconds=90.0) for number in range(43, 65)),
    ]
    workers = (
        worker(0, "busy", busy_seconds=12.3, doing=("7/41",), real_time_factor=0.125),
        worker(1, "idle", is_express=True),
        worker(2, "failed", rss_bytes=None),
    )
    late = [
        TroubleRow(at=NOW - timedelta(minutes=7 * number), sort="refused", who="@clara", words="over quota, 75 s")
        for number in range(30)
    ]
    numbers = {f"voicepipe_{name}": value for name, value in (NUMBERS | changed).items()}
    return View(NOW, status(*workers), tuple(jobs), activity(), tuple(late), numbers=numbers)


def with_hosts(shown: View) -> View:
    hosts = (
        HostStatus(name="gpu", state="at_work", model="turbo", slots=2, busy=1, done=31, part_seconds=0.25),
        HostStatus(name="old", state="refused", reason="beam_size is 2, at home 5"),
    )
    assert shown.status is not None
    return replace(shown, status=shown.status.model_copy(update={"hosts": hosts, "is_message_server_there": True}))


def drawn(shown: View, width: int = 140, height: int = 40) -> list[str]:
    screen = Console(width=width, height=height, color_system=None)
    with screen.capture() as captured:
        screen.print(Screen(ZoneInfo("Europe/Moscow"), ZoneInfo("UTC")).draw(shown, width, height))
    return captured.get().splitlines()


@pytest.mark.parametrize(("width", "height"), [(200, 60), (140, 35), (80, 30)])
def test_other_machines_have_a_table(width: int, height: int) -> None:
    lines = drawn(with_hosts(view()), width, height)
    assert len(lines) <= height
    text = "\n".join(lines)
    expected = ["Other machines  1 of 2 at work", "at_work", "1/2", "0.25 s", "refused", "message server", "Workers"]
    assert [each for each in expected if each not in text] == []


@pytest.mark.parametrize(("width", "height"), [(200, 60), (140, 35), (110, 24), (80, 24), (60, 40), (40, 30)])
def test_it_fits_any_terminal_and_has_all_subjects(width: int, height: int) -> None:
    lines = drawn(view(), width, height)
    assert max(map(len, lines)) <= width
    assert len(lines) <= height
    text = "\n".join(lines)
    for subject in ("Telegram", "Queue  22 waiting", "Workers  1 of 3 busy", "failed", "yesterday", "Of late"):
        assert subject in text, f"{subject} is not in\n{text}"
    assert "@anna" in text
    assert height == 60 or "more" in text, "what has no room is counted"


def test_a_wide_terminal_says_who_waits_how_long_and_what_each_worker_does() -> None:
    text = "\n".join(drawn(view(), 170))
    assert "the oldest for 1 min 14 s; 24 of 100 places taken" in text
    assert re.search(r"@anna +recognising 43% +14 s +46 s +10 min 00 s +7/41", text)
    assert re.search(r"@boris_with_a_very_… +fetching, 1 before +14 s +12 s late", text)
    assert re.search(r"0  busy +12 s  8\.0 ×  330 MiB  @anna 7/41", text)
    assert "idle (express)" in text


def test_today_stands_against_yesterday_until_the_same_time() -> None:
    text = "\n".join(drawn(view(), 140))
    assert "39 recordings; 41 by this time yesterday" in text
    assert re.search(r"today +39 +57 min 36 s +4\.5 s +12", text)
    assert re.search(r"yesterday +72", text)
    assert "█" * 24 in text
    assert "12 refused since yesterday" in text


def test_times_are_the_operators() -> None:
    text = "\n".join(drawn(view()))
    assert "15:34:56 MSK" in text
    assert re.search("15:27:56 +refused +@clara +over quota, 75 s", text)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"telegram_connected": 0.0}, "● Telegram is away"),
        ({"telegram_silent_seconds": 200.0}, "● Telegram is silent for 3 min 20 s"),
        ({"records_lag_entries": 5000.0}, "● records 5000 behind"),
    ],
)
def test_a_link_that_is_broken_is_told(changed: dict[str, float], said: str) -> None:
    assert said in "\n".join(drawn(view(**changed)))


def test_many_workers_leave_room_for_the_queue() -> None:
    many = view()
    many = View(NOW, status(*(worker(n, "idle") for n in range(64))), many.jobs, many.activity, numbers=many.numbers)
    for width in (80, 140):
        text = "\n".join(drawn(many, width, 30))
        assert "@anna" in text
        assert len(text.splitlines()) <= 30


class _Service:
    """Answers until it is gone."""

    def __init__(self) -> None:
        self.is_gone = False
        self.asked: list[str] = []

    async def perform(self, request: OperatorRequest[Report]) -> Report:
        if self.is_gone:
            raise ControlUnavailable("No service answers")
        self.asked.append(type(request).__name__)
        match request:
            case ShowStatus():
                return status(worker(0, "idle"))
            case ListJobs():
                return JobList(jobs=(job(41, "anna", "queued"),))
            case ShowActivity():
                return activity()
        return ErrorsReport(troubles=(), failures=(), refusals=())


async def test_a_service_that_goes_away_leaves_what_it_said_and_why() -> None:
    service = _Service()
    watcher = Watcher(service)  # type: ignore[arg-type]  # it answers with what is asked for
    assert (await watcher.look()).silence == ""
    service.is_gone = True
    gone = await watcher.look()
    assert gone.silence == "No service answers"
    text = "\n".join(drawn(gone))
    assert "● No service answers" in text
    assert "@anna" in text
    service.is_gone = False
    assert (await watcher.look()).silence == ""


async def test_what_changes_slowly_is_asked_for_less_often() -> None:
    service = _Service()
    watcher = Watcher(service)  # type: ignore[arg-type]  # it answers with what is asked for
    for _ in range(3):
        await watcher.look()
    assert _times(service.asked, "ShowStatus") == 3
    assert _times(service.asked, "ShowActivity") == 1


def _times(asked: Sequence[str], what: str) -> int:
    return sum(each == what for each in asked)


def test_before_the_service_has_answered_it_says_so() -> None:
    assert "● No service answers" in "\n".join(drawn(View(NOW, silence="No service answers"), 60, 10))


@pytest.mark.usefixtures("own_state")
@pytest.mark.parametrize("more", [(), ("--json",), ("--csv",)])
def test_it_is_for_a_terminal(voicepipe: Command, more: tuple[str, ...]) -> None:
    result = voicepipe("status", "--watch", *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "for programs: voicepipe status --json" in result.stderr
