"""What systemd's journal keeps of the log: a real journald, in a namespace of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT
from voicepipe.log.folding import BURST

JOURNALD = Path("/lib/systemd/systemd-journald")
ALONE = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
FLOOD = 30
SCRIPT = """
set -e
mount -t tmpfs tmpfs /run
echo 512 > /proc/sys/net/unix/max_dgram_qlen  # as systemd does when it boots: what doesn't fit goes to standard error
"$1" 2>/dev/null &
for _ in $(seq 100); do [ -S /run/systemd/journal/socket ] && break; sleep 0.1; done
"$2" -c "$3"
journalctl --directory=/run/log/journal --sync || true
for _ in $(seq 300); do
    journalctl --directory=/run/log/journal --no-pager -o json SYSLOG_IDENTIFIER=voicepipe > "$4"
    grep -q '"line repeated"' "$4" && break
    sleep 0.1
done
"""
PROGRAM = f"""
import os, sys
at = os.fstat(2)
os.environ["JOURNAL_STREAM"] = f"{{at.st_dev}}:{{at.st_ino}}"
from voicepipe.config import ServiceConfig
from voicepipe.events import *
from voicepipe.log import configure_logging, log_events
configure_logging(ServiceConfig())
events = Events()
log_events(events)
events.emit(JobDelivered(7, 8))
events.emit(WorkerDied(1, 42, "died", -9))
for _ in range({FLOOD}):
    events.emit(DiskIsFull())
"""


def test_the_journal_keeps_priorities_and_jobs_as_fields_of_its_own(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    if not JOURNALD.exists() or shutil.which("journalctl") is None:
        pytest.skip("systemd's journal is not installed")
    if subprocess.run([*ALONE, "mount", "-t", "tmpfs", "tmpfs", "/run"], capture_output=True, check=False).returncode:
        pytest.skip("a namespace with mounts of its own takes more privileges than these")
    command = [*ALONE, "bash", "-c", SCRIPT, "bash", str(JOURNALD), sys.executable, PROGRAM, str(kept)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    entries = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    delivered, died, *full, folded = entries
    assert (delivered["PRIORITY"], delivered["VOICEPIPE_JOB"]) == ("6", "7/8")
    assert json.loads(delivered["MESSAGE"])["event"] == delivered["VOICEPIPE_EVENT"] == "job delivered"
    assert (died["PRIORITY"], died["VOICEPIPE_CAUSE"]) == ("4", "died")
    assert [(each["PRIORITY"], each["VOICEPIPE_EVENT"]) for each in full] == [("3", "disk is full")] * BURST
    assert (folded["VOICEPIPE_LINE"], folded["VOICEPIPE_TIMES"]) == ("disk is full", str(FLOOD - BURST))
    assert {each["_TRANSPORT"] for each in entries} == {"journal"}
