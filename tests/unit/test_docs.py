"""The documentation names everything there is to use."""

from __future__ import annotations

from pathlib import Path

import pytest

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
