"""What can be bought, as it is configured."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicepipe.config import Config
from voicepipe.config.loading import load_config
from voicepipe.errors import ConfigError

PLAN = "[quota.plans.plus]\ndaily_seconds = 3600\n"


def configured(tmp_path: Path, toml: str) -> Config:
    file = tmp_path / "config.toml"
    file.touch(mode=0o600)
    file.write_text(toml, encoding="utf-8")
    return load_config(file, {})


def test_nothing_is_sold_unless_there_is_a_package() -> None:
    assert not Config().payments.is_open


def test_packages_are_seconds_or_a_plan(tmp_path: Path) -> None:
    config = configured(
        tmp_path,
        PLAN + '[payments.packages.hour]\nstars = 50\nseconds = 3600\ntitle = { ru = "Час", en = "An hour" }\n'
        '[payments.packages.month]\nstars = 250\nplan = "plus"\n',
    )
    assert config.payments.is_open
    hour, month = config.payments.packages["hour"], config.payments.packages["month"]
    assert (hour.seconds, hour.title_in("ru"), hour.title_in("uz")) == (3600, "Час", "An hour")
    assert (month.plan, month.title_in("ru")) == ("plus", None)


@pytest.mark.parametrize(
    "keys",
    [
        "stars = 50",
        'stars = 50\nseconds = 9\nplan = "plus"',
        "stars = 0\nseconds = 9",
        "stars = 10001\nseconds = 9",
        "stars = 5\nseconds = 0",
        f'stars = 5\nseconds = 1\ntitle = {{ ru = "{"ж" * 33}" }}',
    ],
)
def test_what_is_no_package_is_refused(tmp_path: Path, keys: str) -> None:
    with pytest.raises(ConfigError, match="packages"):
        configured(tmp_path, f"{PLAN}[payments.packages.hour]\n{keys}\n")


def test_a_subscription_to_no_plan_is_a_contradiction(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='plan = "gold" is no plan: there are plus'):
        configured(tmp_path, f'{PLAN}[payments.packages.month]\nstars = 5\nplan = "gold"\n')
