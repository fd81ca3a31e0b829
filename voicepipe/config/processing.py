"""What the operator can set about the text processors."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from voicepipe.config.base import RELOADABLE, Section
from voicepipe.config.kinds import Allowed, Directory


def _address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0):
        raise ValueError("an address such as http://127.0.0.1:11434/v1")
    return text.rstrip("/")


Endpoint = Annotated[str, AfterValidator(_address), Allowed("an address such as http://127.0.0.1:11434/v1, or nothing")]


class ProcessingConfig(Section):
    """What can be made of a text: summaries, key points, tasks, translations."""

    enabled: bool = Field(False, description="Offer summaries under long texts, and /summary")
    min_signs: int = Field(
        500, ge=0, json_schema_extra=RELOADABLE, description="Shortest text, in signs, that has these buttons under it"
    )
    uses_per_day: int = Field(
        30,
        ge=0,
        le=10_000,
        json_schema_extra=RELOADABLE,
        description="How often a user may have something made in a day; 0: any number",
    )
    endpoint: Endpoint = Field(
        "", description="OpenAI-compatible address of a language model; empty: only what needs none"
    )
    model: str = Field("", description="Name of the language model there")
    api_key: SecretStr = Field(SecretStr(""), description="Key for that address; empty for none")
    ollama: bool = Field(False, description="Tell the address, as Ollama understands it, how large the context must be")
    context_tokens: int = Field(
        8192, ge=1024, le=2_000_000, description="How many tokens a request and its answer may have together"
    )
    timeout_seconds: float = Field(60.0, gt=0, description="How long the language model may say nothing, in seconds")
    deadline_seconds: float = Field(
        300.0, gt=0, description="How long something made by the language model may take altogether, in seconds"
    )
    attempts: int = Field(3, ge=1, le=10, description="How often a request is made that fails")
    prompts_dir: Directory = Field(
        None, description="Directory of your own prompts for the language model; empty: those that come along"
    )

    @property
    def has_model(self) -> bool:
        return bool(self.endpoint)

    @property
    def other_host(self) -> str:
        """The host that texts go to; empty where they stay on this machine."""
        host = urlsplit(self.endpoint).hostname or ""
        return "" if _is_here(host) else host


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")
