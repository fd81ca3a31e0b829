"""What all sections of the configuration have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue

RELOADABLE: dict[str, JsonValue] = {"reload": True}
"""Marks a key that takes effect when the configuration is read again."""


class Section(BaseModel):
    """A table of `config.toml`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        str_strip_whitespace=True,
        hide_input_in_errors=True,  # an input may be a secret
    )
