"""The demo's stage: its people and their chats, and what happens there, printed as it happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

from tests.support.answers import is_final
from tests.support.telegram import Chat, ChatEvent, EventKind, LoopbackTelegram, MediaKind, Message, User
from tests.support.words import in_one_line
from tests.tools.accuracy.words import compare, errors_in, words_of

ANSWER_TIMEOUT_SECONDS = 60.0
INDENT = "\n" + 10 * " "
DRAFT_SIGNS = 100
"""Of a live draft, its last ones are printed."""
FILE_LINES = 7
"""Of a file that the bot sends, its first ones are printed."""
MEDIA = {
    MediaKind.VOICE: "🎤 voice note",
    MediaKind.VIDEO_NOTE: "📹 round video",
    MediaKind.AUDIO: "🎵 audio file",
    MediaKind.VIDEO: "🎬 video",
}


class Stage:
    """Where people act; prints what everybody sees."""

    def __init__(self, telegram: LoopbackTelegram, console: Console) -> None:
        self.telegram = telegram
        self._console = console
        self._places: dict[Chat, str] = {}
        self._acted_at: dict[Chat, float] = {}
        self._drafts: dict[Chat, str] = {}
        telegram.world.add_user(101, "Аня", username="anya", language_code="ru")
        telegram.world.add_user(102, "Ben", username="ben", language_code="en")
        telegram.world.add_user(103, "Олег", username="oleg", language_code="ru")
        telegram.world.add_user(104, "Вера", username="vera", language_code="ru")
        telegram.world.add_user(105, "Clara", username="clara", language_code="en")
        telegram.world.takes_drafts = True
        telegram.on_chat_event(self._print)

    # --- what people do ---------------------------------------------------------------------------------------------
    def name(self, chat: Chat, place: str) -> None:
        """Say where something happens that is no private chat with the bot."""
        self._places[chat] = place

    def watch(self, chat: Chat, since: Message) -> None:
        """Count the time that an answer takes from a message of another chat."""
        self._acted_at[chat] = since.at

    def do(self, user: User, what: str) -> None:
        """Print what somebody does in the private chat with the bot that is no message."""
        self._acted_at.pop(user.chat, None)
        self._say(user, what)

    def _say(self, user: User, what: str) -> None:
        self._console.print(f"[bold]{user.person.first_name:>6}[/bold]  {escape(what)}")

    async def tap(self, user: User, message: Message, part: str) -> None:
        """Press the button that has this in its text, and let the bot take note of it."""
        button = next(each.text for each in message.buttons if part in each.text)
        self.do(user, f"👆 taps [{button}]")
        notice = (await (await user.press(message, button)).wait_answer(ANSWER_TIMEOUT_SECONDS)).text
        if notice:
            self._print_bot(f"→ {user.person.first_name}, a notice: {escape(notice)}")

    async def stop_draft(self, user: User) -> None:
        """Press Stop under the live draft."""
        self.do(user, "👆 taps [Stop] under the draft")
        await user.stop_draft()

    # --- what is seen -----------------------------------------------------------------------------------------------
    def _print(self, event: ChatEvent) -> None:
        if event.kind is EventKind.DRAFTED:
            self._print_draft(event)
        message = event.message
        if message is None or event.kind not in (EventKind.NEW, EventKind.EDITED):
            return
        if message.sender.is_bot:
            self._print_bot(f"{self._told(event)}: {_shown(message)}")
            return
        self._acted_at[event.chat] = event.at
        place = self._places.get(event.chat)
        self._say(self.telegram.user(message.sender.id), (f"in {place}: " if place else "") + _described(message))

    def _print_draft(self, event: ChatEvent) -> None:
        draft = event.chat.draft
        text = draft.texts[-1] if draft is not None else ""
        if text and text != self._drafts.get(event.chat):
            short = in_one_line(text)[-DRAFT_SIGNS:].partition(" ")[2] if len(text) > DRAFT_SIGNS else text
            self._print_bot(f"{self._told(event, 'drafts')}: {'… ' if short is not text else ''}{escape(short)}")
        self._drafts[event.chat] = text

    def _told(self, event: ChatEvent, verb: str = "") -> str:
        """Whom the bot tells something, and how long after they acted."""
        place = self._places.get(event.chat) or self.telegram.world.people[event.chat.id].first_name
        acted_at = self._acted_at.get(event.chat)
        verb = verb or ("writes" if event.kind is EventKind.NEW else "edits")
        if acted_at is None:
            return f"→ {escape(place)}, {verb}"
        return f"→ {escape(place)}, {verb:6} after {event.at - acted_at:4.1f} s"

    def _print_bot(self, line: str) -> None:
        self._console.print(f"[cyan]   bot[/cyan]  {line}")


def _shown(message: Message) -> str:
    """What the bot says, or sends, and the buttons under it."""
    text = message.text
    if message.document is not None:
        lines = message.document.data.decode("utf-8-sig").splitlines()
        text = "\n".join([f"📄 {message.document.file_name}", *lines[:FILE_LINES], "…"])
    rows = [" ".join(f"[{button.text}]" for button in row) for row in message.keyboard]
    lines = [line for line in text.splitlines() if line]
    return INDENT.join([*map(escape, lines), *(f"[dim]{escape(row)}[/dim]" for row in rows)])


def _described(message: Message) -> str:
    document = message.document
    if document is None:
        answered = message.chat.messages.get(message.reply_to or 0)
        to = f" (in reply to {answered.sender.first_name})" if answered is not None else ""
        return f"{message.text}{to}"
    title = f" “{document.title}”" if document.title else ""
    name = MEDIA.get(document.kind, document.kind.name.lower())
    return f"{name}{title}, {document.duration:.0f} s, {max(1, document.size // 1000)} kB"


# --- what is played ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Turn:
    """Something a person does, and what must come of it."""

    what: str
    play: Callable[[Stage, User], Awaitable[str]]
    """Does it, and returns what the bot answers in the end. Raises TimeoutError and LookupError."""
    expected: str
    """The whole answer, or with an ellipsis at its end how the answer begins."""

    language: str = "ru"
    """Of numbers in it."""
    share_wrong: float = 0.0
    """How many of its words may differ."""

    def is_met_by(self, answer: str) -> bool:
        """Whether this is the right answer, whatever its paragraphs."""
        if self.expected.endswith("…"):
            return in_one_line(answer).startswith(self.expected[:-1])
        return in_one_line(answer) == self.expected or self._is_near(answer)

    def _is_near(self, answer: str) -> bool:
        said, heard = (words_of(text, self.language) for text in (self.expected, answer))
        return errors_in(compare(said, heard)) <= self.share_wrong * len(said)


@dataclass(frozen=True, slots=True)
class Act:
    """What people do at the same time, each of them one turn after the other."""

    title: str
    turns: Mapping[int, Sequence[Turn]]


def sending(send: Callable[[User], Awaitable[Message]]) -> Callable[[Stage, User], Awaitable[str]]:
    """Sends something to the bot, and gets its final answer."""

    async def play(_: Stage, user: User) -> str:
        return (await user.wait_reply(await send(user), is_final, ANSWER_TIMEOUT_SECONDS)).text

    return play
