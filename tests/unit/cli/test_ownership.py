"""Commands that only read make no files, and say where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fixtures import Command

pytestmark = pytest.mark.usefixtures("own_state")


@pytest.mark.parametrize("is_made", [False, True])
@pytest.mark.parametrize(
    "arguments",
    [
        ("quota", "list"),
        ("quota", "show", "42"),
        ("quota", "history", "42"),
        ("users", "list"),
        ("users", "unban", "42"),
        ("users", "forget", "42", "--yes"),
        ("usage",),
        ("check",),
        ("status",),
        ("backup", "copies"),
    ],
    ids=" ".join,
)
def test_what_only_reads_makes_nothing(
    voicepipe: Command, tmp_path: Path, arguments: tuple[str, ...], is_made: bool
) -> None:
    """To find nothing in the wrong place would look like having nothing."""
    state = tmp_path / "state"
    if is_made:
        state.mkdir()
    result = voicepipe(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"voicepipe: No service runs, and there are no files in {state}; "
        "is this the right configuration (--config) and user?\n"
    )
    assert list(tmp_path.rglob("*")) == [state][:is_made]
