"""Which model a host is for: the one of the configuration, or another that a rule may give recordings to.

A recording's windows have to be alike. So what has one name decodes in one way: as home does where home has that model,
else as the first host that has it, as long as that is here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from voicepipe.domain.jobs import OWN_MODEL
from voicepipe.wire.remote import Decoding
from voicepipe.workers.remote.decoding import difference


@dataclass(frozen=True, slots=True)
class Wanted:
    """What hosts may have."""

    own_name: str
    """Of the configuration's model."""
    others: Collection[str] = ()
    """Names of other models."""
    is_own_here: bool = True
    """Whether home has its model, too."""


class Unfit(Exception):
    """A host can't be given anything; the argument says why."""


def model_of(wanted: Wanted, home: Decoding, model: str, host: Decoding, present: Mapping[str, Decoding]) -> str:
    """What a host is for that has a model of this name: OWN_MODEL, or another's name.

    `present`: how the hosts that are here decode, by what they are for. Raises Unfit.
    """
    if wanted.is_own_here and not difference(home, host):
        return OWN_MODEL
    if model in wanted.others:
        _require_alike(present.get(model) or _other(home, host), host)
        return model
    if wanted.is_own_here:
        _require_alike(home, host)
    if model != wanted.own_name:
        raise Unfit(f"its model is {model!a}, and wanted is {' or '.join((wanted.own_name, *wanted.others))}")
    _require_alike(present.get(OWN_MODEL) or replace(home, model=host.model), host)
    return OWN_MODEL


def _other(home: Decoding, host: Decoding) -> Decoding:
    """How a host with a model that home lacks may decode: only which languages are listened for is home's affair."""
    return replace(
        host,
        language=home.language,
        languages=home.languages,
        preferred_language=home.preferred_language,
        min_language_probability=home.min_language_probability,
    )


def _require_alike(expected: Decoding, host: Decoding) -> None:
    if words := difference(expected, host):
        raise Unfit(f"it would decode otherwise than home does: {words}")
