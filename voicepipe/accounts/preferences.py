"""Preferences: what a user or a chat has chosen. Each is data; one function reads them, one changes them.

A preference is declared once, with its scope, its values, its default and who may change it, and registered beside
whoever reads it. It is kept as a setting of the store: one entry with a name and a value, forgotten with the user. The
operator may set another default, and lock it, in the configuration's section `preferences`. Nothing else knows where a
value comes from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from voicepipe.config.kinds import did_you_mean, parse_names, parse_pairs
from voicepipe.config.live import LiveConfig
from voicepipe.config.sections import PreferencesConfig
from voicepipe.errors import ConfigError, RequestRefused
from voicepipe.store.entries import BY_OPERATOR, DAILY_QUOTA, IS_BANNED, IS_UNLIMITED, PLAN, Value

V = TypeVar("V", bound=bool | int | str)

SEPARATOR = ","
"""Between the values of a `Few`."""


class ChangedBy(StrEnum):
    """Who may change a preference."""

    USER = "user"
    """Whoever it is about; where that is a chat, its administrators."""
    ADMINISTRATORS = "administrators"
    """The administrators of the chat that it is about."""
    OPERATOR = "operator"


class Scope(StrEnum):
    """Whose a preference is."""

    USER = "user"
    """A user's, wherever they are."""
    CHAT = "chat"
    """A group's."""
    BOTH = "both"
    """In a group the group's, elsewhere the user's."""


class Theme(StrEnum):
    """What a preference is about: /settings shows those of one theme together. Its text: `settings-theme-THEME`."""

    SPEECH = "speech"
    """What is recognised, and in which languages."""
    ANSWERS = "answers"
    """What an answer looks like."""
    GROUPS = "groups"
    """How groups are answered."""
    ACCOUNT = "account"
    """Chats of an account that the bot is connected to."""
    BOT = "bot"
    """The bot itself: its language, what it keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference(Generic[V]):
    """One thing that can be chosen: one of the `values`.

    Its texts are `preference-NAME`, what it is called, and for each value `preference-NAME-VALUE`, spelled. True and
    False have texts for all. A number is a fact of `preference-NAME-number`, as `$value`.
    """

    name: str
    """Of its setting, and as it is typed: small letters and underscores."""
    values: tuple[V, ...] = ()
    """All that can be chosen, the default among them."""
    default: V
    scope: Scope = Scope.BOTH
    changed_by: ChangedBy = ChangedBy.USER
    theme: Theme = Theme.ANSWERS
    matters: Callable[[LiveConfig], bool] = lambda _: True
    """Whether it changes anything, as the service is configured; else people are not shown it."""
    value_name: Callable[[V, str], str | None] = lambda value, language: None
    """How a value is called in a language, as `ru`; None: its text says so."""

    def __post_init__(self) -> None:
        if self.accepted(self.default) is None:
            raise ValueError(f"the default of {self.name} is none of its values")

    def accepted(self, value: Value) -> V | None:
        """A value as it was declared; None for what is none."""
        is_switch = isinstance(value, bool)  # True equals 1
        return next((each for each in self.values if each == value and isinstance(each, bool) is is_switch), None)

    def parse(self, text: str) -> V:
        """The value that a word stands for, as `on`, `off`, `600` or one of the words declared.

        Raises RequestRefused, saying what was expected.
        """
        spelled = {self.spell(value): value for value in self.values}
        try:
            return spelled[text.strip().lower()]
        except KeyError:
            raise self.refusal(text) from None

    def spell(self, value: V) -> str:
        """A value as a person writes it."""
        return spell(value)

    @property
    def expected(self) -> str:
        """What can be written, in signs that need no translation."""
        return ", ".join(map(self.spell, self.values))

    def refusal(self, text: str) -> RequestRefused:
        """Says that a text is no value."""
        return RequestRefused(f"{text!r} is no value of {self.name}; expected {self.expected}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Few(Preference[str]):
    """Some of the `values`, in the order of choosing: kept as one text, with commas. None of them is the empty text."""

    default: str = ""
    most: int
    """How many can be chosen at once."""
    nothing: str
    """How none of them is spelled, as `auto`; also the end of its text's key."""

    def accepted(self, value: Value) -> str | None:
        if not isinstance(value, str):
            return None
        chosen = chosen_of(value)
        is_sound = len(set(chosen)) == len(chosen) <= self.most and set(chosen) <= set(self.values)
        return SEPARATOR.join(chosen) if is_sound else None

    def parse(self, text: str) -> str:
        words = text.lower().replace(SEPARATOR, " ").split()
        value = "" if words == [self.nothing] else self.accepted(SEPARATOR.join(words))
        if value is None or not words:
            raise self.refusal(text)
        return value

    def toggled(self, value: str, word: str) -> str:
        """The value with one more of the values, or without it. Raises RequestRefused where that would be too many."""
        chosen = chosen_of(value)
        if word in chosen:
            return SEPARATOR.join(each for each in chosen if each != word)
        return self.parse(SEPARATOR.join([*chosen, word]))

    def spell(self, value: str) -> str:
        return value or self.nothing

    @property
    def expected(self) -> str:
        return f"{self.nothing}, {SEPARATOR.join(self.values[: self.most])} (≤ {self.most}): {' '.join(self.values)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText(Preference[str]):
    """A text that somebody writes; the empty text is none. What it was before is not kept."""

    default: str = ""
    most_signs: int
    clean: Callable[[str], str] = str.strip
    """The text as it is kept; raises ValueError that says what was expected of it."""

    def accepted(self, value: Value) -> str | None:
        try:
            return value if isinstance(value, str) and self.parse(value) == value else None
        except RequestRefused:
            return None

    def parse(self, text: str) -> str:
        try:
            value = self.clean(text)
        except ValueError as error:
            raise RequestRefused(f"{text[:20]!r} is no value of {self.name}; expected {error}") from None
        if len(value) > self.most_signs:
            raise self.refusal(f"{value[:20]}…")
        return value

    @property
    def expected(self) -> str:
        return f"≤ {self.most_signs}"


def chosen_of(value: str) -> tuple[str, ...]:
    """The values in a `Few`'s."""
    return tuple(filter(None, value.split(SEPARATOR)))


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

    _by_name: dict[str, Preference[Any]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Preference[Any]]:
        """By theme, and within one in the order of registering."""
        return iter(sorted(self._by_name.values(), key=lambda each: list(Theme).index(each.theme)))

    def register(self, preference: P) -> P:
        """Add a preference; raises ValueError for a name that is taken."""
        if preference.name in (*self._by_name, DAILY_QUOTA, PLAN, IS_UNLIMITED, IS_BANNED):
            raise ValueError(f"there is a setting named {preference.name} already")
        self._by_name[preference.name] = preference
        return preference

    def find(self, name: str) -> Preference[Any]:
        """Raises RequestRefused for a name that there is not."""
        if name not in self._by_name:
            raise RequestRefused(f"There is no preference {name!r}; there are: {', '.join(self._by_name) or 'none'}")
        return self._by_name[name]


P = TypeVar("P", bound=Preference[Any])

PREFERENCES = Registry()
"""What is registered here can be chosen."""


class SettingsBook(Protocol):
    """What is needed of the store's accounts."""

    def setting(self, subject_id: int, name: str) -> Value: ...

    async def change_setting(
        self,
        subject_id: int,
        name: str,
        value: Value,
        *,
        request_id: str,
        is_private: bool = False,
        by: int | None = None,
    ) -> bool: ...


class Preferences:
    """Reads and changes what users and chats have chosen; a chat goes by its id, as users do."""

    def __init__(self, accounts: SettingsBook, given: Callable[[], PreferencesConfig]) -> None:
        """`given`: what the operator has set, valid by `require_valid`; asked for at each use."""
        self._accounts = accounts
        self._given = given
        self._one_at_a_time = asyncio.Lock()

    def value_for(self, preference: Preference[V], user_id: int, chat_id: int) -> V:
        """What applies to a job or a turn: of this user, in this chat.

        In a group that is what the group has chosen, everywhere else what the user has; of an account that the bot is
        connected to, the user is its owner.
        """
        subject_id = subject_of(preference, user_id, chat_id)
        return self.default_of(preference) if subject_id is None else self.value_of(subject_id, preference)

    def value_of(self, subject_id: int, preference: Preference[V]) -> V:
        """What a user or chat has chosen, or the default. A value that is none any more counts as not chosen."""
        chosen = None if self.is_locked(preference) else self.chosen_by(subject_id, preference)
        return self.default_of(preference) if chosen is None else chosen

    def chosen_by(self, subject_id: int, preference: Preference[V]) -> V | None:
        """What a user or chat has chosen, whatever applies; None where they have not."""
        value = self._accounts.setting(subject_id, preference.name)
        return None if value is None else preference.accepted(value)

    def default_of(self, preference: Preference[V]) -> V:
        """What applies to who has not chosen: the operator's default, or the preference's own."""
        word = parse_pairs(self._given().defaults).get(preference.name)
        return preference.default if word is None else preference.parse(word)

    def is_locked(self, preference: Preference[Any]) -> bool:
        """Whether the operator lets nobody change it."""
        return preference.name in parse_names(self._given().locked)

    async def choose(
        self, subject_id: int, preference: Preference[V], value: V | None, *, by: ChangedBy, request_id: str
    ) -> bool:
        """Set a preference, as `change` does."""
        return await self.change(subject_id, preference, lambda _: value, by=by, request_id=request_id)

    async def change(
        self,
        subject_id: int,
        preference: Preference[V],
        change: Callable[[V], V | None],
        *,
        by: ChangedBy,
        request_id: str,
    ) -> bool:
        """Make of what applies what `change` says, once for each `request_id`; False when that was made before.

        None takes the choice back. Raises RequestRefused for a value that is none, or for whoever may not.
        """
        if not self.may_change(subject_id, preference, by):
            raise RequestRefused(f"{preference.name} of {subject_id} is not changed by the {by}")
        async with self._one_at_a_time:
            value = change(self.value_of(subject_id, preference))
            if value is not None and preference.accepted(value) is None:
                raise RequestRefused(f"{spell(value)} is no value of {preference.name}")
            made_by = BY_OPERATOR if by is ChangedBy.OPERATOR else None
            return await self._set(subject_id, preference, value, request_id, made_by)

    async def move(self, old_id: int, new_id: int) -> None:
        """What a chat has chosen is that of another from now on; what that one has chosen itself stays.

        Done again after a crash it goes on where it was.
        """
        for preference in PREFERENCES:
            value = self.chosen_by(old_id, preference)
            if value is not None:
                request_id = f"moved-{old_id}-{new_id}-{preference.name}"
                if self.chosen_by(new_id, preference) is None:
                    await self._set(new_id, preference, value, request_id)
                await self._set(old_id, preference, None, f"{request_id}-away")

    async def _set(
        self, subject_id: int, preference: Preference[V], value: V | None, request_id: str, made_by: int | None = None
    ) -> bool:
        is_private = isinstance(preference, FreeText)
        return await self._accounts.change_setting(
            subject_id, preference.name, value, request_id=request_id, is_private=is_private, by=made_by
        )

    def may_change(self, subject_id: int, preference: Preference[Any], by: ChangedBy) -> bool:
        """Whether these may change it for that user or chat."""
        if by is ChangedBy.OPERATOR:
            return True
        if preference.changed_by is ChangedBy.OPERATOR or self.is_locked(preference):
            return False
        return by is (ChangedBy.ADMINISTRATORS if subject_id < 0 else ChangedBy.USER)


def subject_of(preference: Preference[Any], user_id: int, chat_id: int) -> int | None:
    """Whose choice counts for a user in a chat; None where nobody's does."""
    match preference.scope:
        case Scope.USER:
            return user_id
        case Scope.CHAT:
            return chat_id if chat_id < 0 else None
    return chat_id if chat_id < 0 else user_id


def can_have(subject_id: int, preference: Preference[Any]) -> bool:
    """Whether it is something that a user can choose, or a group."""
    return preference.scope is not (Scope.USER if subject_id < 0 else Scope.CHAT)


def require_valid(given: PreferencesConfig, registry: Registry = PREFERENCES) -> None:
    """Raises ConfigError with a line for everything that names no preference, or no value of it.

    What is registered must have been imported.
    """
    if problems := [*_wrong_defaults(given, registry), *_unknown("locked", parse_names(given.locked), registry)]:
        raise ConfigError("\n".join(problems))


def _wrong_defaults(given: PreferencesConfig, registry: Registry) -> Iterator[str]:
    pairs = parse_pairs(given.defaults)
    yield from _unknown("defaults", pairs, registry)
    for preference in registry:
        if preference.name in pairs:
            try:
                preference.parse(pairs[preference.name])
            except RequestRefused as error:
                yield f"[preferences] defaults: {error}"


def _unknown(key: str, names: Iterable[str], registry: Registry) -> Iterator[str]:
    known = [preference.name for preference in registry]
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"; there are {', '.join(sorted(known))}"
            yield f"[preferences] {key}: there is no preference {name!r}{hint}"
