"""The benchmark's machinery works and notices wrong answers. No test here looks at how long anything took."""

from __future__ import annotations

import asyncio
import json
import mmap
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from faster_whisper.audio import decode_audio
from faster_whisper.vad import get_speech_timestamps

from tests.support.media import duration_of
from tests.support.processes import children_of, is_alive
from tests.support.samples import load_samples
from tests.tools.bench.__main__ import main, measure
from tests.tools.bench.effort import QUICK, Bench
from tests.tools.bench.engine import Kind, Setup, running_engine
from tests.tools.bench.figures import Figure, at_most
from tests.tools.bench.full_store import SPAN_DAYS, fill_store
from tests.tools.bench.instant_worker import TEXT
from tests.tools.bench.machine import memory_of
from tests.tools.bench.material import Material, Recording, windows_in
from tests.tools.bench.measurements import MEASUREMENTS
from tests.tools.bench.measurements.supervisor import decisions
from tests.tools.bench.one_worker import running_worker
from tests.tools.bench.ours import Profile
from tests.tools.bench.service import bench_service
from tests.tools.bench.waiting import Line
from voicepipe.config import QuotaConfig
from voicepipe.machine import cpu_seconds
from voicepipe.models import find_model
from voicepipe.store import Store

SAMPLE = load_samples()["seen_ru_00.ogg"]
DEMO = find_model("demo", Path())
RECORDING = Recording(SAMPLE.path, round(SAMPLE.seconds), SAMPLE.text)


def run_bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tests.tools.bench", *arguments], capture_output=True, text=True)


def test_a_run_prints_a_table_and_writes_a_file(tmp_path: Path) -> None:
    result = run_bench("--quick", "--only", "decisions", "--json", str(tmp_path / "result.json"))
    assert result.returncode == 0, result.stderr
    assert "decision_10000/100_waiting" in result.stdout
    written = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert written["machine"]["cores"] == len(os.sched_getaffinity(0))
    assert written["machine"]["quick"] is True
    assert [figure["name"] for figure in written["figures"]] == [
        *(f"decision_{length}_waiting" for length in (10, 100, 1000, 10000)),
        "decision_10000/100_waiting",
    ]
    assert all(figure["value"] > 0 for figure in written["figures"])
    assert [figure["goal"] for figure in written["figures"]] == [None, None, None, None, "<= 2"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_leaves_nothing_running(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    command = [sys.executable, "-m", "tests.tools.bench", "--quick", "--only", "admission"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as bench:
        assert bench.stderr is not None
        assert next(line for line in bench.stderr if "workers that answer at once" in line)
        (service,) = children_of(bench.pid)
        workers = children_of(service)
        assert len(workers) == 2
        bench.send_signal(number)
        assert bench.wait() == 130
    assert not [pid for pid in (service, *workers) if is_alive(pid)]


def test_an_unknown_measurement_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--only", "decisions,desicions"])
    assert refused.value.code == 2
    said = capsys.readouterr().err
    assert "there is no desicions among" in said
    assert all(name in said for name in MEASUREMENTS)


async def test_a_failed_measurement_leaves_a_note_and_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Bench) -> list[Figure]:
        raise RuntimeError("a wrong answer")

    monkeypatch.setattr("tests.tools.bench.__main__.MEASUREMENTS", {"broken": broken, "decisions": decisions})
    figures = await measure(Bench("base", QUICK, Material(lambda _: None), lambda _: None), ["broken", "decisions"])
    assert figures[0] == Figure("broken", None, "", note="failed: RuntimeError")
    assert figures[-1].name == "decision_10000/100_waiting"


@pytest.mark.parametrize(("size", "is_bound"), [("base", True), ("tiny", False)])
def test_goals_of_recognition_hold_for_the_base_model(size: str, is_bound: bool) -> None:
    bench = Bench(size, QUICK, Material(lambda _: None), lambda _: None)
    assert (bench.goal(at_most(0.5)) is not None) is is_bound


def test_the_extra_is_wanted_only_where_it_serves(capsys: pytest.CaptureFixture[str]) -> None:
    installed = Kind.WHISPER_CPP.is_installed
    assert main(["--needs-extra", "--only", "backlog,decisions"]) == 0
    assert capsys.readouterr().out == "no\n"
    assert main(["--needs-extra"]) == 0
    assert capsys.readouterr().out == ("no\n" if installed else "yes\n")
    with pytest.raises(SystemExit):
        main(["--needs-extra", "--help"])
    assert "yes" not in capsys.readouterr().out.split()


@pytest.mark.parametrize("kind", [Kind.STOCK, Kind.OURS])
@pytest.mark.parametrize("at_once", [1, 3])
async def test_an_engine_recognises_and_its_cpu_time_is_seen(kind: Kind, at_once: int) -> None:
    async with running_engine(Setup(kind, DEMO, at_once=at_once)) as engine:
        before = engine.cpu_seconds
        answers = await engine.recognise([SAMPLE.path] * 3)
        assert [answer.text for answer in answers] == [SAMPLE.text] * 3
        assert engine.cpu_seconds > before


async def test_recordings_go_to_an_engine_several_at_a_time() -> None:
    async with running_engine(Setup(Kind.OURS, DEMO, together=2)) as engine:
        answers = await engine.recognise([SAMPLE.path] * 3)
        assert [answer.text for answer in answers] == [SAMPLE.text] * 3
        assert answers[0].seconds == answers[1].seconds < answers[2].seconds


@pytest.mark.parametrize("profile", Profile)
async def test_a_worker_is_asked_without_a_service(profile: Profile) -> None:
    async with running_worker(DEMO, profile.config) as worker:
        before = worker.cpu_seconds
        assert await worker.recognise(SAMPLE.path) == SAMPLE.text
        assert worker.cpu_seconds > before


async def test_what_an_engine_dies_of_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Unable to open file"):
        async with running_engine(Setup(Kind.STOCK, tmp_path)):
            pass


async def test_the_service_is_asked_and_wrong_answers_are_noticed() -> None:
    async with bench_service({"workers": {"count": 2}}, "tests.tools.bench.instant_service") as service:
        exchanges = await service.ask([replace(RECORDING, text=TEXT)] * 25)
        assert len(exchanges) == 25
        assert all(each.answered_at > each.sent_at for each in exchanges)
        assert service.cpu_seconds > 0
        assert len(service.worker_pids) == 2
        with pytest.raises(RuntimeError, match="a wrong answer"):
            await service.ask_next(RECORDING)


async def test_how_late_the_event_loop_is_can_be_asked_of_the_service() -> None:
    async with bench_service({"workers": {"count": 1}}, "tests.tools.bench.lag_service") as service:
        await service.ask_next(replace(RECORDING, text=TEXT))
        for number in (1, 2):
            await asyncio.sleep(0.1)
            service.running.send_signal(signal.SIGUSR1)
            lag = await service.running.wait_event("loop lag", times=number)
            assert 0 <= lag["p50"] <= lag["p99"] <= lag["worst"] < 10_000
            assert lag["samples"] > 0


@pytest.mark.parametrize("length", [1, 10, 100])
async def test_a_line_stays_as_long_as_it_is(length: int) -> None:
    line = Line(length)
    taken = [line.decide() for _ in range(20)]
    assert all(1 <= count <= length for count in taken)
    assert len(line) == length


def test_material_is_made_once_and_as_long_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    said: list[str] = []
    material = Material(said.append)
    recording = material.recording("tiny", 2)
    assert material.recording("tiny", 2) == recording
    assert said == ["making tiny-2s, once"]
    assert len(recording.text.split()) == 8
    windows_of_a_minute = material.recording_by(material.model("tiny", 2), 60)
    assert windows_of_a_minute.text == f"{recording.text} {recording.text}"
    assert tmp_path in recording.path.parents
    assert not list(tmp_path.rglob("*.dropped"))


@pytest.mark.parametrize("seconds", [5, 30, 60, 240])
def test_speech_is_found_in_all_of_a_recording_but_its_pauses(
    seconds: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    speech = Material(lambda _: None).speech(seconds)
    assert duration_of(speech) == pytest.approx(seconds, abs=0.02)
    stretches = get_speech_timestamps(decode_audio(str(speech)))
    assert len(stretches) == windows_in(seconds)
    lengths = [(stretch["end"] - stretch["start"]) / 16_000 for stretch in stretches]
    assert all(28.0 < length <= 30.0 for length in lengths[:-1])


def test_cpu_seconds_and_memory_are_those_of_the_process() -> None:
    before, size = cpu_seconds(os.getpid()), memory_of(os.getpid())
    # Not from the heap, where this process may have as much to spare.
    content = mmap.mmap(-1, 50_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for page in range(0, len(content), mmap.PAGESIZE):
        content[page] = 1
    assert sum(range(300_000)) > 0
    assert cpu_seconds(os.getpid()) > before
    assert memory_of(os.getpid()).unique - size.unique == pytest.approx(len(content) / 1e6, rel=0.2)


async def test_a_store_as_after_years_is_sound(tmp_path: Path) -> None:
    await fill_store(tmp_path, users=7, jobs=50)
    store = await Store.open(tmp_path, QuotaConfig())
    try:
        assert await store.reports.check() == []
        assert len(await store.reports.users()) == 7
        assert (await store.reports.counts()).jobs_done == 50
        assert sum(day.recordings for day in await store.reports.usage_by_day(SPAN_DAYS + 2)) == 50
    finally:
        await store.close()
