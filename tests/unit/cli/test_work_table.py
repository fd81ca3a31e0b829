"""The table of workers fits a usual terminal, also while they are busy."""

from __future__ import annotations

import pytest
from rich.console import Console

from voicepipe.cli.tools import tables
from voicepipe.cli.tools.work import print_workers
from voicepipe.control.messages import WorkerReport


def test_busy_workers_are_a_line_each_in_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tables, "console", lambda: Console(width=80, color_system=None))
    worker = WorkerReport(
        worker=0,
        state="checking",
        is_express=True,
        pid=74_630,
        rss_bytes=433 << 20,
        tasks_done=12_345,
        deaths=0,
        busy_seconds=45.0,
        doing=("8/116", "7/110"),
        real_time_factor=0.08,
    )
    print_workers([worker, worker.model_copy(update={"worker": 1, "is_express": False, "state": "busy"})])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= 80
    assert "12.5 ×" in lines[1]
    assert "8/116, 7/110" in lines[2]
