"""Preferences: what a user or a chat has chosen. Each is data; one function reads them, one changes them.

A preference is declared once, with its values, its default and who may change it, and registered. It is kept as a
setting of the store: one entry with a name and a value, forgotten with the user. Nothing else knows where a value comes
from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from voicepipe.errors import RequestRefused
from voicepipe.store.entries import DAILY_QUOTA, IS_BANNED, IS_UNLIMITED, Value


class ChangedBy(StrEnum):
    """Who may change a preference."""

    USER = "user"
    """Whoever it is about."""
    ADMINISTRATORS = "administrators"
    """The administrators of the chat that it is about."""
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """One thing that can be chosen."""

    name: str
    """Of its setting; also the end of its texts' keys: `preference-NAME`."""
    values: tuple[Value, ...]
    """All that can be chosen, the default among them."""
    default: Value
    changed_by: ChangedBy = ChangedBy.USER

    def __post_init__(self) -> None:
        if self.default not in self.values:
            raise ValueError(f"the default of {self.name} is none of its values")

    def parse(self, text: str) -> Value:
        """The value that a word stands for, as `on`, `off`, `600` or one of the words declared.

        Raises RequestRefused, saying what was expected.
        """
        spelled = {spell(value): value for value in self.values}
        try:
            return spelled[text.strip().lower()]
        except KeyError:
            raise RequestRefused(f"{text!r} is no value of {self.name}; expected {' or '.join(spelled)}") from None


def spell(value: Value) -> str:
    """A value as a person writes it."""
    match value:
        case True:
            return "on"
        case False:
            return "off"
        case None:
            return "default"
    return str(value)


@dataclass(slots=True)
class Registry:
    """The preferences that there are, by name."""

    _by_name: dict[str, Preference] = field(default_factory=dict)

    def register(self, preference: Preference) -> Preference:
        """Add a preference; raises ValueError for a name that is taken."""
        if preference.name in (*self._by_name, DAILY_QUOTA, IS_UNLIMITED, IS_BANNED):
            raise ValueError(f"there is a setting named {preference.name} already")
        self._by_name[preference.name] = preference
        return preference

    def find(self, name: str) -> Preference:
        """Raises RequestRefused for a name that there is not."""
        if name not in self._by_name:
            raise RequestRefused(f"There is no preference {name!r}; there are: {', '.join(self._by_name) or 'none'}")
        return self._by_name[name]


PREFERENCES = Registry()
"""What is registered here can be chosen."""


class SettingsBook(Protocol):
    """What is needed of the store's accounts."""

    def setting(self, subject_id: int, name: str) -> Value: ...

    async def change_setting(self, subject_id: int, name: str, value: Value, *, request_id: str) -> bool: ...


class Preferences:
    """Reads and changes what users and chats have chosen; a chat goes by its id, as users do."""

    def __init__(self, accounts: SettingsBook) -> None:
        self._accounts = accounts

    def value_of(self, subject_id: int, preference: Preference) -> Value:
        """What a user or chat has chosen, or the default. A value that is none any more counts as not chosen."""
        value = self._accounts.setting(subject_id, preference.name)
        return value if value is not None and value in preference.values else preference.default

    async def choose(
        self, subject_id: int, preference: Preference, value: Value, *, by: ChangedBy, request_id: str
    ) -> bool:
        """Set a preference, once for each `request_id`; False when that request was made before.

        The default is kept as no choice. Raises RequestRefused for a value that is none, or for whoever may not.
        """
        if value not in preference.values:
            raise RequestRefused(f"{spell(value)} is no value of {preference.name}")
        if by not in (preference.changed_by, ChangedBy.OPERATOR):
            raise RequestRefused(f"{preference.name} is changed by the {preference.changed_by} only")
        chosen = None if value == preference.default else value
        return await self._accounts.change_setting(subject_id, preference.name, chosen, request_id=request_id)
