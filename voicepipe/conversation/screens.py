"""The screens of /settings: themes, the preferences of one, the values of one; each is a text with buttons below it.

A button's argument says what to show or to set, and never whose setting it is: that is whoever presses it, or the group
that it is pressed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from voicepipe.accounts.preferences import (
    PREFERENCES,
    ChangedBy,
    Few,
    FreeText,
    Preference,
    Preferences,
    Theme,
    can_have,
    chosen_of,
)
from voicepipe.conversation.registry import Turn
from voicepipe.conversation.replies import Button, Reply

PAGE_VALUES, ROW_VALUES = 12, 2
"""How many values are shown at once, and how many in a row."""
SHOWN_SIGNS = 60
"""How much of a text that somebody wrote a line shows."""
HOME, CLOSE, THEME, SHOW, SET, RESET = "home", "close", "theme", "show", "set", "reset"
"""What a button's argument begins with."""


@dataclass(frozen=True, slots=True)
class Screens:
    """What one person is shown in one chat."""

    turn: Turn

    @property
    def is_group(self) -> bool:
        return self.turn.chat_id < 0

    @property
    def subject_id(self) -> int:
        """Whose settings they are."""
        return self.turn.chat_id if self.is_group else self.turn.person.user_id

    @property
    def by(self) -> ChangedBy:
        return ChangedBy.ADMINISTRATORS if self.is_group else ChangedBy.USER

    def shown(self) -> Iterator[Preference[Any]]:
        """Those that can be chosen here."""
        for preference in PREFERENCES:
            is_theirs = can_have(self.subject_id, preference) and preference.changed_by is not ChangedBy.OPERATOR
            if is_theirs and preference.matters(self.turn.services.config):
                yield preference

    # --- screens ------------------------------------------------------------------------------------------------
    def home(self) -> Reply:
        """All themes, with what applies."""
        themes = {theme: list(self._of(theme)) for theme in Theme}
        parts = [self.turn.text("settings-home", is_group=int(self.is_group))]
        rows = []
        for theme, preferences in themes.items():
            if preferences:
                heading = self.theme_name(theme)
                parts.append("\n".join([heading, *map(self.line, preferences)]))
                rows.append((self.turn.button(heading, f"{THEME}:{theme}"),))
        return Reply("\n\n".join(parts), (*rows, (self._close,)))

    def theme(self, theme: Theme) -> Reply:
        """The preferences of one theme. Of two values, the button sets the other."""
        preferences = list(self._of(theme))
        text = "\n".join([self.theme_name(theme), "", *map(self.line, preferences)])
        rows = [(self._button(preference),) for preference in preferences]
        return Reply(text, (*rows, (self._back(HOME), self._close)))

    def values(self, preference: Preference[Any], page: int = 0) -> Reply:
        """One preference: its values, the present one marked."""
        ordered = self._ordered(preference)
        pages = max(1, -(-len(ordered) // PAGE_VALUES))
        page = min(max(page, 0), pages - 1)
        buttons = [self._value_button(preference, each) for each in ordered[page * PAGE_VALUES :][:PAGE_VALUES]]
        rows = [*batched_rows(buttons), *self._reset_row(preference), *self._page_row(preference, page, pages)]
        about = self.turn.text_if_any(f"preference-{preference.name}-about")
        text = "\n\n".join(filter(None, [self.line(preference), about]))
        return Reply(text, (*rows, (self._back(f"{THEME}:{preference.theme}"), self._close)))

    def after(self, preference: Preference[Any], value: Any = None) -> Reply:
        """What is shown once a value has been set: where it was pressed."""
        if is_switch(preference):
            return self.theme(preference.theme)
        ordered = self._ordered(preference)
        return self.values(preference, ordered.index(value) // PAGE_VALUES if value in ordered else 0)

    # --- words --------------------------------------------------------------------------------------------------
    def theme_name(self, theme: Theme) -> str:
        return self.turn.text(f"settings-theme-{theme}")

    def name(self, preference: Preference[Any]) -> str:
        return self.turn.text(f"preference-{preference.name}")

    def line(self, preference: Preference[Any]) -> str:
        """What a preference is called, and what applies."""
        value = self._preferences.value_of(self.subject_id, preference)
        return self.turn.text("settings-line", name=self.name(preference), value=self.worded(preference, value))

    def worded(self, preference: Preference[Any], value: Any) -> str:
        """A value, or all of several."""
        match preference:
            case FreeText():
                return f"{value[:SHOWN_SIGNS]}…" if len(value) > SHOWN_SIGNS else value or "—"
            case Few() if value:
                return ", ".join(self._word(preference, each) for each in chosen_of(value))
        return self._word(preference, value)

    def _word(self, preference: Preference[Any], value: Any) -> str:
        """One value."""
        if value != "" and (named := preference.value_name(value, self.turn.language)) is not None:
            return str(named)
        match value:
            case bool():
                return self.turn.text("settings-on" if value else "settings-off")
            case int():
                return self.turn.text(f"preference-{preference.name}-number", value=value)
        return self.turn.text(f"preference-{preference.name}-{preference.spell(value)}")

    # --- buttons ------------------------------------------------------------------------------------------------
    @property
    def _close(self) -> Button:
        return self.turn.button(self.turn.text("settings-close"), CLOSE)

    def _back(self, argument: str) -> Button:
        return self.turn.button(self.turn.text("settings-back"), argument)

    def _button(self, preference: Preference[Any]) -> Button:
        """That a theme shows for a preference."""
        if self._preferences.is_locked(preference):
            return self.turn.button(f"🔒 {self.name(preference)}", f"{SHOW}:{preference.name}")
        if not is_switch(preference):
            return self.turn.button(self.name(preference), f"{SHOW}:{preference.name}")
        is_on = self._preferences.value_of(self.subject_id, preference)
        return self.turn.button(
            f"{'✓' if is_on else '✗'} {self.name(preference)}", _set(preference, preference.spell(not is_on))
        )

    def _value_button(self, preference: Preference[Any], value: Any) -> Button:
        present = self._preferences.value_of(self.subject_id, preference)
        chosen = chosen_of(present) if isinstance(preference, Few) else (present,)
        is_marked = value in chosen or (value == present)
        word = self._word(preference, value)
        return self.turn.button(f"✓ {word}" if is_marked else word, _set(preference, preference.spell(value)))

    def _reset_row(self, preference: Preference[Any]) -> list[tuple[Button, ...]]:
        """Only where there is something to take back."""
        if self._preferences.chosen_by(self.subject_id, preference) is None:
            return []
        default = self.worded(preference, self._preferences.default_of(preference))
        return [(self.turn.button(self.turn.text("settings-reset", value=default), f"{RESET}:{preference.name}"),)]

    def _page_row(self, preference: Preference[Any], page: int, pages: int) -> list[tuple[Button, ...]]:
        if pages == 1:
            return []
        turns = [("‹", (page - 1) % pages), (f"{page + 1}/{pages}", page), ("›", (page + 1) % pages)]
        return [tuple(self.turn.button(label, f"{SHOW}:{preference.name}:{number}") for label, number in turns)]

    # --- what there is ------------------------------------------------------------------------------------------
    @property
    def _preferences(self) -> Preferences:
        return self.turn.services.preferences

    def _of(self, theme: Theme) -> Iterator[Preference[Any]]:
        return (preference for preference in self.shown() if preference.theme is theme)

    def _ordered(self, preference: Preference[Any]) -> list[Any]:
        """The first page as declared, the rest by name."""
        nothing = [""] if isinstance(preference, Few) else []
        values = [*nothing, *preference.values]
        first, rest = values[:PAGE_VALUES], values[PAGE_VALUES:]
        return [*first, *sorted(rest, key=lambda value: self._word(preference, value))]


def is_switch(preference: Preference[Any]) -> bool:
    """Whether it is on or off, so that one tap is enough."""
    return set(preference.values) == {True, False} and isinstance(preference.default, bool)


def batched_rows(buttons: Sequence[Button]) -> Iterator[tuple[Button, ...]]:
    """So many in a row."""
    return (tuple(buttons[start : start + ROW_VALUES]) for start in range(0, len(buttons), ROW_VALUES))


def _set(preference: Preference[Any], word: str) -> str:
    return f"{SET}:{preference.name}:{word}"
