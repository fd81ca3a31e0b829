"""The documentation names everything there is to use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from voicepipe.cli import app
from voicepipe.config import SETTINGS, Setting

README = Path(__file__).parents[2] / "README.md"


# --- configuration --------------------------------------------------------------------------------------------------
def reference_row(setting: Setting) -> str:
    """How a row of the README's table of keys begins: `| key | default |`."""
    return f"| `{setting.credential}` | `{setting.default_toml}` |"


@pytest.mark.skipif(README.stat().st_size == 0, reason="README.md is not written yet")
def test_every_config_key_is_in_the_readme_with_its_default() -> None:
    text = README.read_text(encoding="utf-8")
    missing = [
        f"{reference_row(setting)} {setting.description} | {setting.allowed} |"
        for setting in SETTINGS
        if f"\n{reference_row(setting)}" not in text
    ]
    assert missing == [], "add to README.md:\n" + "\n".join(missing)


# --- commands -------------------------------------------------------------------------------------------------------
def leaf_commands() -> Iterator[tuple[str, list[str]]]:
    """Each command that does something, by its full name, with the options of its own."""

    def walk(name: str, command: object) -> Iterator[tuple[str, list[str]]]:
        children = getattr(command, "commands", None)
        if children is None:
            yield name, options_of(command)
        for child_name, child in (children or {}).items():
            yield from walk(f"{name} {child_name}", child)

    return walk("voicepipe", get_command(app))


def options_of(command: object) -> list[str]:
    names = [parameter.opts[0] for parameter in getattr(command, "params", [])]
    return [name for name in names if name.startswith("--") and name not in {"--help", "--json"}]


@pytest.mark.parametrize(("name", "options"), list(leaf_commands()))
def test_every_command_is_in_the_readme_with_its_options(name: str, options: list[str]) -> None:
    lines = [line for line in README.read_text(encoding="utf-8").splitlines() if f"`{name}" in line]
    assert lines, f"README.md does not name `{name}`"
    missing = [option for option in options if not any(option in line for line in lines)]
    assert missing == [], f"README.md does not name these options beside `{name}`"


@pytest.mark.parametrize("option", ["--json", *options_of(get_command(app))])
def test_the_options_of_all_commands_are_in_the_readme(option: str) -> None:
    assert f"`{option}" in README.read_text(encoding="utf-8")
