"""One recording's recognition: it is opened, its windows go to the workers, and its text comes together in order.

A recording is opened by one worker, which finds its windows and recognises the first; each further one is a part of its
own that any worker may do. Where other machines only have the model, nothing is recognised with the opening, and
whoever has the first window tells the language of the others, which wait for it. What ends its worker is repeated by
itself: one window lost is one window repeated. Only a few windows of a recording wait at a time, so that a later
message of the same user does not wait for all of them.

Workers exchange windows by a sound file (see `workers.sounds`), which is there as long as this goes on. Runs in the
event loop only; a recording's affairs are all settled in the task that recognises it, one after the other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from voicepipe.domain.transcripts import Failure, FailureReason, Transcript, begun, joined
from voicepipe.errors import ServiceStopping
from voicepipe.machine import is_disk_full
from voicepipe.scheduling.costs import is_short
from voicepipe.scheduling.scheduler import Scheduler
from voicepipe.wire.messages import (
    AS_CONFIGURED,
    Crashed,
    Found,
    FurtherWindow,
    Opened,
    Opening,
    Options,
    Recognised,
    Rejected,
    Window,
)
from voicepipe.wire.sound import SAMPLE_RATE
from voicepipe.workers.assignment import Part, PartOutcome, WorkerLost, seconds_of
from voicepipe.workers.lifecycle import LossCause
from voicepipe.workers.sounds import SoundKey, Sounds

__all__ = ["Advance", "Crashed", "Heard", "LossCause", "Media", "Options", "Recognition", "Watch"]


MOST_LOST_AWAY = 2
"""What was lost so often with other machines, and nobody knows why, is done at home."""
LEAST_LEFT_OUT_SECONDS = 0.5
"""A recording that ends so near to where it is cut is whole, as far as anybody can tell."""


@dataclass(frozen=True, slots=True)
class Media:
    """A file to recognise."""

    path: Path
    audio_seconds: float
    """Declared length, or an upper bound where nothing is declared. It scales deadline and fair share, and tells a note
    from a lecture."""
    limit_seconds: float
    """More decoded audio than this is TOO_LONG."""
    options: Options = AS_CONFIGURED
    """What its sender or its chat has a say in; the rest is as configured."""
    track: int | None = None
    """The audio track, from 1 on; None: the one that a player would choose, or the first that has speech."""
    ends_at_limit: bool = False
    """Whether what comes after `limit_seconds` is left out instead."""
    name: str = ""
    """Whose it is, for operators who ask what a worker does."""
    model: str = ""
    """What recognises it: a model that only other machines have, by its name; empty: the one of the configuration."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a recording has come."""

    is_opened: bool
    """Whether all of its windows are known."""
    done_seconds: float
    """Seconds of speech whose text is there."""
    found_seconds: float
    """Seconds of speech found so far."""
    heard: Heard | None
    """What is there of the recording's beginning: what follows a window whose text is not there yet is left out."""

    @property
    def text(self) -> str:
        return "" if self.heard is None else self.heard.transcript.text


@dataclass(frozen=True, slots=True)
class Watch:
    """What whoever waits for a recording is told meanwhile; called by the task that recognises it."""

    on_start: Callable[[], None]
    """A worker has got it to open; once per attempt."""
    on_advance: Callable[[Advance], None]
    """More was found or recognised. Not for the last: then it is done."""
    on_death: Callable[[int, LossCause | Crashed], Awaitable[Failure | None]]
    """A part of it has ended its worker, or raised an error there: None for another try, else the verdict.

    The part's number is 0 for the opening and n for the n-th further window.
    """


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised, and what it took."""

    transcript: Transcript
    compute_seconds: float
    """CPU seconds of the workers, over all parts."""
    windows: int


class Recognition:
    """Has workers recognise recordings."""

    def __init__(self, scheduler: Scheduler, sounds: Sounds) -> None:
        self._scheduler = scheduler
        self._sounds = sounds

    async def recognise(self, user_id: int, media: Media, watch: Watch) -> Heard | Failure:
        """Recognise a file, in as many parts as it has windows.

        Parts that lose their worker are repeated as long as `watch.on_death` allows it. When this is cancelled, what
        waits is withdrawn, and of what workers have the outcome is dropped.

        Raises ServiceStopping when the service stops first.
        """
        async with contextlib.AsyncExitStack() as stack:
            try:
                sound = await stack.enter_async_context(self._sounds.made())
            except OSError as error:
                return Failure(FailureReason.DISK_FULL if is_disk_full(error) else FailureReason.INTERNAL)
            return await _Recording(self._scheduler, user_id, media, watch, sound).heard()


@dataclass(slots=True, eq=False)
class _PartInWork:
    """A part of a recording, through all its attempts. The first is the opening, the others are the windows found."""

    window: Window | None = None
    language: str | None = None
    """In which it is to be recognised; None: that is to be found."""
    seconds: float = 0.0
    """Of speech; nobody knows before an opening is answered."""
    is_alone: bool = False
    lost_away: int = 0
    """How often another machine was not heard of any more when it had this."""
    attempt: asyncio.Future[PartOutcome] | None = None
    is_waiting: bool = False
    """Whether no worker has the present attempt yet."""
    answer: Recognised | Opened | None = None

    @property
    def text(self) -> str:
        """Once it is answered."""
        assert self.answer is not None
        if isinstance(self.answer, Opened):
            return ""
        return "".join(segment.text for segment in self.answer.segments).strip()

    @property
    def end_seconds(self) -> float:
        """Where its speech ends in the recording, once it is answered."""
        assert self.answer is not None
        if self.window is not None:
            return self.window.spans[-1].end / SAMPLE_RATE
        if isinstance(self.answer, Opened):
            return 0.0
        return max((segment.end for segment in self.answer.segments), default=self.answer.speech_seconds)

    def withdraw(self) -> None:
        """What comes of the present attempt is no longer wanted."""
        if self.attempt is not None:
            self.attempt.cancel()
        self.attempt, self.is_waiting = None, False


@dataclass(frozen=True, slots=True)
class _Started:
    """A worker has got a part."""

    part: _PartInWork


@dataclass(frozen=True, slots=True)
class _Ended:
    """An attempt at a part is over."""

    part: _PartInWork
    attempt: asyncio.Future[PartOutcome]


_News = _Started | _Ended | Found


@dataclass(slots=True, eq=False)
class _Recording:
    """A recording in work."""

    scheduler: Scheduler
    user_id: int
    media: Media
    watch: Watch
    sound: SoundKey
    parts: list[_PartInWork] = field(default_factory=lambda: [_PartInWork()])
    news: asyncio.Queue[_News] = field(default_factory=asyncio.Queue)
    found: int = 0
    """Windows found by the present attempt to open it."""
    held_back: int = 1
    """The first part that was not submitted yet."""
    language: str | None = field(init=False)
    """Of the recording; None while nobody knows."""
    compute_seconds: float = 0.0
    texts: list[str] = field(default_factory=list)
    """Of the leading parts."""

    def __post_init__(self) -> None:
        self.language = self.media.options.language

    @property
    def opens_and_recognises(self) -> bool:
        """Whether whoever opens it recognises its first window."""
        return self.scheduler.recognises_here(self.media.model)

    async def heard(self) -> Heard | Failure:
        """Raises ServiceStopping."""
        self._submit(self.parts[0])
        try:
            while not self._is_done:
                if (failure := await self._note(await self.news.get())) is not None:
                    return failure
        finally:
            for part in self.parts:
                part.withdraw()
        return self._outcome()

    @property
    def _is_opened(self) -> bool:
        return self.parts[0].answer is not None

    @property
    def _is_done(self) -> bool:
        return self._is_opened and len(self.texts) == len(self.parts)

    async def _note(self, news: _News) -> Failure | None:
        match news:
            case _Started(part):
                part.is_waiting = False
                if part.window is None:
                    self.watch.on_start()
            case Found():
                self._add(news)
                self._tell()
            case _Ended(part, attempt) if attempt is part.attempt:
                part.attempt, part.is_waiting = None, False
                return await self._judge(part, attempt.result())
        self._submit_more()
        return None

    # --- parts ------------------------------------------------------------------------------------------------------
    def _submit(self, part: _PartInWork) -> None:
        part.is_waiting = True
        if part.window is None:
            self.found = 0
        part.attempt = self.scheduler.submit(self.user_id, self._work(part))
        part.attempt.add_done_callback(partial(self._on_end, part))

    def _on_end(self, part: _PartInWork, attempt: asyncio.Future[PartOutcome]) -> None:
        if not attempt.cancelled():
            attempt.exception()  # looked at, as nobody may come to it any more
            self.news.put_nowait(_Ended(part, attempt))

    def _work(self, part: _PartInWork) -> Part:
        on_start, media = partial(self.news.put_nowait, _Started(part)), self.media
        if part.window is not None:
            return Part(
                work=FurtherWindow(part.window, replace(media.options, language=part.language or self.language)),
                sound=self.sound,
                audio_seconds=part.seconds,
                is_short=is_short(media.audio_seconds),
                is_alone=part.is_alone,
                is_at_home=part.lost_away >= MOST_LOST_AWAY,
                name=media.name,
                model=media.model,
                on_start=on_start,
            )
        return Part(
            work=self._opening(),
            sound=self.sound,
            audio_seconds=media.audio_seconds,
            media=media.path,
            is_short=is_short(media.audio_seconds),
            size_class=self.scheduler.size_class(media.audio_seconds),
            is_alone=part.is_alone,
            name=media.name,
            on_start=on_start,
            on_found=self.news.put_nowait,
        )

    def _opening(self) -> Opening:
        media, recognises = self.media, self.opens_and_recognises
        return Opening(media.limit_seconds, media.options, media.track, media.ends_at_limit, recognises)

    def _submit_more(self) -> None:
        """As many windows as may wait; the others are held back."""
        waiting, end = sum(part.is_waiting for part in self._at_hand()), self._end_of_known()
        while self.held_back < end and waiting < self.scheduler.room(self.media.model):
            self._submit(self.parts[self.held_back])
            waiting += 1
            self.held_back += 1

    def _end_of_known(self) -> int:
        """Up to where the parts can be done: before the language is known, only the first window is."""
        is_known = self.opens_and_recognises or self.language is not None
        return len(self.parts) if is_known else min(2, len(self.parts))

    def _at_hand(self) -> Iterator[_PartInWork]:
        """The parts that are neither done nor held back, and few others."""
        return (self.parts[index] for index in range(len(self.texts), self.held_back))

    def _add(self, found: Found) -> None:
        """Windows that were found, perhaps once more: what is known of the same ones stays."""
        for window in found.windows:
            self.found += 1
            known = self.parts[self.found] if self.found < len(self.parts) else None
            if known is None or (known.window, known.language) != (window, found.language):
                self._forget_from(self.found)
                self.parts.append(_PartInWork(window, found.language, seconds_of(window)))

    def _forget_from(self, index: int) -> None:
        """An earlier attempt found other windows from there on."""
        for part in self.parts[index:]:
            part.withdraw()
        del self.parts[index:]
        del self.texts[index:]
        self.held_back = min(self.held_back, index)

    async def _judge(self, part: _PartInWork, outcome: PartOutcome) -> Failure | None:
        match outcome:
            case Recognised() | Opened():
                self._take(part, outcome)
                return None
            case Rejected(failure=failure):
                return failure
            case WorkerLost(LossCause.STOPPING):
                raise ServiceStopping
            case WorkerLost(LossCause.NOT_BEGUN):  # it can't be the recording's fault
                verdict = None
            case WorkerLost(LossCause.IN_COMPANY):  # alone it will show whether it is the recording's fault
                verdict, part.is_alone = None, True
            case WorkerLost(LossCause.OUT_OF_SIGHT):  # perhaps a link that flaps: if not, at home it will show
                verdict, part.is_alone, part.lost_away = None, True, part.lost_away + 1
            case WorkerLost(cause):
                verdict, part.is_alone = await self._count_death(part, cause), True
            case Crashed():
                verdict, part.is_alone = await self._count_death(part, outcome), True
        if verdict is None:
            self._submit(part)
        return verdict

    async def _count_death(self, part: _PartInWork, cause: LossCause | Crashed) -> Failure | None:
        return await self.watch.on_death(self.parts.index(part), cause)

    # --- what comes of them -----------------------------------------------------------------------------------------
    def _take(self, part: _PartInWork, answer: Recognised | Opened) -> None:
        part.answer = answer
        self.compute_seconds += answer.compute_seconds
        if isinstance(answer, Recognised):
            self.language = self.language or answer.language
        if part.window is None:
            part.seconds = answer.speech_seconds if isinstance(answer, Recognised) else 0.0
            self._forget_from(self.found + 1)
        while len(self.texts) < len(self.parts) and self.parts[len(self.texts)].answer is not None:
            self.texts.append(self.parts[len(self.texts)].text)
        if not self._is_done:
            self._tell()
            self._submit_more()

    @property
    def _text(self) -> str:
        spoken = next((answer.language for answer in self._texts_heard()), "")
        written = "en" if self.media.options.translates else spoken
        return begun(joined(self.texts, written), written)

    def _tell(self) -> None:
        found = sum(part.seconds for part in self.parts)
        done = sum(part.seconds for part in self.parts if part.answer is not None)
        self.watch.on_advance(Advance(self._is_opened, done, found, self._heard() if self._text else None))

    def _outcome(self) -> Heard | Failure:
        assert self.parts[0].answer is not None
        return self._heard() if self._text else Failure(FailureReason.NO_SPEECH, self.parts[0].answer.audio_seconds)

    def _heard(self) -> Heard:
        """What the leading parts say, once there is one."""
        leading, answers, opening = self.parts[: len(self.texts)], self._texts_heard(), self.parts[0].answer
        assert opening is not None
        audio_seconds, media = opening.audio_seconds, self.media
        is_cut = media.ends_at_limit and audio_seconds > media.limit_seconds - LEAST_LEFT_OUT_SECONDS
        first, *others = (segment.stripped for answer in answers for segment in answer.segments)
        transcript = Transcript(
            self._text,
            answers[0].language,
            answers[0].language_probability,
            audio_seconds if self._is_done else min(audio_seconds, leading[-1].end_seconds),
            (first.begun(self._text), *others),
            is_partial=is_cut or not self._is_done,
        )
        return Heard(transcript, self.compute_seconds, len(answers))

    def _texts_heard(self) -> list[Recognised]:
        """The answers of the leading parts that are text."""
        return [part.answer for part in self.parts[: len(self.texts)] if isinstance(part.answer, Recognised)]
