"""Answers what is no recording: commands, texts, and media that hold no speech."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from voicepipe.config.live import LiveConfig
from voicepipe.conversation.replies import Reply
from voicepipe.conversation.texts import LANGUAGES, Texts
from voicepipe.domain.messages import Press, Remark
from voicepipe.domain.quota import Balance, hours_and_minutes_until
from voicepipe.errors import StoreError, Undeliverable
from voicepipe.events import BackgroundError, Events
from voicepipe.store import Store
from voicepipe.telegram.chat.messenger import Messenger

COMMANDS = ("start", "help", "quota", "privacy", "forget")
YES = ("yes", "да")
"""What must follow `/forget` for it to be done."""
ERASING_SHARE = 0.05
"""Of all time, at most: to erase who was forgotten the journal is written anew, and asking for it costs nothing."""


class Commands:
    """The bot's conversation beside its work."""

    def __init__(
        self,
        config: LiveConfig,
        store: Store,
        messenger: Messenger,
        texts: Texts,
        events: Events,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._store = store
        self._messenger = messenger
        self._texts = texts
        self._events = events
        self._clock = clock
        self._hinted_at: dict[int, float] = {}
        self._erasing = asyncio.Lock()
        self._may_erase_at = 0.0
        self._to_erase = 0
        self._erased = 0

    async def respond(self, remark: Remark) -> None:
        """Reply to a remark if it wants a reply; at most one hint per user and interval."""
        if remark.is_private and is_confirmed_forgetting(remark.text):
            await self._forget(remark)
            return
        await self._store.persist(lambda: self._store.see_person(remark.person))
        text = self._reply_text(remark)
        if text is not None:
            await self._reply(remark, text)
        await self._store.persist(lambda: self._store.dismiss(remark.key))

    async def press(self, press: Press) -> None:
        """No button is ours: only end its waiting."""
        await self._messenger.acknowledge(press.query_id, "")

    async def _reply(self, remark: Remark, text: str) -> None:
        try:
            await self._messenger.say(remark.key, "reply", Reply(text))
        except Undeliverable as error:
            self._events.emit(BackgroundError("reply", error.cause))

    async def _forget(self, remark: Remark) -> None:
        """Delete everything about the sender; what they wrote just now with it."""
        user_id, request, language = remark.person.user_id, remark.key.message_id, remark.person.language
        forgotten = await self._store.persist(lambda: self._store.forget(user_id, asked_by=request, language=language))
        is_erased = not forgotten.was_known or await self._erase()
        await self._reply(remark, self._texts.get(language, "forget-busy" if forgotten.unfinished else "forget-done"))
        if forgotten.unfinished:
            await self._store.persist(lambda: self._store.dismiss(remark.key))
            return
        # Only now: the reply needs it.
        await self._messenger.forget_peer(user_id)
        if is_erased:
            await self._store.persist(lambda: self._store.end_farewell(user_id, request))

    async def _erase(self) -> bool:
        """Erase who was forgotten, together with everybody who was before it begins, so that repeating it is no use.

        False when that was not possible: it is deleted, and overwritten where it stood; the next start does the rest.
        """
        self._to_erase += 1
        number = self._to_erase
        async with self._erasing:
            if self._erased >= number:
                return True
            await asyncio.sleep(self._may_erase_at - self._clock())
            last, begun_at = self._to_erase, self._clock()
            try:
                await self._store.persist(self._store.erase)
            except StoreError as error:
                self._events.emit(BackgroundError("erasing a forgotten user", type(error).__name__))
                return False
            self._erased = last
            self._may_erase_at = begun_at + (self._clock() - begun_at) / ERASING_SHARE
            return True

    def _reply_text(self, remark: Remark) -> str | None:
        command = command_of(remark.text)
        language = remark.person.language
        if command in COMMANDS:
            return self._command_text(command, remark)
        if not remark.is_private:
            return None
        if command is not None:
            return self._texts.get(language, "unknown-command")
        hint = "hint-unsupported" if remark.has_media else "hint-text"
        return self._texts.get(language, hint) if self._may_hint(remark.person.user_id) else None

    def _command_text(self, command: str, remark: Remark) -> str:
        language = remark.person.language
        balance = self._store.balance(remark.person.user_id)
        if command == "quota":
            return self._quota_text(language, balance)
        if command == "forget":
            return self._texts.get(language, "forget-ask" if remark.is_private else "forget-private")
        return self._texts.get(language, command, **self._facts(balance))

    def _facts(self, balance: Balance) -> dict[str, int | str]:
        """What /start, /help and /privacy tell a user."""
        config = self._config
        return {
            "daily": balance.daily_quota_seconds,
            "unlimited": int(balance.is_unlimited),
            "max_seconds": self._longest_seconds(balance),
            "max_mib": config.limits.max_file_mib,
            "speech_language": config.recognition.language,
            "all_media": int(config.telegram.all_media_in_groups),
            "kept_hours": config.service.transcript_retention_hours,
        }

    def _longest_seconds(self, balance: Balance) -> int:
        """How long one recording of the user's may be, with nothing of the day used yet."""
        longest = self._config.limits.max_recording_seconds
        if balance.is_unlimited:
            return longest
        return min(longest, balance.daily_quota_seconds + balance.extra_left_seconds)

    def _quota_text(self, language: str | None, balance: Balance) -> str:
        if balance.is_banned:
            return self._texts.get(language, "quota-banned")
        if balance.is_unlimited:
            return self._texts.get(language, "quota-unlimited", max_seconds=self._longest_seconds(balance))
        hours, minutes = hours_and_minutes_until(balance.resets_at)
        return self._texts.get(
            language,
            "quota-limited",
            left=balance.daily_left_seconds,
            daily=balance.daily_quota_seconds,
            extra=balance.extra_left_seconds,
            hours=hours,
            minutes=minutes,
        )

    def _may_hint(self, user_id: int) -> bool:
        now, interval = self._clock(), self._config.limits.text_hint_interval_seconds
        self._hinted_at = {who: at for who, at in self._hinted_at.items() if now - at < interval}
        if user_id in self._hinted_at:
            return False
        self._hinted_at[user_id] = now
        return True


def command_of(text: str) -> str | None:
    """The command that a message begins with, without slash and bot name; None if it is no command."""
    if not text.startswith("/"):
        return None
    return text.split(maxsplit=1)[0].removeprefix("/").split("@")[0].lower()


def is_confirmed_forgetting(text: str) -> bool:
    """Whether it says `/forget yes`, in either language."""
    words = text.split()
    return command_of(text) == "forget" and len(words) == 2 and words[1].strip(".!").casefold() in YES


def is_addressed_to(text: str, username: str) -> bool:
    """Whether a command in a group is for this bot: it names it, or no bot at all."""
    _, _, addressee = text.split(maxsplit=1)[0].partition("@")
    return not addressee or addressee.lower() == username.lower()


def is_command(text: str, username: str) -> bool:
    """Whether it is a command that the bot of this username knows, and that is for it."""
    return command_of(text) in COMMANDS and is_addressed_to(text, username)


def menu(texts: Texts) -> dict[str | None, dict[str, str]]:
    """What each command does, in every language."""
    return {
        language: {command: texts.get(language, f"command-{command}") for command in COMMANDS}
        for language in (None, *LANGUAGES)
    }
