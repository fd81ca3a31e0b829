"""What is wrong with a configuration, in words: where the value stands, what was expected, what was perhaps meant.

A secret's value never appears.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from voicepipe.config.keys import MASK, SETTINGS, SIGN_IN, Setting
from voicepipe.config.kinds import did_you_mean
from voicepipe.config.sections import Config, RecognitionConfig

_BY_NAME = {(setting.section, setting.key): setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Origin:
    """How one source of the configuration is spoken about."""

    label: str
    """Begins each message, and says which source it is."""
    spell: Callable[[str, str], str]
    """How this source names the key of a section."""
    is_typed: bool = False
    """Whether its values have types (TOML), or are all text."""


def describe(error: ValidationError, origin: Origin) -> Iterator[str]:
    """One line for each thing that validation found wrong in this source."""
    for details in error.errors(include_url=False):
        yield from _describe(details, origin)


def contradictions(config: Config) -> Iterator[str]:
    """What each source allows, but not all together."""
    if config.workers.backoff_base_seconds > config.workers.backoff_cap_seconds:
        yield "[workers] backoff_base_seconds is above backoff_cap_seconds: expected it to be at most as long"
    if config.remote.only and not config.remote.server:
        yield "[remote] only is set but server is not: nothing would recognise; expected both or none"
    if config.telegram.server_key and not config.telegram.server:
        yield "[telegram] server_key is set but server is not: expected both or none"
    yield from _languages_left_out(config.recognition)
    yield from _plans_left_out(config)
    yield from _rules_in_vain(config)


def _rules_in_vain(config: Config) -> Iterator[str]:
    """A rule has another model, a plan that there is, and does not wait for what can never come."""
    for name, rule in config.remote.rules.items():
        where = f"[remote.rules.{name}]"
        if rule.model == config.recognition.model_name:
            yield f'{where} model = "{rule.model}" is that of [recognition]: expected another'
        if unknown := [plan for plan in rule.plans if plan not in config.quota.plans]:
            yield f"{where} plans has {', '.join(unknown)}, of which there is no [quota.plans.NAME]"
        if rule.when_away == "wait" and not config.remote.server:
            yield f'{where} when_away = "wait" is set but [remote] server is not: it would wait for ever'
        if rule.max_seconds and rule.max_seconds < rule.min_seconds:
            yield f"{where} max_seconds is below min_seconds"


def _plans_left_out(config: Config) -> Iterator[str]:
    """A subscription gives a plan that there is."""
    plans = ", ".join(config.quota.plans) or "none"
    for name, package in config.payments.packages.items():
        if package.plan is not None and package.plan not in config.quota.plans:
            known = f"there are {plans} ([quota.plans.NAME])"
            yield f'[payments.packages.{name}] plan = "{package.plan}" is no plan: {known}'


def _languages_left_out(recognition: RecognitionConfig) -> Iterator[str]:
    """What is to be recognised in must be a language that is allowed."""
    allowed, fixed = recognition.languages, recognition.language
    if not allowed:
        return
    among = f"not among languages = {json.dumps(allowed)}: expected one of them"
    if fixed not in ("auto", *allowed):
        yield f'[recognition] language = "{fixed}" is {among}, or "auto"'
    if recognition.preferred_language not in allowed:
        yield f'[recognition] preferred_language = "{recognition.preferred_language}" is {among}'


def _describe(details: ErrorDetails, origin: Origin) -> Iterator[str]:
    section, *rest = (str(part) for part in details["loc"])
    is_unknown = details["type"] == "extra_forbidden"
    if rest and not is_unknown:
        yield _wrong_value(origin, _BY_NAME[section, rest[0]], details)
    elif rest:
        yield _unknown_key(origin, section, rest[0])
    elif not is_unknown:
        yield f"{origin.label}{section} is a section: expected a table [{section}] of keys"
    elif isinstance(details["input"], dict):
        yield from _unknown_section(origin, section, details["input"])
    else:
        yield f"{origin.label}{section} stands outside the sections{_suggest_place(origin, section)}"


def _wrong_value(origin: Origin, setting: Setting, details: ErrorDetails) -> str:
    given = MASK if setting.is_secret or setting.name in SIGN_IN else _shorten(details["input"])
    why = str(details.get("ctx", {}).get("error", ""))
    place = "" if origin.is_typed else f"{origin.spell(setting.section, setting.key)}: "
    return f"{origin.label}{place}{setting.name} = {given}: expected {setting.allowed}" + (f"; {why}" if why else "")


def _shorten(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    if "-----BEGIN" in text:
        return "…"  # perhaps a private key, given by mistake
    return text if len(text) <= 60 else f"{text[:50]}…"


def _unknown_section(origin: Origin, section: str, keys: dict[str, object]) -> Iterator[str]:
    if origin.is_typed:
        yield f"{origin.label}unknown section [{section}]{did_you_mean(section, Config.model_fields, '[{}]'.format)}"
    else:
        yield from (_unknown_key(origin, section, key) for key in keys)


def _unknown_key(origin: Origin, section: str, key: str) -> str:
    suggestion = _suggest_place(origin, key)
    if not suggestion:
        spelled = {f"{section} {key}": origin.spell(section, key) for section, key in _BY_NAME}
        suggestion = did_you_mean(f"{section} {key}", spelled, spelled.__getitem__)
    return f"{origin.label}{origin.spell(section, key)} is unknown{suggestion}"


def _suggest_place(origin: Origin, key: str) -> str:
    """The key exists, but in another section."""
    places = [origin.spell(setting.section, key) for setting in SETTINGS if setting.key == key]
    return f"; did you mean {places[0]}?" if places else ""
