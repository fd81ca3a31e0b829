"""`voicepipe quota` on real files, without a service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.fixtures import Command
from tests.support.operator import show, with_files

PLANS = """
[quota.plans.plus]
daily_seconds = 3600
max_recording_seconds = 7200
title = { ru = "Плюс", en = "Plus" }
"""
pytestmark = pytest.mark.usefixtures("own_state")


def test_somebody_not_seen_yet_has_the_default(voicepipe: Command) -> None:
    with_files(voicepipe)
    result = voicepipe("quota", "show", "42")
    assert result.exit_code == 0
    assert "42, has not written to the bot yet" in result.stdout
    assert "60 s, the default" in result.stdout
    assert show(voicepipe)["is_known"] is False


def test_new_files_are_announced_once(voicepipe: Command, tmp_path: Path) -> None:
    """Whoever gave the command another configuration than the service's should notice."""
    announced = f"voicepipe: no service runs, and there are no files yet: new ones are made in {tmp_path / 'state'}\n"
    assert voicepipe("quota", "grant", "42", "5").stderr == announced
    assert voicepipe("quota", "grant", "42", "5").stderr == ""


def test_changes_are_kept_and_shown(voicepipe: Command) -> None:
    assert "600 s" in voicepipe("quota", "grant", "42", "600").stdout
    assert "90 s, set for this user" in voicepipe("quota", "set", "42", "90").stdout
    report = show(voicepipe)
    assert (report["daily_quota_seconds"], report["extra_left_seconds"], report["is_known"]) == (90, 600, True)
    assert "60 s, the default" in voicepipe("quota", "set", "42", "Default").stdout
    assert "82800 s (23 h 00 min), set for" in voicepipe("quota", "set", "42", "82800").stdout
    assert "unlimited" in voicepipe("quota", "unlimited", "42").stdout
    assert show(voicepipe)["is_unlimited"] is True
    voicepipe("quota", "unlimited", "42", "off")
    assert show(voicepipe)["is_unlimited"] is False


def test_plans_of_the_configuration_are_given_and_taken(voicepipe: Command, tmp_path: Path) -> None:
    assert "No plans are configured" in voicepipe("quota", "plans").stdout
    refused = voicepipe("quota", "plan", "42", "plus")
    assert (refused.exit_code, "configured are: none" in refused.stderr) == (2, True)
    Path("config.toml").write_text(PLANS)
    assert "plus, recordings of up to 7200 s" in voicepipe("quota", "plan", "42", "plus").stdout
    report = show(voicepipe)
    assert (report["plan"], report["daily_quota_seconds"], report["longest_seconds"]) == ("plus", 3600, 7200)
    assert "by the plan plus" in voicepipe("quota", "show", "42").stdout
    assert "plan plus" in voicepipe("quota", "list").stdout
    (row,) = (line for line in voicepipe("quota", "plans").stdout.splitlines() if "plus" in line)
    assert row.split() == ["plus", "3600", "7200"]
    assert json.loads(voicepipe("quota", "plans", "--json").stdout)["plus"]["daily_seconds"] == 3600
    unknown = voicepipe("quota", "plan", "42", "plush")
    assert "There is no plan 'plush'; configured are: plus" in unknown.stderr
    Path("config.toml").unlink()
    assert "plus, which is not configured any more: the defaults hold" in voicepipe("quota", "show", "42").stdout
    assert "60 s, the default" in voicepipe("quota", "plan", "42", "default").stdout


def test_nothing_a_day_is_a_quota_too(voicepipe: Command) -> None:
    assert voicepipe("quota", "set", "42", "0").exit_code == 0
    assert show(voicepipe)["daily_left_seconds"] == 0


def test_the_list_is_sorted_as_asked(voicepipe: Command) -> None:
    voicepipe("quota", "grant", "1", "10")
    voicepipe("quota", "grant", "2", "30")
    voicepipe("quota", "set", "3", "70")
    voicepipe("users", "ban", "3")

    def order(sort: str) -> list[int]:
        users = json.loads(voicepipe("quota", "list", "--sort", sort, "--json").stdout)["users"]
        return [user["user_id"] for user in users]

    assert order("extra") == [2, 1, 3]
    assert order("daily") == [3, 1, 2]
    assert order("left") == [2, 1, 3]  # 90, 70, 70
    assert order("id") == order("name") == order("used") == [1, 2, 3]
    table = voicepipe("quota", "list").stdout.splitlines()
    assert table[0].split() == ["ID", "USER", "DAILY", "USED", "LEFT", "EXTRA", "NOTE"]
    assert table[3].split() == ["3", "70", "0", "70", "0", *["banned,", "own", "quota,", "not", "seen", "yet"]]
    assert voicepipe("quota", "list", "--sort", "shoe-size").exit_code == 2


def test_the_history_is_the_ledger(voicepipe: Command) -> None:
    with_files(voicepipe)
    assert "No seconds of user 42" in voicepipe("quota", "history", "42").stdout
    for seconds in ("10", "20", "30"):
        voicepipe("quota", "grant", "42", seconds)
    lines = json.loads(voicepipe("quota", "history", "42", "--limit", "2", "--json").stdout)["lines"]
    assert [(line["kind"], line["extra_seconds"]) for line in lines] == [("grant", 30), ("grant", 20)]
    heading, line, *_ = voicepipe("quota", "history", "42").stdout.splitlines()
    assert heading.startswith("WHEN (UTC) ")
    assert "+30" in line


def test_times_are_shown_in_the_zone_of_the_quota_day(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setenv("VOICEPIPE_QUOTA__TIME_ZONE", "Europe/Moscow")
    with_files(voicepipe)
    assert "00:00 MSK" in voicepipe("quota", "show", "42").stdout


def test_times_are_shown_in_the_zone_that_the_terminal_names(
    voicepipe: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEPIPE_QUOTA__TIME_ZONE", "Europe/Moscow")
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    voicepipe("quota", "grant", "42", "5")
    assert "02:45 +0545" in voicepipe("quota", "show", "42").stdout
    assert voicepipe("quota", "history", "42").stdout.startswith("WHEN (Asia/Kathmandu) ")
    monkeypatch.setenv("TZ", "no such zone")
    assert "00:00 MSK" in voicepipe("quota", "show", "42").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "@nobody"), "Nobody with the username @nobody has written to the bot yet; a numeric user id"),
        (("show", "анна"), "expected a Telegram user id"),
        (("show", ""), "expected a Telegram user id"),
        (("show", "0"), "no user id"),
        (("show", "--5"), "no user id"),
        (("show", "99999999999999999999"), "no user id"),
        (("grant", "42", "-5"), "from 1 to 31536000"),
        (("grant", "42", "0"), "from 1 to 31536000"),
        (("grant", "42", "31536001"), "from 1 to 31536000 (a year of audio), not 31536001"),
        (("grant", "42", "9" * 5000), "expected a whole number"),
        (("show", "9" * 5000), "no user id"),
        (("show", "１２"), "names no user"),
        (("grant", "42", "１２"), "is no number of seconds"),
        (("history", "42", "--limit", "abc"), "'abc' is not a whole number"),
        (("list", "--sort", "size"), "'--sort': 'size' is not one of 'used'"),
        (("grant", "42", "1.5"), "expected a whole number, as 600"),
        (("grant", "42", "ten"), "'ten' is no number of seconds"),
        (("set", "42", "-1"), "from 0 to 86400"),
        (("set", "42", "86401"), "use `quota unlimited`"),
        (("set", "42", "defualt"), 'as 600, or "default"'),
        (("unlimited", "42", "maybe"), "'on', 'off'"),
        (("history", "42", "--limit", "0"), "from 1 to 10000"),
        (("grant", "42"), "Missing argument 'SECONDS'"),
        (("grnt", "42", "5"), "Did you mean 'grant'?"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(voicepipe: Command, arguments: tuple[str, ...], said: str) -> None:
    with_files(voicepipe)
    result = voicepipe("quota", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    users = json.loads(voicepipe("users", "list", "--json").stdout)["users"]
    assert [user["user_id"] for user in users] == [1]


def test_extra_seconds_are_shown_where_there_are_any(voicepipe: Command) -> None:
    with_files(voicepipe)
    assert "extra" not in voicepipe("quota", "show", "42").stdout
    assert "7200 s (2 h 00 min), used after" in voicepipe("quota", "grant", "42", "7200").stdout
