"""The registry of formats: what a transcript can be written as."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voicepipe.domain.transcripts import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to write a transcript."""

    name: str
    """What it is chosen by."""
    suffix: str
    """The ending of its files, with the dot."""
    render: Callable[[Transcript], str]
    """The whole file; it ends with a newline unless it is empty."""
    may_share_output: bool = True
    """Whether several transcripts make sense one after the other in one output."""


class Formats:
    """Formats by name, in the order of their registration."""

    def __init__(self) -> None:
        self._by_name: dict[str, Format] = {}

    def __iter__(self) -> Iterator[Format]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Format:
        """Raises KeyError."""
        return self._by_name[name]

    def register(self, form: Format) -> None:
        """Raises ValueError for a name that is taken."""
        if form.name in self._by_name:
            raise ValueError(f"there is a format {form.name} already")
        self._by_name[form.name] = form

    def unregister(self, name: str) -> None:
        """Raises KeyError."""
        del self._by_name[name]
