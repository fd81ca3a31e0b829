"""The screens of /admin: each is a text with buttons below it. A button's argument says what to show or to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from voicepipe.accounts.preferences import spell
from voicepipe.administration.office import Office, Words
from voicepipe.control.changes import Change, ShowChanges
from voicepipe.control.messages import (
    ShowStatus,
    ShowUsage,
    ShowUser,
    StatusReport,
    UsageGroupLine,
    UserReport,
)
from voicepipe.control.work import ShowErrors
from voicepipe.conversation.replies import Button, Reply
from voicepipe.domain.usage import UsageBy
from voicepipe.store.books.broadcasts import Broadcast, Progress

NAME = "admin"
"""Of the command, with which the data of all its buttons begin."""
GRANTS_SECONDS = (60, 600, 3600)
TOP_DAYS, TOP_USERS = 7, 10
MOST_TROUBLES, MOST_CHANGES, MOST_PLANS = 10, 5, 20


@dataclass(frozen=True, slots=True)
class Screens:
    """What one administrator is shown."""

    office: Office
    language: str

    # --- screens ------------------------------------------------------------------------------------------------
    async def home(self) -> Reply:
        """How the service is, and what can be done."""
        report = await self.office.operations.perform(ShowStatus())
        pause = self._button("resume", "pause:0") if report.is_paused else self._button("pause", "pausing")
        return Reply(
            await self._status(report),
            (
                (self._button("refresh", "home"),),
                (self._button("who", "who"), self._button("top", "top")),
                (self._button("errors", "errors"), self._button("cast", "cast")),
                (pause,),
            ),
        )

    async def person(self, user: str) -> Reply:
        """One user. Raises RequestRefused where nobody is named so."""
        report = await self.office.operations.perform(ShowUser(user=user))
        changes = await self.office.operations.perform(ShowChanges(user=str(report.user_id), limit=MOST_CHANGES))
        lines = [self._text("person", **self._facts_of(report))]
        if changes.changes:
            lines += ["", self._text("changes"), *map(self._change, changes.changes)]
        return Reply("\n".join(lines), (*self._buttons_for(report), (self._back,)))

    def plans(self, user_id: int) -> Reply:
        """The plans that a user may be given."""
        plans = list(self.office.live.quota.plans.items())[:MOST_PLANS]
        rows = [(Button(plan.title_in(self.language, name), f"{NAME}:plan:{user_id}:{name}"),) for name, plan in plans]
        none, back = self._button("plan-none", f"plan:{user_id}:"), self._button("back", f"user:{user_id}")
        text = self._text("plans" if plans else "no-plans")
        return Reply(text, (*rows, (none,), (back,)))

    async def top(self) -> Reply:
        """Who had most recognised of late."""
        request = ShowUsage(days=TOP_DAYS, by=UsageBy.USER, limit=TOP_USERS)
        groups = (await self.office.operations.perform(request)).groups
        lines = [self._text("top-title", days=TOP_DAYS), *map(self._top_line, groups)]
        rows = [(Button(_name(group), f"{NAME}:user:{group.group}"),) for group in groups if _is_id(group.group)]
        return Reply("\n".join(lines if groups else [*lines, self._text("nothing")]), (*rows, (self._back,)))

    async def errors(self) -> Reply:
        """What went wrong of late: the service's troubles, and recordings that have no text."""
        report = await self.office.operations.perform(ShowErrors(limit=MOST_TROUBLES))
        lines = [f"{self._clock(each.at)} · {each.words} × {each.times}" for each in report.troubles]
        lines += [f"{self._clock(each.changed_at)} · {each.job} · {each.failure}" for each in report.failures]
        text = "\n".join([self._text("errors-title"), *(lines or [self._text("nothing")])])
        return Reply(text, ((self._button("refresh", "errors"), self._back),))

    def who(self) -> Reply:
        """How to name a user."""
        return Reply(self._text("who-how"), ((self._back,),))

    def pausing(self) -> Reply:
        """What a pause is, before there is one."""
        return Reply(self._text("pause-ask"), ((self._button("pause", "pause:1"), self._back),))

    def cast(self) -> Reply:
        """How to say something to everybody."""
        return Reply(self._text("cast-how"), ((self._back,),))

    def preview(self, broadcast_id: int, text: str) -> Reply:
        """What everybody would read."""
        asked = self._text("cast-ask", count=self.office.people.reachable())
        send, drop = (
            self._button("cast-send", f"send:{broadcast_id}"),
            self._button("cast-drop", f"drop:{broadcast_id}"),
        )
        return Reply(f"{text}\n\n———\n{asked}", ((send,), (drop,)))

    async def progress(self, broadcast: Broadcast) -> Reply:
        """How far one is."""
        found = await self.office.broadcasts.progress(broadcast.broadcast_id)
        key = {"running": "cast-progress", "done": "cast-done"}.get(broadcast.state, "cast-stopped")
        stops = broadcast.broadcast_id if broadcast.state == "running" else None
        return progress_reply(self.office.words, self.language, found, key, stops=stops)

    # --- words --------------------------------------------------------------------------------------------------
    async def summary(self) -> str:
        """The day before, for who reads it in the morning."""
        report = await self.office.operations.perform(ShowStatus())
        errors, since = await self.office.operations.perform(ShowErrors()), datetime.now(UTC) - timedelta(days=1)
        yesterday, before = await self._days(1), await self._days(2)
        return self._text(
            "summary",
            **self._day_facts(yesterday),
            before=0 if before is None else before.recordings,
            troubles=sum(each.times for each in errors.troubles if each.at > since),
            queue=report.queue or 0,
        )

    async def _status(self, report: StatusReport) -> str:
        usual = [each for each in report.workers if not each.is_express]
        yesterday = await self._days(1)
        return self._text(
            "status",
            is_paused=int(report.is_paused),
            queue=report.queue or 0,
            unfinished=report.jobs.accepted + report.jobs.concluded,
            working=sum(each.state in ("idle", "busy", "checking") for each in usual),
            workers=len(usual),
            uptime=int(report.uptime_seconds or 0) // 60 * 60,
            **self._day_facts(await self._days(0)),
            before=0 if yesterday is None else yesterday.recordings,
            model=report.model,
        )

    async def _days(self, ago: int) -> UsageGroupLine | None:
        """What was recognised on one day."""
        day = (datetime.now(self._zone) - timedelta(days=ago)).date().isoformat()
        groups = (await self.office.operations.perform(ShowUsage(days=ago + 1, by=UsageBy.DAY))).groups
        return next((group for group in groups if group.group == day), None)

    def _day_facts(self, line: UsageGroupLine | None) -> dict[str, int]:
        if line is None:
            return {"count": 0, "users": 0, "seconds": 0}
        return {"count": line.recordings, "users": line.users, "seconds": round(line.audio_seconds)}

    def _facts_of(self, report: UserReport) -> dict[str, int | str]:
        return {
            "name": f"@{report.username}" if report.username else "—",
            "id": str(report.user_id),
            "is_known": int(report.has_written),
            "is_banned": int(report.is_banned),
            "is_unlimited": int(report.is_unlimited),
            "plan": report.plan or "—",
            "used": report.used_today_seconds,
            "daily": report.daily_quota_seconds,
            "extra": report.extra_left_seconds,
            "count": report.recordings,
            "seconds": round(report.audio_seconds),
        }

    def _change(self, change: Change) -> str:
        value = spell(change.value)
        by = str(change.by) if change.by else "CLI"
        return f"{self._clock(change.at)} · {change.what} {value} · {by}"

    def _top_line(self, group: UsageGroupLine) -> str:
        return self._text("top-line", name=_name(group), count=group.recordings, seconds=round(group.audio_seconds))

    def _clock(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%d.%m %H:%M")

    @property
    def _zone(self) -> ZoneInfo:
        return self.office.live.quota.zone

    def _text(self, key: str, **facts: int | str) -> str:
        return self.office.words.get(self.language, key, **facts)

    # --- buttons ------------------------------------------------------------------------------------------------
    def _buttons_for(self, report: UserReport) -> Iterator[tuple[Button, ...]]:
        user_id = report.user_id
        yield tuple(
            Button(self._text("grant", seconds=seconds), f"{NAME}:grant:{user_id}:{seconds}")
            for seconds in GRANTS_SECONDS
        )
        unlimited = self._button(
            f"unlimited-{int(not report.is_unlimited)}", f"unlimited:{user_id}:{_not(report.is_unlimited)}"
        )
        yield self._button("plan", f"plans:{user_id}"), unlimited
        yield (self._button(f"ban-{int(not report.is_banned)}", f"ban:{user_id}:{_not(report.is_banned)}"),)

    @property
    def _back(self) -> Button:
        return self._button("back", "home")

    def _button(self, key: str, argument: str) -> Button:
        return Button(self._text(f"button-{key}"), f"{NAME}:{argument}")


def progress_reply(words: Words, language: str, progress: Progress, key: str, *, stops: int | None = None) -> Reply:
    """How many a broadcast has reached, with a button that stops the one of that number."""
    text = words.get(
        language,
        key,
        delivered=progress.delivered,
        blocked=progress.blocked,
        failed=progress.failed,
        strangers=progress.strangers,
        waiting=progress.waiting,
    )
    if stops is None:
        return Reply(text)
    return Reply(text, ((Button(words.get(language, "button-stop"), f"{NAME}:stop:{stops}"),),))


def _name(group: UsageGroupLine) -> str:
    return f"@{group.username}" if group.username else group.group


def _is_id(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text != "0"


def _not(value: bool) -> int:
    return int(not value)
