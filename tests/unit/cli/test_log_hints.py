"""`voicepipe log`: what it advises is understood by journalctl, and speaks of what is really logged."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.fixtures import Command
from tests.support.operator import with_files
from voicepipe import events
from voicepipe.log.lines import words_of

pytestmark = pytest.mark.usefixtures("own_state")

LOGGED = {
    words_of(kind)
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event
}


def hints(voicepipe: Command, *options: str) -> list[str]:
    document = json.loads(voicepipe("log", *options, "--json").stdout)
    return [hint["command"] for hint in document["hints"]]


@pytest.mark.parametrize("options", [(), ("--job", "-100123/42"), ("--user", "1")], ids=" ".join)
def test_journalctl_understands_it(voicepipe: Command, tmp_path: Path, options: tuple[str, ...]) -> None:
    with_files(voicepipe)
    commands = hints(voicepipe, *options)
    assert commands
    if shutil.which("journalctl") is None:
        pytest.skip("journalctl is not installed")
    for command in commands:
        words = [word for word in shlex.split(command) if word != "-f"]  # which would wait
        assert words[:3] == ["journalctl", "-u", "voicepipe"]
        done = subprocess.run([*words, "--directory", str(tmp_path)], capture_output=True, text=True, timeout=20)
        assert not re.search("Failed to|Unknown|invalid", done.stderr), (command, done.stderr)


def test_the_events_it_names_are_logged(voicepipe: Command) -> None:
    named = re.findall(r"VOICEPIPE_EVENT=([a-z ]+)", " ".join(hints(voicepipe) + hints(voicepipe, "--user", "5")))
    assert named
    assert set(named) <= LOGGED
    listed = [each["event"] for each in json.loads(voicepipe("log", "--events", "--json").stdout)["events"]]
    assert listed == sorted(LOGGED)


def test_it_is_about_what_was_asked(voicepipe: Command) -> None:
    assert "VOICEPIPE_JOB=7/42\n" in voicepipe("log", "--job", "7/42").stdout
    assert hints(voicepipe, "--user", "5")[0].endswith("VOICEPIPE_CHAT_ID=5")
    for options in (("--job", "seven"), ("--user", "nobody at all"), ("--job", "7/42", "--events")):
        assert voicepipe("log", *options).exit_code == 2
