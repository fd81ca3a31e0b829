"""The documentation names everything there is to use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import voicepipe.service  # noqa: F401  whoever reads a preference registers it
from tests.support.places import ROOT
from voicepipe.accounts.preferences import PREFERENCES, Few, FreeText, Preference, Theme
from voicepipe.cli.commands import app
from voicepipe.config.keys import SETTINGS, Setting
from voicepipe.conversation.commands import COMMANDS
from voicepipe.formats import FORMATS
from voicepipe.metrics import STANDARD

README = ROOT / "README.md"
GUIDE = ROOT / "systemd/README.md"


# --- configuration --------------------------------------------------------------------------------------------------
def comment_above(setting: Setting) -> str:
    """The comment on a key in config.toml, as one line."""
    lines = (ROOT / "config.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index(f"[{setting.section}]")
    end = next(i for i in range(start, len(lines)) if re.fullmatch(rf"#?{setting.key} = .*", lines[i]))
    comment = list(takewhile(lambda line: line.startswith("# "), reversed(lines[:end])))
    return " ".join(line.removeprefix("# ") for line in reversed(comment))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.credential)
def test_config_toml_says_of_every_key_what_it_is_what_it_accepts_and_whether_a_reload_takes_it_over(
    setting: Setting,
) -> None:
    comment = comment_above(setting)
    assert comment.startswith(f"{setting.description}.")
    assert comment.endswith(f" Allowed: {setting.allowed}." + (" Reloadable." if setting.is_reloadable else ""))


def test_the_readme_leads_to_the_keys() -> None:
    assert "[config.toml](config.toml)" in README.read_text(encoding="utf-8")


def reloadable_names() -> list[str]:
    """The keys that a reload takes over, a section of which it takes all as one."""
    names = []
    for section, settings in groupby(SETTINGS, lambda setting: setting.section):
        keys = list(settings)
        reloadable = [setting for setting in keys if setting.is_reloadable]
        names += [f"all of `[{section}]`"] if reloadable == keys else [f"`{setting.name}`" for setting in reloadable]
    return names


def test_the_keys_that_a_reload_takes_over_are_listed() -> None:
    text = (ROOT / "systemd/README.md").read_text(encoding="utf-8")
    listed = text.partition("<!-- reloadable: begin -->\n")[2].partition("<!-- reloadable: end -->")[0]
    expected = f"A running service takes over: {', '.join(reloadable_names())}."
    assert listed.split() == expected.split(), f"systemd/README.md should say: {expected}"


# --- metrics --------------------------------------------------------------------------------------------------------
def test_every_metric_is_in_the_documentation() -> None:
    text = (ROOT / "systemd/README.md").read_text(encoding="utf-8")
    table = text.partition("<!-- metrics: begin -->\n")[2].partition("<!-- metrics: end -->")[0]
    expected = [
        f"| `{metric.name}` | {metric.kind} | {', '.join(metric.labels)} | {metric.help} |" for metric in STANDARD
    ]
    assert table.splitlines()[2:] == expected, "the table in systemd/README.md should be:\n" + "\n".join(expected)


# --- formats --------------------------------------------------------------------------------------------------------
def test_every_format_is_in_the_readme() -> None:
    names = r"\|".join(form.name for form in FORMATS)
    assert f"`--format {names}`" in README.read_text(encoding="utf-8")


# --- the bot's commands ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_of_the_bot_is_in_the_readme(command: str) -> None:
    assert f"\n| `/{command}` |" in README.read_text(encoding="utf-8")


def values_of(preference: Preference[Any]) -> str:
    """What can be chosen, the default first, as the table has it."""
    match preference:
        case Few(nothing=nothing, most=most):
            return f"{nothing}, or up to {most}"
        case FreeText(most_signs=most):
            return f"up to {most} signs"
    others = [value for value in preference.values if value != preference.default]
    return ", ".join(map(preference.spell, [preference.default, *others]))


@pytest.mark.parametrize("theme", Theme)
def test_every_preference_is_in_the_readme_with_its_values(theme: Theme) -> None:
    of_theme = [preference for preference in PREFERENCES if preference.theme is theme]
    row = f"| {theme} | {'; '.join(f'`{each.name}`: {values_of(each)}' for each in of_theme)} |"
    rows = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {theme} | `")]
    assert rows == ([row] if of_theme else []), f"the table in README.md should say: {row}"


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
    return [name for name in names if name.startswith("--") and name not in {"--help", "--json", "--csv"}]


@pytest.mark.parametrize(("name", "options"), list(leaf_commands()))
def test_every_command_is_in_the_operators_guide_with_its_options(name: str, options: list[str]) -> None:
    lines = [
        line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("|") and f"`{name}" in line
    ]
    assert lines, f"systemd/README.md does not name `{name}`"
    missing = [option for option in options if not any(option in line for line in lines)]
    assert missing == [], f"systemd/README.md does not name these options beside `{name}`"


def test_what_the_readme_says_of_a_command_is_as_in_the_operators_guide() -> None:
    guide = GUIDE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `voicepipe ")]
    assert len(rows) >= 10
    assert [row for row in rows if row not in guide] == []


@pytest.mark.parametrize("option", ["--json", "--csv", *options_of(get_command(app))])
def test_the_options_of_all_commands_are_in_the_readme(option: str) -> None:
    assert f"`{option}" in README.read_text(encoding="utf-8")


# --- tests ----------------------------------------------------------------------------------------------------------
def test_every_helper_of_the_tests_is_in_their_readme() -> None:
    text = (ROOT / "tests/README.md").read_text(encoding="utf-8")
    table = text.partition("## Where helpers are")[2].partition("## One crash point")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")]
    named = set(re.findall(r"`(\w+(?:\.py|/))`", "\n".join(rows)))
    support = ROOT / "tests/support"
    modules = {path.name for path in support.glob("*.py")} - {"__init__.py"}
    folders = {f"{path.parent.name}/" for path in support.glob("*/__init__.py")}
    assert named == modules | folders


# --- links ----------------------------------------------------------------------------------------------------------
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "systemd/README.md")),
    *sorted(ROOT.glob("tests/**/README.md")),
    *sorted(ROOT.glob("voicepipe/**/README.md")),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
