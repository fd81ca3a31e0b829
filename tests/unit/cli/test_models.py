"""`voicepipe model list` and `model remove`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.fixtures import Command

pytestmark = pytest.mark.usefixtures("own_state")


@pytest.fixture
def models(own_state: Path) -> Path:
    """Two models, one of which the configuration names, and a download that broke off."""
    directory = own_state / "models"
    for name, size in (("tiny", 3 << 20), ("small", 5 << 20), (".base.partial", 1)):
        (directory / name).mkdir(parents=True)
        (directory / name / "model.bin").write_bytes(bytes(size))
    (own_state.parent / "config.toml").write_text('[recognition]\nmodel = "small"\n')
    return directory


@pytest.mark.usefixtures("models")
def test_models_are_listed_with_their_sizes(voicepipe: Command) -> None:
    lines = voicepipe("model", "list").stdout.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["MODEL", "SIZE", "NOTE"],
        ["small", "5", "MiB", "configured"],
        ["tiny", "3", "MiB"],
    ]
    assert "large-v3" in lines[-1]
    assert " tiny," not in lines[-1]
    document = json.loads(voicepipe("model", "list", "--json").stdout)
    assert [(each["name"], each["bytes"], each["is_configured"]) for each in document["models"]] == [
        ("small", 5 << 20, True),
        ("tiny", 3 << 20, False),
    ]


def test_where_there_are_none_it_is_said(voicepipe: Command) -> None:
    assert "There are no models in" in voicepipe("model", "list").stdout


def test_a_model_is_deleted_but_not_the_one_in_use(voicepipe: Command, models: Path) -> None:
    assert "The model 'tiny' is deleted; 3 MiB are free again." in voicepipe("model", "remove", "tiny").stdout
    assert sorted(path.name for path in models.iterdir()) == [".base.partial", "small"]
    for name, said in (
        ("tiny", "there are: small"),
        ("small", "is the configured one"),
        ("../models", "There is no model"),
    ):
        refused = voicepipe("model", "remove", name)
        assert refused.exit_code == 2
        assert said in refused.stderr
    assert (models / "small" / "model.bin").exists()
