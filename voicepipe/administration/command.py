"""/admin: what the bot's administrators do in the chat, by buttons or typed. For anybody else there is no such command.

Typed: `/admin USER`, `/admin USER grant SECONDS`, `… plan NAME|default`, `… unlimited on|off`, `… ban`, `… unban`,
`/admin broadcast TEXT`; in reply to a message, a user need not be named. In a group nothing is said of it: who asks is
answered in private.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from voicepipe.administration.office import Office
from voicepipe.administration.screens import NAME, Screens
from voicepipe.control.changes import SetPaused
from voicepipe.control.messages import GrantSeconds, Mutation, SetBanned, SetPlan, SetUnlimited
from voicepipe.conversation.registry import Asked, Command, Pressed, Turn
from voicepipe.conversation.replies import Reaction, Reply
from voicepipe.errors import RequestRefused
from voicepipe.store.books.broadcasts import Broadcast

MAX_NOTICE = 200
"""Signs of a notice: core.telegram.org/bots/api#answercallbackquery"""
MOST_SIGNS = 3500
"""Of a broadcast: it fits one message together with what is asked about it."""
VERBS = ("grant", "plan", "unlimited", "ban", "unban")


class _OldButton(Exception):
    """Its data are none, or stand for what there is no more."""


class Administration:
    """Acts upon /admin and its buttons."""

    def __init__(self, office: Office, wake: Callable[[], None]) -> None:
        """`wake` has broadcasts carried out that were begun."""
        self._office = office
        self._wake = wake

    @property
    def command(self) -> Command:
        return Command(
            name=NAME,
            respond=self._respond,
            react=self._react,
            is_in_menu=False,
            is_in_help=False,
            exists_for=self._office.is_administrator,
        )

    # --- typed ----------------------------------------------------------------------------------------------------
    async def _respond(self, asked: Asked) -> Reply | None:
        screens = Screens(self._office, self._office.words.language_of(asked.person.user_id))
        try:
            reply = await self._obey(screens, asked)
        except RequestRefused as error:
            reply = Reply(f"⚠️ {error}")
        if asked.remark.is_private:
            return reply
        await self._office.tell(asked.person.user_id, asked.request_id, reply)
        return None

    async def _obey(self, screens: Screens, asked: Asked) -> Reply:
        first, _, rest = asked.argument.partition(" ")
        word = first.lower()
        if word == "broadcast":
            return await self._draft(screens, asked, asked.argument[len(first) :].strip())
        if asked.remark.replies_to is not None and word in ("", *VERBS):
            first, rest = await self._author(screens, asked), asked.argument
        match word:
            case "" if not first:
                return await screens.home()
            case "status":
                return await screens.home()
            case "top":
                return await screens.top()
            case "errors":
                return await screens.errors()
        if rest.strip():
            await self._office.operations.perform(_typed(first, rest.split(), asked))
        return await screens.person(first)

    async def _author(self, screens: Screens, asked: Asked) -> str:
        """Whom a message is from that is replied to. Raises RequestRefused."""
        assert asked.remark.replies_to is not None
        found = await self._office.authors.find_author(asked.chat_id, asked.remark.replies_to)
        if found is None:
            raise RequestRefused(self._office.words.get(screens.language, "who-how"))
        return str(found)

    async def _draft(self, screens: Screens, asked: Asked, text: str) -> Reply:
        if not text:
            return screens.cast()
        if len(text) > MOST_SIGNS:
            return Reply(self._office.words.get(screens.language, "cast-long", most=MOST_SIGNS))
        number = await self._office.broadcasts.draft_broadcast(asked.person.user_id, text, request_id=asked.request_id)
        return screens.preview(number, text)

    # --- pressed --------------------------------------------------------------------------------------------------
    async def _react(self, pressed: Pressed) -> Reaction:
        screens = Screens(self._office, self._office.words.language_of(pressed.person.user_id))
        if not pressed.press.is_private:  # nobody else is to see what comes of it
            return Reaction(notice=pressed.text("button-gone"))
        verb, _, rest = pressed.argument.partition(":")
        try:
            return await self._act(screens, pressed, verb, rest)
        except _OldButton:
            return Reaction(notice=pressed.text("button-gone"))
        except RequestRefused as error:
            return Reaction(notice=str(error)[:MAX_NOTICE])

    async def _act(self, screens: Screens, pressed: Pressed, verb: str, rest: str) -> Reaction:
        match verb:
            case "home":
                return Reaction(replacement=await screens.home())
            case "top":
                return Reaction(replacement=await screens.top())
            case "errors":
                return Reaction(replacement=await screens.errors())
            case "user":
                return Reaction(replacement=await screens.person(rest))
            case "pause" if rest in ("0", "1"):
                return await self._pause(screens, pressed, is_on=rest == "1")
            case "send" | "drop" | "stop":
                return await self._on_broadcast(screens, pressed, verb, rest)
            case "grant" | "plan" | "unlimited" | "ban":
                return await self._change(screens, pressed, verb, rest)
        still = {"who": screens.who, "cast": screens.cast, "pausing": screens.pausing}
        if verb == "plans" and rest.removeprefix("-").isdecimal():
            still["plans"] = partial(screens.plans, int(rest))
        if verb not in still:
            raise _OldButton
        return Reaction(replacement=still[verb]())

    async def _pause(self, screens: Screens, pressed: Pressed, *, is_on: bool) -> Reaction:
        by = pressed.person.user_id
        await self._office.operations.perform(SetPaused(value=is_on, request_id=pressed.request_id, by=by))
        return Reaction(notice=self._done(screens), replacement=await screens.home())

    async def _change(self, screens: Screens, pressed: Pressed, verb: str, rest: str) -> Reaction:
        user, _, value = rest.partition(":")
        words = [verb, *([value] if value else ["default"])]
        if verb in ("unlimited", "ban"):
            words = [verb, "on" if value == "1" else "off"]
        await self._office.operations.perform(_typed(user, words, pressed))
        return Reaction(notice=self._done(screens), replacement=await screens.person(user))

    async def _on_broadcast(self, screens: Screens, pressed: Pressed, verb: str, number: str) -> Reaction:
        broadcast = await self._own(pressed, number)
        books, by = self._office.broadcasts, pressed.person.user_id
        if verb == "send":
            await books.begin_broadcast(broadcast.broadcast_id, by, pressed.press.key.message_id)
            self._wake()
        else:
            await books.end_broadcast(broadcast.broadcast_id, stopped_by=by)
        broadcast = await self._own(pressed, number)
        if broadcast.state == "running":  # who carries it out shows how far it is
            return Reaction(notice=self._done(screens))
        return Reaction(replacement=await screens.progress(broadcast))

    async def _own(self, pressed: Pressed, number: str) -> Broadcast:
        """The broadcast of whoever presses its button."""
        found = await self._office.broadcasts.find(int(number)) if number.isdecimal() and len(number) < 19 else None
        if found is None or found.user_id != pressed.person.user_id:
            raise _OldButton
        return found

    def _done(self, screens: Screens) -> str:
        return self._office.words.get(screens.language, "done")


def _typed(user: str, words: list[str], turn: Turn) -> Mutation:
    """What a verb and its value ask for. Raises RequestRefused, saying what was expected."""
    verb, value = words[0].lower(), " ".join(words[1:])
    assert isinstance(turn, Asked | Pressed)
    common = {"user": user, "request_id": turn.request_id, "by": turn.person.user_id}
    match verb:
        case "grant" if value.isascii() and value.isdecimal() and len(value) < 12:
            return GrantSeconds(seconds=int(value), **common)
        case "plan" if value:
            return SetPlan(plan=None if value == "default" else value, **common)
        case "unlimited" if value in ("", "on", "off"):
            return SetUnlimited(value=value != "off", **common)
        case "ban" if value in ("", "on", "off"):
            return SetBanned(value=value != "off", **common)
        case "unban" if not value:
            return SetBanned(value=False, **common)
    raise RequestRefused("/admin USER grant SECONDS | plan NAME|default | unlimited on|off | ban | unban")
