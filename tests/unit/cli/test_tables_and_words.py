"""Tables on terminals of any width, and how durations are said."""

from __future__ import annotations

import pytest
from rich.console import Console

from voicepipe.cli.tools import tables
from voicepipe.cli.tools.words import show_duration

COLUMNS = ("DAY", ">SECONDS", "~NOTE")
ROWS = [("2026-11-25", "86400", "of several words"), ("2026-11-26", "7", "")]


WIDE = """\
DAY         SECONDS  NOTE
2026-11-25    86400  of several words
2026-11-26        7
"""
NARROW = """\
DAY         SECONDS  NOTE
2026-11-25    86400  of several
                     words
2026-11-26        7
"""
BLOCKS = """\
DAY      2026-11-25
SECONDS  86400
NOTE     of several words

DAY      2026-11-26
SECONDS  7
"""


@pytest.mark.parametrize(("width", "shown"), [(80, WIDE), (34, NARROW), (30, BLOCKS)])
def test_a_narrow_terminal_cuts_no_number(
    width: int, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tables, "console", lambda: Console(width=width, color_system=None))
    tables.print_table(COLUMNS, ROWS)
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("width", [20, 25, 40, 60])
def test_a_narrow_terminal_cuts_no_name(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tables, "console", lambda: Console(width=width, color_system=None))
    name = "@a_name_of_as_many_letters_as_names_may_have"
    tables.print_facts([("daily quota", f"123456789 ({name}), has not written to the bot yet"), ("extra", "60 s")])
    shown = capsys.readouterr().out
    assert all(len(line) <= width for line in shown.splitlines())
    words = "".join(line.removeprefix("daily quota").strip() for line in shown.splitlines())
    assert name in words
    assert "…" not in shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 00 min"),
        (47 * 3600, "47 h 00 min"),
        (49 * 3600, "2 d 1 h"),
    ],
)
def test_durations_are_words(seconds: float, shown: str) -> None:
    assert show_duration(seconds) == shown
