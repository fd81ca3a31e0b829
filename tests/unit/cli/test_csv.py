"""`--csv`: what stands beside each `--json`, as lines for a spreadsheet or a script."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.support.fixtures import Command
from voicepipe.cli.tools.exports import csv_of_document

pytestmark = pytest.mark.usefixtures("own_state")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(autouse=True)
def _two_users(own_state: None, voicepipe: Command) -> None:
    voicepipe("quota", "set", "1", "default")
    voicepipe("quota", "set", "2", "500")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("users list", [{"user_id": "2", "is_banned": "false"}, {"user_id": "1", "username": ""}]),
        ("quota list --sort daily", [{"daily_quota_seconds": "500"}, {"daily_quota_seconds": "60"}]),
        ("quota show 2", [{"user_id": "2", "daily_left_seconds": "500"}]),
        ("quota grant 2 40", [{"user_id": "2", "extra_left_seconds": "40"}]),
        ("users ban 2", [{"user_id": "2", "is_banned": "true"}]),
        ("status", [{"is_running": "false", "jobs.accepted": "0", "today.recordings": ""}]),
        ("config check", [{"valid": "true", "missing": "telegram.api_id telegram.api_hash telegram.bot_token"}]),
        ("check", []),
        ("usage", []),
        ("quota history 2", []),
        ("quota plans", []),
        ("usage sql SELECT+1+AS+one", [{"one": "1"}]),
    ],
)
def test_commands_write_lines(voicepipe: Command, arguments: str, expected: list[dict[str, str]]) -> None:
    result = voicepipe(*(word.replace("+", " ") for word in arguments.split()), "--csv")
    assert result.exit_code == 0, result.output
    found = rows(result.stdout)
    assert len(found) == len(expected)
    assert all(want.items() <= row.items() for want, row in zip(expected, found, strict=True))


def test_nothing_has_its_columns_all_the_same(voicepipe: Command) -> None:
    assert voicepipe("quota", "history", "2", "--csv").stdout.startswith("seq,at,quota_day,kind,seconds,")
    assert voicepipe("check", "--csv").stdout == "violations\n"
    assert voicepipe("usage", "--csv").stdout.startswith("day,recordings,users,")


def test_what_has_no_rows_of_one_kind_is_a_line_for_each_value(voicepipe: Command) -> None:
    values = {row["name"]: row["value"] for row in rows(voicepipe("config", "show", "--csv").stdout)}
    assert values["quota.daily_seconds"] == "60"
    assert values["recognition.model"] == "base"


def test_plans_are_lines(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        "[quota.plans.plus]\ndaily_seconds = 600\n[quota.plans.pro]\ndaily_seconds = 60\n"
    )
    found = rows(voicepipe("quota", "plans", "--csv").stdout)
    assert [(row["name"], row["daily_seconds"]) for row in found] == [("plus", "600"), ("pro", "60")]


def test_json_and_csv_at_once_are_refused(voicepipe: Command) -> None:
    result = voicepipe("users", "list", "--json", "--csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected one of them" in result.stderr
    assert voicepipe("users", "list", "--json").stdout.startswith("{"), "the next one is not concerned"


def test_a_text_is_no_formula() -> None:
    assert csv_of_document({"name": "=1+1", "chat": -5, "words": ["a", "b"]}) == "name,chat,words\n'=1+1,-5,a b\n"
