"""`voicepipe quota import` and `quota export` on real files, without a service."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.fixtures import Command
from tests.support.operator import show

PLANS = "[quota.plans.plus]\ndaily_seconds = 3600\n"
HEADING = "user,daily_seconds,plan,unlimited,grant_seconds\n"


@pytest.fixture(autouse=True)
def plans(own_state: Path) -> None:
    own_state.with_name("config.toml").write_text(PLANS, encoding="utf-8")


def written(text: str) -> Path:
    path = Path("quotas.csv")
    path.write_text(text, encoding="utf-8")
    return path


def exported(voicepipe: Command) -> dict[int, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(voicepipe("quota", "export").stdout))
    return {int(row["user"]): row for row in rows}


def test_all_lines_are_made_and_counted(voicepipe: Command) -> None:
    file = written(HEADING + "41,600,,,\n42,,plus,on,\n43,,,,90\n44,0,,off,\n")
    result = voicepipe("quota", "import", file, "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["users"], report["changed"], report["daily_quotas"]) == (4, 4, 2)
    assert (report["plans"], report["unlimited"], report["grants"], report["granted_seconds"]) == (1, 1, 1, 90)
    assert (show(voicepipe, "41")["daily_quota_seconds"], show(voicepipe, "44")["daily_quota_seconds"]) == (600, 0)
    assert (show(voicepipe)["plan"], show(voicepipe)["is_unlimited"]) == ("plus", True)
    assert show(voicepipe, "43")["extra_left_seconds"] == 90
    words = voicepipe("quota", "import", written(HEADING + "42,default,default,off,5400\n")).stdout
    assert words.split("\n")[:2] == ["in the file  1 users", "changed      1 users"]
    assert "granted      1 h 30 min to 1 users" in words
    assert (show(voicepipe)["plan"], show(voicepipe)["is_unlimited"]) == (None, False)
    assert "Everything adds up." in voicepipe("check").stdout


def test_a_dry_run_tells_and_changes_nothing(voicepipe: Command) -> None:
    voicepipe("quota", "set", "1", "30")
    file = written(HEADING + "1,600,plus,,30\n")
    result = voicepipe("quota", "import", file, "--dry-run")
    assert "would change  1 users" in result.stdout
    (row,) = exported(voicepipe).values()
    assert (row["user"], row["daily_seconds"], row["plan"]) == ("1", "30", "default")
    assert show(voicepipe, "1")["extra_left_seconds"] == 0


def test_what_is_so_already_is_no_change(voicepipe: Command) -> None:
    file = written(HEADING + "41,600,plus,on,\n42,0,default,off,\n")
    voicepipe("quota", "import", file)
    report = json.loads(voicepipe("quota", "import", file, "--json").stdout)
    assert (report["users"], report["changed"]) == (2, 0)


def test_an_export_is_imported_elsewhere(voicepipe: Command, own_state: Path) -> None:
    voicepipe("quota", "import", written(HEADING + "41,600,plus,on,\n42,0,,,\n-1001234,7,,,\n"))
    before = exported(voicepipe)
    assert list(before) == [-1001234, 41, 42]
    assert voicepipe("quota", "export", "all.csv").stdout == ""
    assert json.loads(voicepipe("quota", "import", "all.csv", "--json").stdout)["changed"] == 0
    own_state.rename(own_state.with_name("elsewhere"))
    assert json.loads(voicepipe("quota", "import", "all.csv", "--json").stdout)["changed"] == 3
    assert exported(voicepipe) == before


def test_more_users_than_fit_into_one_request(voicepipe: Command) -> None:
    users = range(1, 12_001)  # an export has several pages, too
    report = voicepipe(
        "quota", "import", written("user,plan\n" + "".join(f"{each},plus\n" for each in users)), "--json"
    )
    assert json.loads(report.stdout)["plans"] == len(users)
    assert list(exported(voicepipe)) == list(users)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "quotas.csv is empty"),
        ("42,60\n", "has a column '42'"),
        ("user,daily_secs\n", "did you mean daily_seconds?"),
        ("plan\nplus\n", "has no column `user`"),
        ("user,plan,plan\n", "a column twice"),
        (HEADING + "41,60,,,\n42,ten,,,\n", "line 3: daily_seconds is 'ten'; expected a whole number"),
        (HEADING + "42,-1,,,\n", "line 2: daily_seconds is '-1'"),
        (HEADING + "42,86401,,,\n", "line 2: A daily quota must be from 0 to 86400"),
        (HEADING + "42,,gold,,\n", "line 2: There is no plan 'gold'; configured are: plus"),
        (HEADING + "42,,,perhaps,\n", "line 2: unlimited is 'perhaps'; expected on or off"),
        (HEADING + "42,,,,999999999\n", "line 2: A grant must be from 1 to"),
        (HEADING + "42,60\n", "line 2: 2 cells under 5 headings"),
        (HEADING + "42,,плюс,,\n", "line 2: plan is 'плюс'; expected at most 40 plain signs"),
        (HEADING + ",60,,,\n", "line 2: no user"),
        (HEADING + "anna smith,60,,,\n", "line 2: 'anna smith' names no user"),
        (HEADING + "@nobody,60,,,\n", "line 2: Nobody with the username @nobody"),
        (HEADING + f"{'9' * 60},60,,,\n", "expected at most 40 plain signs"),
        (HEADING + "42,60,,,\n43,60,,,\n042,90,,,\n", "line 4: the user 42 is in line 2 already"),
        (HEADING + '42,"60,,,\n', "line 2: no CSV"),
    ],
)
def test_one_wrong_line_and_nothing_is_changed(voicepipe: Command, text: str, said: str) -> None:
    voicepipe("quota", "set", "1", "30")
    result = voicepipe("quota", "import", written(text))
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert list(exported(voicepipe)) == [1]


def test_all_wrong_lines_are_named_at_once(voicepipe: Command) -> None:
    wrong = "".join(f"{each},{'x' if each % 2 else 99_999},,,\n" for each in range(1, 100))
    said = voicepipe("quota", "import", written(HEADING + wrong)).stderr
    assert "line 2: daily_seconds" in said
    assert "… and 30 more" in said
    assert "nothing was changed" in said


@pytest.mark.parametrize(
    "text", ["user;plan\r\n42;plus\r\n", "\ufeffuser\tplan\n\n42\tplus\n", "Plan, User\nplus, 42\n"]
)
def test_files_of_spreadsheets_are_read(voicepipe: Command, text: str) -> None:
    assert voicepipe("quota", "import", written(text)).exit_code == 0
    assert show(voicepipe)["plan"] == "plus"


def test_files_that_can_not_be_used(voicepipe: Command) -> None:
    voicepipe("quota", "set", "1", "30")
    Path("quotas.csv").write_bytes(b"user,plan\n42,\xff\n")
    assert "quotas.csv, line 2: not in UTF-8" in voicepipe("quota", "import", "quotas.csv").stderr
    assert "none.csv can't be read: No such file" in voicepipe("quota", "import", "none.csv").stderr
    assert "can't be written" in voicepipe("quota", "export", "none/none.csv").stderr


def test_a_pipe_is_a_file_too(voicepipe: Command) -> None:
    from voicepipe.cli.commands import app

    given = CliRunner().invoke(app, ["quota", "import", "-"], input="user,plan\n42,plus\n")
    assert given.exit_code == 0
    assert exported(voicepipe)[42]["plan"] == "plus"
