"""Who writes what to the bot, and what must come of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from random import Random

from tests.support.answers import is_final
from tests.support.media import silent_opus
from tests.support.samples import Sample, load_samples
from tests.support.telegram import Chat, ConnectedAccount, LoopbackTelegram, Message, User
from tests.support.telegram.people import How
from tests.support.telegram.stars import PaymentRefused
from tests.support.telegram.watch import Press
from tests.support.telegram.world import Draft, Person
from tests.support.words import in_one_line
from voicepipe.config import LimitsConfig
from voicepipe.conversation.texts import Texts
from voicepipe.supervision import Crew

TEXTS = Texts(lambda: "ru")
SAMPLES = load_samples()
SPEECH = tuple(SAMPLES[name] for name in ("seen_ru_18.ogg", "seen_ru_00.ogg", "seen_en_03.ogg"))
NOTE, LONG = SAMPLES["seen_ru_18.ogg"], SAMPLES["sentences_ru.ogg"]
SILENCE = silent_opus(1)
KEPT_HOURS = 24
PACKAGE, PACKAGE_SECONDS = "hour", 3600
FIRST_STRANGER = 500_001
"""The ids of people who do one thing only, so that what comes of it is known for theirs."""
NO_SOUND = b"This is a shopping list, not sound. " * 20
TOO_LONG_SECONDS = 400
PRESS_SECONDS = 60.0
"""How long somebody waits for the buttons under an answer."""
GIVE_UP_SECONDS = 20.0
"""How long somebody looks for a button that gives up what they have sent, and waits for what a button says."""
POOR_SECONDS = 7
"""The daily quota of those who have less than they want to use."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a message may rightly be answered."""

    beginning: str
    """Of the answer; the whole of it unless `is_exact` is False."""
    seconds: int = 0
    """Charged for it."""
    is_exact: bool = True
    least_seconds: int | None = None
    """Charged for it at least, where `seconds` may be more than the user had left by less than one."""

    def is_right_charge(self, seconds: int) -> bool:
        least = self.seconds if self.least_seconds is None else self.least_seconds
        return least <= seconds <= self.seconds

    def is_met_by(self, text: str) -> bool:
        is_whole = in_one_line(text) == in_one_line(self.beginning)
        return is_whole or (not self.is_exact and text.startswith(self.beginning))


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to the bot."""

    message: Message
    outcomes: tuple[Outcome, ...]
    """One of them must come; nothing may when there are none."""
    is_recording: bool
    payer: int = 0
    """Who is charged, where that is not the sender."""
    chat_id: int = 0
    """Of the job, with `message_id`, where that is not the message's."""
    message_id: int = 0
    found: Callable[[], list[Message]] | None = None
    """Finds its answers, where they are not the replies to it."""

    @property
    def charged_id(self) -> int:
        return self.payer or self.message.sender.id

    @property
    def place(self) -> tuple[int, int]:
        """Where the job is, whatever its door."""
        return self.chat_id or self.message.chat.id, self.message_id or self.message.id

    def answers(self) -> list[Message]:
        """What the bot has said to it so far."""
        if self.found is not None:
            return self.found()
        replies = self.message.chat.replies_to(self.message)
        return [reply for reply in replies if reply.sender.is_bot]

    def outcome_of(self, text: str) -> Outcome | None:
        """Which of the right answers this text is."""
        return next((outcome for outcome in self.outcomes if outcome.is_met_by(text)), None)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button under an answer."""

    answer: Message
    label: str
    press: Press

    @property
    def is_file(self) -> bool:
        return self.label.startswith(".")

    notice: str = ""
    """What the bot says where it does it."""

    @property
    def is_taken(self) -> bool:
        """Whether the bot has said that it does what is asked; what it was never told of, it can't do."""
        return self.press.answered is not None and self.press.answered.text == self.notice

    def effects(self) -> int:
        """How often it was done."""
        replies = self.answer.chat.replies_to(self.answer)
        if self.is_file:
            return sum(reply.document is not None for reply in replies)
        if self.notice:
            return sum(reply.document is None and reply.sender.is_bot for reply in replies)
        return sum(text.startswith("0:0") for text in self.answer.texts)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who writes to the bot."""

    user: User
    is_poor: bool

    @property
    def language(self) -> str:
        return self.user.person.language_code


class Cast:
    """The people, their groups, and everything they have sent."""

    def __init__(self, telegram: LoopbackTelegram, random: Random, size: int) -> None:
        self._random = random
        self.members = [Member(_person(telegram, number), number % 8 == 7) for number in range(size)]
        everyone = [member.user.id for member in self.members]
        world = telegram.world
        self.groups = [world.add_group(number, "Work", everyone) for number in (1, 2, 3)]
        self.supergroups = [
            world.add_supergroup(-1_000_000_000_000 - number, "Work", everyone) for number in (11, 12, 13)
        ]
        self.sent: list[Sent] = []
        self.presses: list[Pressed] = []
        self.connected: list[ConnectedAccount] = []
        self.buyers: list[asyncio.Task[None]] = []
        self._crew = Crew()
        self._telegram = telegram
        self._strangers = itertools.count(FIRST_STRANGER)
        world.takes_drafts = True

    async def stop(self) -> None:
        """Do nothing more."""
        await self._crew.stop()

    async def introduce(self) -> None:
        """Let the bot hear of every supergroup once: it can ask only for changes of those that it knows of."""
        for chat in self.supergroups:
            await self._send(self.members[0], chat, self._speak)
        for member in self.members[:2]:
            self.connected.append(await self._telegram.connect(member.user))

    async def write(self, *, is_told: bool) -> Sent:
        """Somebody writes something; `is_told` says whether Telegram tells the bot at once."""
        places = [None, None, None, *self._random.sample(self.groups, 1), *self._random.sample(self.supergroups, 1)]
        chat = self._random.choice(places)
        acts = self._acts() if chat is None else self._acts_in_groups()
        return await self._send(self._random.choice(self.members), chat, self._random.choice(list(acts)), is_told)

    def _acts(self) -> Iterator[Act]:
        yield from [self._speak] * 6
        yield from [self._keep_silent] * 3
        yield from [self._speak_and_give_up] * 2
        yield from [self._speak_long_and_press] * 2
        yield from [self._ask_as_a_guest] * 2
        yield from [self._speak_to_an_owner] * 2
        yield from [self._buy] * 2
        yield from [self._send_no_sound, self._talk_too_long, self._ask, self._choose]

    def _acts_in_groups(self) -> Iterator[Act]:
        yield from [self._speak] * 6
        yield from [self._keep_silent, self._ask, self._chat]
        yield from [self._ask_for_a_file] * 2

    async def _send(self, member: Member, chat: Chat | None, act: Act, is_told: bool = True) -> Sent:
        how: How = {"deliver": is_told}
        if chat is not None:
            how["chat"] = chat
        sent = await act(member, how)
        self.sent.append(sent)
        return sent

    # --- what people do ---------------------------------------------------------------------------------------------
    async def _speak(self, member: Member, how: How) -> Sent:
        sample = self._random.choices(SPEECH, (6, 1, 1))[0]
        message = await member.user.send_voice(sample.data, sample.seconds, **how)
        return Sent(message, _of_speech(member, sample), is_recording=True)

    async def _speak_and_give_up(self, member: Member, how: How) -> Sent:
        """By Telegram's button under the draft, or ours under the status; it may well be too late."""
        sent = await self._speak(member, how)
        self._crew.spawn(_give_up(member.user, sent.message), f"give up {sent.message.id}")
        return sent

    async def _choose(self, member: Member, how: How) -> Sent:
        message = await member.user.send_text(f"/settings live_drafts {self._random.choice(('on', 'off'))}", **how)
        name = TEXTS.get(member.language, "preference-live_drafts")
        # After a crash it tells what is chosen by then.
        values = (TEXTS.get(member.language, f"settings-{value}") for value in ("on", "off"))
        lines = (TEXTS.get(member.language, "settings-line", name=name, value=value) for value in values)
        return Sent(message, tuple(map(Outcome, lines)), is_recording=False)

    async def _buy(self, member: Member, how: How) -> Sent:
        """By somebody who does nothing else: once, twice at once, or to have it given back; the bot may not be told."""
        buyer = self._stranger(member.language)
        message = await buyer.send_text("/buy", **how)
        times, is_told, is_returned = self._random.choice(((1, True, False), (2, True, False), (1, False, True)))
        buying = self._pay(buyer, message, times=times, is_told=is_told, is_returned=is_returned)
        self.buyers.append(self._crew.spawn(buying, f"buy {message.id}"))
        return Sent(message, (Outcome(TEXTS.get(member.language, "buy-choose", extra=0)),), is_recording=False)

    async def _pay(self, buyer: User, asked: Message, *, times: int, is_told: bool, is_returned: bool) -> None:
        with contextlib.suppress(TimeoutError, PaymentRefused):  # the service may be dead when Telegram asks it
            shelf = await buyer.wait_reply(asked, timeout_seconds=PRESS_SECONDS)
            await buyer.press(shelf, f"buy:{PACKAGE}")
            invoice = await buyer.wait_reply(shelf, timeout_seconds=GIVE_UP_SECONDS)
            charge = await buyer.pay(invoice, times=times, deliver=is_told, patience_seconds=GIVE_UP_SECONDS)
            if is_returned:
                await buyer.get_back(charge)

    async def _speak_long_and_press(self, member: Member, how: How) -> Sent:
        """The buttons under the answer: a file, a summary, then the text with times; and a summary by the command."""
        message = await member.user.send_voice(LONG.data, LONG.seconds, **how)
        self._crew.spawn(self._press_all(member, message), f"press {message.id}")
        return Sent(message, _of_speech(member, LONG), is_recording=True)

    async def _press_all(self, member: Member, recording: Message) -> None:
        notices = {
            ".srt": "",
            TEXTS.get(member.language, "answer-summary"): TEXTS.get(member.language, "made-taken"),
            TEXTS.get(member.language, "answer-times"): "",
        }
        with contextlib.suppress(LookupError, TimeoutError):
            answer = await member.user.wait_reply(
                recording, lambda reply: ".srt" in [button.text for button in reply.buttons], PRESS_SECONDS
            )
            await asyncio.sleep(self._random.uniform(0.05, 1))
            for label, notice in notices.items():
                pressed = Pressed(answer, label, await member.user.press(answer, label), notice)
                self.presses.append(pressed)
                with contextlib.suppress(TimeoutError):  # the bot may never hear of it
                    await pressed.press.wait_answer(GIVE_UP_SECONDS)
            self.sent.append(await self._ask_for_summary(member, answer))

    async def _ask_for_summary(self, member: Member, answer: Message) -> Sent:
        """By the command; the same may be being made for the button."""
        command = await member.user.send_text("/summary", reply_to=answer)
        made = Outcome(TEXTS.get(member.language, "made-phrases"), is_exact=False)
        return Sent(command, (made, Outcome(TEXTS.get(member.language, "made-in-work"))), is_recording=False)

    async def _ask_for_a_file(self, member: Member, how: How) -> Sent:
        """An audio file in a group, which is recognised when somebody asks for it."""
        asker = self._random.choice([each for each in self.members if not each.is_poor])
        song = await member.user.send_audio(NOTE.data, NOTE.seconds, **how)
        how["reply_to"] = song
        command = await asker.user.send_text(f"/transcribe@{self._bot.username}", **how)

        def found() -> list[Message]:
            return [reply for to in (song, command) for reply in to.chat.replies_to(to) if reply.sender.is_bot]

        return Sent(song, _of_speech(asker, NOTE), is_recording=False, payer=asker.user.id, found=found)

    async def _ask_as_a_guest(self, member: Member, how: How) -> Sent:
        """By somebody who has asked for nothing else, in a chat of theirs with a member."""
        asker = Member(self._stranger(member.language), is_poor=False)
        private = self._telegram.world.private_chat(asker.user.id)  # where the text goes that can't be shown there
        place = self._telegram.elsewhere(asker.user, member.user)
        recording = await member.user.send_voice(NOTE.data, NOTE.seconds, chat=place.chat, deliver=False)
        query = await place.ask(asker.user, f"@{self._bot.username}", recording, deliver=how["deliver"])

        def found() -> list[Message]:
            told = [message for message in private.visible if message.sender.is_bot and not is_heading(message)]
            posted = [query.answer] if query.answer is not None else []
            return told + [message for message in posted if is_final(message) or not told]

        outcomes = _of_speech(asker, NOTE)
        at = {"payer": asker.user.id, "chat_id": asker.user.id, "message_id": query.id}
        return Sent(query.asked, outcomes, is_recording=False, found=found, **at)

    async def _speak_to_an_owner(self, member: Member, how: How) -> Sent:
        """By somebody who says nothing else, to one who has connected the bot to their account."""
        account, contact = self._random.choice(self.connected), self._stranger(member.language)
        owner, name = account.owner, contact.person.first_name
        account.connection.chosen.add(contact.id)
        message = await account.receive_voice(contact, NOTE.data, NOTE.seconds, deliver=how["deliver"])

        def found() -> list[Message]:
            told = [each for each in owner.chat.visible if each.sender.is_bot and name in each.text]
            return told + [each for each in message.chat.visible if each.sender.is_bot]

        seconds = round(NOTE.seconds)
        right = Outcome(f"{TEXTS.get('ru', 'business-from', name=name)}\n{NOTE.text}", seconds)
        lost = TEXTS.get(owner.person.language_code, "business-no-text", matter="other", name=name)
        return Sent(message, (right, Outcome(lost)), is_recording=False, payer=owner.id, found=found)

    @property
    def _bot(self) -> Person:
        return self._telegram.world.bot

    def _stranger(self, language: str) -> User:
        number = next(self._strangers)
        self._telegram.world.add_user(number, f"Stranger{number}", username=f"s{number}", language_code=language)
        return self._telegram.user(number)

    async def _keep_silent(self, member: Member, how: How) -> Sent:
        message = await member.user.send_voice(SILENCE, 1, **how)
        return Sent(message, _failed(member, "failed-no-speech"), is_recording=True)

    async def _send_no_sound(self, member: Member, how: How) -> Sent:
        message = await member.user.send_voice(NO_SOUND, 1, **how)
        return Sent(message, _failed(member, "failed-unreadable"), is_recording=True)

    async def _talk_too_long(self, member: Member, how: How) -> Sent:
        message = await member.user.send_voice(SILENCE, TOO_LONG_SECONDS, **how)
        limit = LimitsConfig().max_recording_seconds
        text = TEXTS.get(member.language, "refused-too-long", seconds=TOO_LONG_SECONDS, limit=limit)
        return Sent(message, (Outcome(text),), is_recording=True)

    async def _ask(self, member: Member, how: How) -> Sent:
        message = await member.user.send_text("/privacy", **how)
        more = (
            TEXTS.get(member.language, "privacy-made", where="nowhere", host=""),
            TEXTS.get(member.language, "privacy-payments"),
        )
        text = "\n\n".join((TEXTS.get(member.language, "privacy", kept_hours=KEPT_HOURS), *more))
        _, *rest = text.split("\n\n")
        others = (TEXTS.get(member.language, key) for key in ("privacy-elsewhere", "privacy-all-elsewhere"))
        outcomes = [Outcome("\n\n".join((where, *rest))) for where in others]
        return Sent(message, (Outcome(text), *outcomes), is_recording=False)

    async def _chat(self, member: Member, how: How) -> Sent:
        return Sent(await member.user.send_text("See you at nine.", **how), (), is_recording=False)


Act = Callable[[Member, How], Awaitable[Sent]]


def is_heading(message: Message) -> bool:
    return message.text in (TEXTS.get("ru", "guest-elsewhere"), TEXTS.get("en", "guest-elsewhere"))


async def _give_up(user: User, recording: Message) -> None:
    def draft_or_status() -> Draft | Message | None:
        return user.chat.draft or next((reply for reply in user.chat.replies_to(recording) if reply.buttons), None)

    with contextlib.suppress(LookupError, TimeoutError):
        found: Draft | Message = await user.wait_for(draft_or_status, GIVE_UP_SECONDS)
        if isinstance(found, Draft):
            await user.stop_draft()
        else:
            await user.press(found, TEXTS.get(user.person.language_code, "cancel-button"))


def _person(telegram: LoopbackTelegram, number: int) -> User:
    user_id = 2_000 + number
    language = "en" if number % 2 else "ru"
    telegram.world.add_user(user_id, f"Person {number}", username=f"person{number}", language_code=language)
    return telegram.user(user_id)


def _of_speech(member: Member, sample: Sample) -> tuple[Outcome, ...]:
    seconds = round(sample.seconds)
    right = Outcome(sample.text, seconds, least_seconds=seconds - member.is_poor)
    return (right, *_failed(member), *(_over_quota(member) if member.is_poor else ()))


def _failed(member: Member, *keys: str) -> tuple[Outcome, ...]:
    """The failures that these keys stand for; and a network as bad as ours may keep a file from us for good, and
    whoever gives something up sees the draft of whatever it is.
    """
    anyway = ("failed-fetch-failed", "failed-cancelled")
    return tuple(Outcome(TEXTS.get(member.language, key)) for key in (*keys, *anyway)) + (
        _over_quota(member) if member.is_poor else ()
    )


def _over_quota(member: Member) -> tuple[Outcome, ...]:
    if member.language == "ru":
        beginnings = ("Лимит на сегодня", "У вас не осталось секунд", "Запись длится", "Для этой записи")
    else:
        beginnings = ("Today's limit", "You have no seconds", "This recording lasts", "You don't have enough seconds")
    return tuple(Outcome(beginning, is_exact=False) for beginning in beginnings)
