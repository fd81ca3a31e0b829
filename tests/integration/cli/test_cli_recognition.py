"""`voicepipe transcribe`, `model check` and `doctor` with real worker processes and the demo model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import Result

from tests.support.broken_engine import QUOTED
from tests.support.fixtures import Command
from tests.support.made_media import Recipe, made, sound_of
from tests.support.places import ROOT, SAMPLES
from tests.support.processes import children_of
from tests.support.samples import load_samples
from voicepipe.cli.tools.recognition import with_recognition
from voicepipe.config import Config, RecognitionConfig
from voicepipe.models import DEMO_NOTE

SHORT = "seen_ru_00.ogg"
SENTENCES = str(SAMPLES / "sentences_ru.ogg")


@pytest.fixture(autouse=True)
def _demo(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__MODEL", "demo")


# --- transcribe ---------------------------------------------------------------------------------------------------
def test_every_sample_word_for_word(voicepipe: Command) -> None:
    """Of those up to a few sentences long; in the two long ones the demo model mistakes some words."""
    samples = [sample for sample in load_samples().values() if sample.text and sample.seconds < 6]
    assert {sample.path.suffix for sample in samples} == {".ogg", ".mp3", ".mp4"}
    result = voicepipe("transcribe", "--format", "json", *(sample.path for sample in samples))
    assert result.exit_code == 0
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(document["file"], document["text"], document["language"]) for document in documents] == [
        (str(sample.path), sample.text, sample.language) for sample in samples
    ]


def test_one_file_is_just_its_text(voicepipe: Command) -> None:
    result = voicepipe("transcribe", SAMPLES / SHORT)
    assert result.stdout == load_samples()[SHORT].text + "\n"
    assert result.stderr == f"voicepipe: {DEMO_NOTE}\n"


def test_another_profile_than_the_configured_one(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__BEAM_SIZE", "3")
    result = voicepipe("transcribe", "--profile", "fast", SAMPLES / SHORT)
    assert result.stdout == load_samples()[SHORT].text + "\n"
    assert voicepipe("transcribe", "--profile", "quick", SAMPLES / SHORT).exit_code == 2


def test_a_profile_is_taken_whole() -> None:
    config = Config(recognition=RecognitionConfig(beam_size=3, limit_tokens=False, language="ru"))
    fast = with_recognition(config, profile="fast", model=None).recognition
    assert (fast.resolved_beam_size, fast.resolved_short_context, fast.resolved_limit_tokens) == (1, True, True)
    assert (fast.language, fast.model) == ("ru", "base")
    assert with_recognition(config, model="tiny").recognition.resolved_beam_size == 3


def test_several_texts_have_headings_and_keep_their_order(voicepipe: Command) -> None:
    names = ["sentences_ru.ogg", SHORT]  # the second is done long before the first
    result = voicepipe("transcribe", *(SAMPLES / name for name in names))
    expected = "".join(f"==> {SAMPLES / name} <==\n{load_samples()[name].text}\n\n" for name in names)
    assert result.stdout == expected


def test_what_can_not_be_recognised_is_named_with_its_reason(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.ogg").touch()
    (tmp_path / "garbage.ogg").write_bytes(b"no sound at all " * 100)
    files = ["empty.ogg", "garbage.ogg", "missing.ogg", ".", SAMPLES / "silence_8.ogg", SAMPLES / SHORT]
    result = voicepipe("transcribe", "--format", "json", *files)
    assert result.exit_code == 1
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    reasons = [document.get("error", {}).get("reason") for document in documents]
    assert reasons == ["unreadable", "unreadable", "unreadable", "unreadable", "no_speech", None]
    problems = result.stderr.splitlines()
    assert "voicepipe: missing.ogg: it can't be read: No such file or directory" in problems
    assert "voicepipe: .: it is a directory" in problems
    assert f"voicepipe: {SAMPLES / 'silence_8.ogg'}: no speech in it" in problems
    assert problems[-1] == "voicepipe: 5 of 6 files have no text"


def test_subtitles_go_into_a_directory(voicepipe: Command, tmp_path: Path) -> None:
    files = [SAMPLES / SHORT, SAMPLES / "video_note.mp4"]
    result = voicepipe("transcribe", "--format", "srt", "--output", "made/here", *files)
    assert (result.exit_code, result.stdout) == (0, "")
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "made" / "here").iterdir()}
    assert written.keys() == {"seen_ru_00.srt", "video_note.srt"}
    assert written["seen_ru_00.srt"].startswith("1\n00:00:00,")
    assert load_samples()[SHORT].text.split()[0] in written["seen_ru_00.srt"]


def test_what_comes_through_a_pipe_is_a_file_too() -> None:
    sample, text = SAMPLES / SHORT, load_samples()[SHORT].text
    line = f"cat {sample} | {sys.executable} -m voicepipe transcribe --format json - <(cat {sample})"
    result = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert [document["text"] for document in documents] == [text, text]
    assert documents[0]["file"] == "stdin"
    assert documents[1]["file"].startswith("/dev/fd/")


def test_what_is_neither_a_file_nor_a_pipe_is_named(voicepipe: Command) -> None:
    result = voicepipe("transcribe", "/dev/null")
    assert result.exit_code == 1
    assert result.stderr.endswith("voicepipe: /dev/null: it is neither a file nor a pipe\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-", "-"), "only once"),
        (("--output", "d", "-", "stdin.ogg"), "would be written to the same file"),
        (("--format", "srt", "a.ogg", "b.ogg"), "add --output DIR"),
        (("--output", "d", "one/a.ogg", "two/a.mp3"), "would be written to the same file"),
        (("--language", "klingon", "a.ogg"), "no language code"),
        (("--format", "docx", "a.ogg"), "docx"),
        ((), "Missing argument"),
    ],
)
def test_what_can_not_end_well_is_refused_at_once(voicepipe: Command, arguments: tuple[str, ...], said: str) -> None:
    result = voicepipe("transcribe", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_place_that_can_not_be_written_is_named(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    result = voicepipe("transcribe", "--output", "taken", SAMPLES / SHORT)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, "voicepipe: taken can't be written: File exists")


def test_a_text_that_can_not_be_written_costs_no_other_its_file(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "seen_ru_00.txt").mkdir()
    long = tmp_path / ("x" * 252)  # its text's name is one sign too long for a file system
    long.symlink_to(SAMPLES / "heldout_ru_07.ogg")
    result = voicepipe("transcribe", "--output", ".", SAMPLES / SHORT, long, SAMPLES / "mid_ru_03.ogg")
    assert result.exit_code == 1
    assert f"{SHORT}: seen_ru_00.txt can't be written: Is a directory" in result.stderr
    assert f"{long}: {long.stem}.txt can't be written: File name too long" in result.stderr
    assert result.stderr.splitlines()[-1] == "voicepipe: 2 of 3 files have no text"
    assert (tmp_path / "mid_ru_03.txt").read_text() == load_samples()["mid_ru_03.ogg"].text + "\n"


def test_output_that_is_no_terminal_is_utf_8(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "voicepipe", "transcribe", str(SAMPLES / SHORT)]
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == load_samples()[SHORT].text + "\n"


def test_an_error_of_ours_is_told_with_what_to_report() -> None:
    command = [sys.executable, "-m", "voicepipe", "transcribe", str(SAMPLES / SHORT)]
    engine = {"VOICEPIPE_RECOGNITION__ENGINE": "tests.support.broken_engine", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=os.environ | engine, capture_output=True, text=True)
    assert done.returncode == 1
    assert "please report it, with this: ZeroDivisionError in broken_engine.py" in done.stderr
    assert QUOTED not in done.stderr


def test_the_track_asked_for_is_recognised(voicepipe: Command, tmp_path: Path) -> None:
    sample = load_samples()["heldout_ru_07.ogg"]
    recipe = Recipe(container="mp4", codec="aac", has_silent_track_before=True)
    data = made(recipe, sound_of(sample.path.read_bytes()))
    assert data is not None
    (tmp_path / "film.mp4").write_bytes(data)
    assert voicepipe("transcribe", "--track", "2", "film.mp4").stdout == f"{sample.text}\n"
    assert "no speech in it" in voicepipe("transcribe", "--track", "1", "film.mp4").stderr
    assert "no such sound track; it has 2" in voicepipe("transcribe", "--track", "3", "film.mp4").stderr


def test_a_missing_model_is_one_clear_error(voicepipe: Command) -> None:
    result = voicepipe("transcribe", "--model", "tiny", SAMPLES / SHORT)
    assert result.exit_code == 78
    assert "voicepipe model download tiny" in result.stderr
    assert "did you mean tiny" in voicepipe("transcribe", "--model", "tinny", SAMPLES / SHORT).stderr


def test_a_directory_that_is_no_model_is_explained(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    result = voicepipe("model", "check", tmp_path / "mine")
    assert result.exit_code == 78
    assert "model.bin" in result.stderr


def test_a_broken_model_is_explained(voicepipe: Command, tmp_path: Path) -> None:
    directory = tmp_path / "mine"
    directory.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (directory / name).write_bytes(b"{}")
    result = voicepipe("model", "check", directory)
    assert result.exit_code != 0
    assert result.stderr.startswith("voicepipe: ")
    assert "Traceback" not in result.stderr


def test_ctrl_c_ends_the_command_and_its_workers(tmp_path: Path) -> None:
    """As a terminal does it: the signal goes to the whole process group."""
    line = [sys.executable, "-m", "voicepipe", "transcribe", str(SAMPLES / SHORT), *([SENTENCES] * 20)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()  # a text is there: the workers are at work
    workers = children_of(process.pid)
    assert workers
    interrupted_at = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, problems = process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - interrupted_at < 5
    assert "Traceback" not in problems
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def test_a_killed_worker_is_replaced_and_the_file_still_recognised(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "voicepipe", "transcribe", str(SAMPLES / SHORT), SENTENCES, SENTENCES]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()  # a text is there: the workers are at the long ones
    os.kill(children_of(process.pid)[0], signal.SIGKILL)
    output = process.stdout.read()  # communicate would miss what readline has read ahead
    _, problems = process.communicate(timeout=50)
    assert process.returncode == 0, problems
    first, second = output.split(f"==> {SENTENCES} <==\n")[1:]
    assert first == second == load_samples()["sentences_ru.ogg"].text + "\n\n"


# --- model check, doctor ------------------------------------------------------------------------------------------
def test_the_model_is_loaded_and_heard(voicepipe: Command) -> None:
    report = json.loads(voicepipe("model", "check", "--json").stdout)
    assert report["text"] == load_samples()[SHORT].text
    assert report["clip_seconds"] == pytest.approx(3.8, abs=0.1)
    assert report["load_seconds"] > 0
    said = voicepipe("model", "check")
    assert "heard" in said.stdout
    assert DEMO_NOTE in said.stderr


def checks(result: Result) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def test_doctor_without_secrets_says_where_they_come_from(voicepipe: Command) -> None:
    result = voicepipe("doctor", "--json")
    assert result.exit_code == 1
    found = checks(result)
    assert found["secrets"]["verdict"] == "bad"
    assert "https://my.telegram.org/apps" in found["secrets"]["advice"]
    assert found["telegram"]["verdict"] == found["service"]["verdict"] == "skipped"
    assert found["model"]["verdict"] == "note"
    assert DEMO_NOTE in found["model"]["advice"]
    assert json.loads(result.stdout)["ok"] is False


def with_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in {"API_ID": "1", "API_HASH": "0" * 32, "BOT_TOKEN": "1:secret"}.items():
        monkeypatch.setenv(f"VOICEPIPE_TELEGRAM__{key}", value)


def test_doctor_is_content_offline(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with_secrets(monkeypatch)
    result = voicepipe("doctor", "--offline")
    assert result.exit_code == 0
    marks = {line[2:].split()[0]: line[0] for line in result.stdout.splitlines() if line[0] != " "}
    assert marks == {
        **dict.fromkeys(("configuration", "secrets", "state", "file", "disk", "clock"), "✓"),
        "model": "!",
        "sandbox": "✓" if not json.loads(voicepipe("model", "check", "--json").stdout)["unguarded"] else "!",
        "telegram": "-",
        "service": "-",
    }


def test_doctor_says_when_workers_are_not_shut_in(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_WORKERS__SANDBOX", "false")
    found = checks(voicepipe("doctor", "--offline", "--json"))["sandbox"]
    assert (found["verdict"], found["found"]) == ("note", "switched off")
    assert "sandbox = true" in found["advice"]


def test_doctor_knows_what_monitoring_needs(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_MONITORING__LISTEN", "127.0.0.1:9464")
    monkeypatch.setenv("VOICEPIPE_MONITORING__SENTRY_DSN", "https://key@sentry.example/1")
    found = checks(voicepipe("doctor", "--offline", "--json"))["monitoring"]
    assert (found["verdict"], found["found"]) == ("ok", "127.0.0.1:9464, errors to a tracker")
    monkeypatch.setattr("voicepipe.cli.tools.checks.find_spec", lambda name: None if name == "h11" else name)
    found = checks(voicepipe("doctor", "--offline", "--json"))["monitoring"]
    assert (found["verdict"], found["found"]) == ("bad", "extras are not installed: metrics")
    assert "scripts/setup metrics" in found["advice"]


def test_doctor_finds_what_is_wrong(voicepipe: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_secrets(monkeypatch)
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__MODEL", "tiny")
    monkeypatch.setenv("VOICEPIPE_LIMITS__MIN_FREE_DISK_MIB", "1000000000")
    (tmp_path / "config.toml").write_text('[telegram]\nbot_token = "1:secret"\n')
    (tmp_path / "config.toml").chmod(0o644)
    (tmp_path / "state").mkdir(mode=0o755)
    (tmp_path / "state").chmod(0o755)
    found = checks(voicepipe("doctor", "--offline", "--json"))
    assert found["model"]["verdict"] == "bad"
    assert "voicepipe model download tiny" in found["model"]["advice"]
    assert found["disk"]["verdict"] == "bad"
    assert found["file modes"]["verdict"] == "note"
    assert found["file modes"]["advice"].splitlines() == [
        f"chmod o-rwx {tmp_path / 'state'}",
        "chmod o-rwx config.toml",
    ]
    assert all(check["advice"] for check in found.values() if check["verdict"] == "bad")


def test_doctor_stops_at_a_configuration_that_is_not_valid(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[quotas]\n")
    result = voicepipe("doctor")
    assert result.exit_code == 1
    assert result.stdout.startswith("✗ configuration")
    assert "quota" in result.stdout.splitlines()[1]
