"""Which model a recording gets, by the rules of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.config.problems import contradictions
from voicepipe.domain.jobs import OWN_MODEL
from voicepipe.journey import routing
from voicepipe.journey.routing import Asked, ModelAway, Routing

LONG = {"model": "turbo", "min_seconds": 60}


def config_with(**rules: Mapping[str, object]) -> Config:
    return Config.model_validate({"remote": {"rules": rules}})


def by(*, able: Mapping[str, int] | None = None, waiting: int = 0, **rules: Any) -> Routing:
    there = {"turbo": 1} if able is None else able
    return Routing(
        LiveConfig(config_with(**rules)),
        able=lambda model: there.get(model, 0),
        waiting=lambda _: waiting,
        plan_of=lambda _: None,
    )


def asked(audio_seconds: float = 100.0, plan: str | None = None, language: str | None = None) -> Asked:
    return Asked(plan=plan, audio_seconds=audio_seconds, language=language)


def test_without_rules_nothing_is_asked() -> None:
    assert not by().is_wanted
    assert by().model_for(asked()) == OWN_MODEL


@pytest.mark.parametrize(
    ("rule", "fits", "not_fits"),
    [
        ({"min_seconds": 60}, asked(60.0), asked(59.0)),
        ({"max_seconds": 60}, asked(60.0), asked(61.0)),
        ({"plans": ["plus"]}, asked(plan="plus"), asked()),
        ({"languages": ["ru"]}, asked(language="ru"), asked(language="en")),
        ({"languages": ["ru"]}, asked(language="ru"), asked()),
    ],
)
def test_each_condition(rule: dict[str, Any], fits: Asked, not_fits: Asked) -> None:
    decided = by(any={"model": "turbo", **rule})
    assert (decided.model_for(fits), decided.model_for(not_fits)) == ("turbo", OWN_MODEL)


def test_load_is_a_condition() -> None:
    rule = {"model": "turbo", "most_waiting": 5}
    assert by(any=rule, waiting=5).model_for(asked()) == "turbo"
    assert by(any=rule, waiting=6).model_for(asked()) == OWN_MODEL


def test_the_first_that_fits_counts_and_what_is_away_is_passed_over_unless_it_is_waited_for() -> None:
    rules: dict[str, Any] = {"long": LONG, "others": {"model": "small"}}
    assert by(able={"turbo": 1, "small": 1}, **rules).model_for(asked(100.0)) == "turbo"
    assert by(able={"turbo": 1, "small": 1}, **rules).model_for(asked(10.0)) == "small"
    assert by(able={"small": 1}, **rules).model_for(asked(100.0)) == "small"
    assert by(able={}, **rules).model_for(asked(100.0)) == OWN_MODEL
    rules["long"] = {**LONG, "when_away": "wait"}
    assert by(able={}, **rules).model_for(asked(100.0)) == "turbo"


def test_what_was_decided_holds_as_long_as_it_can_be_done() -> None:
    assert by(any=LONG).holds("turbo", asked())
    assert by(any=LONG).holds(OWN_MODEL, asked())
    assert not by(any=LONG, able={}).holds("turbo", asked())
    assert by(any={**LONG, "when_away": "wait"}, able={}).holds("turbo", asked())
    assert not by(any=LONG).holds("small", asked()), "no rule has it any more"
    waiting = {"model": "turbo", "max_seconds": 50, "when_away": "wait"}
    assert not by(any=LONG, short=waiting, able={}).holds("turbo", asked(100.0)), "only short ones wait"
    assert by(any={**LONG, "most_waiting": 5}, waiting=6).holds("turbo", asked()), "what is decided stays"


async def test_whoever_waits_learns_that_it_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(routing, "PATIENCE_SECONDS", 0.03)
    with pytest.raises(ModelAway):
        await by(any=LONG, able={}).until_away("turbo", asked())


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"model": "base"}, "is that of [recognition]"),
        ({"model": "turbo", "plans": ["plus"]}, "plans has plus"),
        ({"model": "turbo", "when_away": "wait"}, "wait for ever"),
        ({"model": "turbo", "min_seconds": 9, "max_seconds": 8}, "below min_seconds"),
    ],
)
def test_rules_that_can_do_nothing_are_refused(rule: dict[str, Any], words: str) -> None:
    assert any(words in each for each in contradictions(config_with(any=rule)))


def test_a_home_without_a_model_needs_hosts() -> None:
    assert any(
        "nothing would recognise" in each for each in contradictions(Config.model_validate({"remote": {"only": True}}))
    )
