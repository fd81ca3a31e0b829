"""The buttons under an answer: each is an action, a file in `actions/` with what it needs, its label and what it does.

A button's data is `answer:NAME:VIEW` and names nothing else: what it is about is found by the message that it is under.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.answers.form import Form
from voicepipe.conversation.makings import Makings
from voicepipe.conversation.replies import Button, Reaction
from voicepipe.conversation.requests import Requests
from voicepipe.conversation.texts import Texts
from voicepipe.domain.asking import is_in_bots_chat
from voicepipe.domain.messages import Press
from voicepipe.domain.people import Person
from voicepipe.domain.transcripts import Transcript
from voicepipe.processing.kinds import Kind
from voicepipe.store import Kept

PREFIX = "answer"
"""What the data of these buttons begin with; no command has this name."""


class View(StrEnum):
    """What the buttons are under."""

    TEXT = "text"
    TIMES = "times"
    """The text with its times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an action may look at to decide whether it is offered."""

    transcript: Transcript
    form: Form
    view: View
    question: str = ""
    """The name of the action that asks something by buttons of its own; empty where none does."""
    can_be_heard_again: bool = False
    """Whether the recording may still be had."""
    kinds: Collection[Kind] = ()
    """What can be made of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """Somebody who may has pressed an action's button. After a crash the same press may come again."""

    kept: Kept
    form: Form
    """What the answer looks like for its owner."""
    view: View
    """What the button was under."""
    person: Person
    """Who pressed."""
    texts: Texts
    config: LiveConfig
    actions: Actions
    press: Press
    requests: Requests
    makings: Makings | None = None
    """Takes in what is to be made of the text, where anything can."""
    request_id: str
    """An idempotency key for whatever the press changes."""

    def text(self, key: str, **facts: int | str) -> str:
        """A text in the language of whoever pressed."""
        return self.texts.get(self.person.language, key, **facts)

    def buttons(self, view: View, *, question: str = "") -> tuple[tuple[Button, ...], ...]:
        """Those of a view of the same answer, in its owner's language."""
        offer = Offer(
            transcript=self.kept.transcript,
            form=self.form,
            view=view,
            question=question,
            can_be_heard_again=is_in_bots_chat(self.kept.key),
            kinds=() if self.makings is None else self.makings.offered(self.kept.transcript),
        )
        return self.actions.rows(offer, lambda key: self.texts.get(self.kept.language, key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that can be done with an answer. Its label is the text `answer-NAME`, if it has none."""

    name: str
    row: int
    """Buttons of the same number stand side by side, the lowest row on top."""
    column: int = 0
    """Within a row the lowest comes first."""
    label: str = ""
    """The same in every language."""
    is_offered: Callable[[Offer], bool]
    act: Callable[[Tapped], Awaitable[Reaction]]
    """To do it twice for the same press must be harmless."""

    @property
    def label_key(self) -> str:
        return f"{PREFIX}-{self.name}"

    def label_by(self, text: Callable[[str], str]) -> str:
        """What its button says."""
        return self.label or text(self.label_key)


class Actions:
    """The actions that there are."""

    def __init__(self, actions: Iterable[Action] = ()) -> None:
        self._by_name: dict[str, Action] = {}
        for action in actions:
            self.register(action)

    def __iter__(self) -> Iterator[Action]:
        """From the top row down."""
        return iter(sorted(self._by_name.values(), key=lambda action: (action.row, action.column)))

    def register(self, action: Action) -> None:
        """Raises ValueError for a name that is taken."""
        if action.name in self._by_name:
            raise ValueError(f"there is an action {action.name} already")
        self._by_name[action.name] = action

    def find(self, name: str) -> Action | None:
        """The action of that name, if there is one."""
        return self._by_name.get(name)

    def rows(self, offer: Offer, text: Callable[[str], str]) -> tuple[tuple[Button, ...], ...]:
        """The buttons under an answer."""
        offered = [action for action in self if action.is_offered(offer)]
        return tuple(
            tuple(
                Button(action.label_by(text), f"{PREFIX}:{action.name}:{offer.view}")
                for action in offered
                if action.row == row
            )
            for row in sorted({action.row for action in offered})
        )
