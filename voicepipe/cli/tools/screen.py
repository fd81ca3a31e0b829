"""The screen of `voicepipe status --watch`: queue, workers, links, today against yesterday, and what went wrong.

It takes the whole terminal and no more: what has no room is counted. Colours are the terminal's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.console import Group
from rich.table import Table
from rich.text import Text

from voicepipe.cli.tools.words import show_duration, show_person, show_size

if TYPE_CHECKING:
    from rich.console import RenderableType

    from voicepipe.cli.tools.watching import View
    from voicepipe.control.messages import ActivityReport, StatusReport, UsageLine, WorkerReport
    from voicepipe.control.work import JobLine
    from voicepipe.domain.hosts import HostStatus

WIDE = 110
"""Signs from which on there are two columns."""
SILENT_SECONDS = 60.0
"""Telegram is asked more often than that."""
MOST_LAG = 1000
"""Entries that the records may be behind the journal."""
GAP = 2
"""Between columns."""
MOST_OF_NAME = 20
LEAST_OF_LAST = 8
"""Signs of a last column that are worth their room."""
BARS = " ▁▂▃▄▅▆▇█"
STYLES = {
    "busy": "green",
    "checking": "green",
    "idle": "dim",
    "at_work": "green",
    "draining": "yellow",
    "refused": "red",
    "barred": "bold red",
    "gone": "yellow",
    "starting": "yellow",
    "backoff": "yellow",
    "failed": "bold red",
    "error": "red",
    "warning": "yellow",
    "recognising": "green",
    "delivering": "green",
}
"""By states, stages, and sorts of trouble."""


class Screen:
    """Draws what an operator sees."""

    def __init__(self, zone: tzinfo, quota_zone: tzinfo) -> None:
        """`zone` is the operator's; days are counted in `quota_zone`."""
        self._zone = zone
        self._quota_zone = quota_zone

    def draw(self, view: View, width: int, height: int) -> RenderableType:
        """All of it, in so many columns and lines."""
        head = [*self._head(view, width), Text()]
        if view.status is None:
            return Group(*head)
        if width >= WIDE:
            return Group(*head, self._in_two(view, (width - GAP) // 2, height - len(head)))
        return Group(*head, *self._in_one(view, width, height - len(head)))

    def _in_two(self, view: View, width: int, height: int) -> Table:
        workers, today = self._machines(view, width, height // 3), self._today(view, width)
        table = Table.grid(padding=(0, GAP, 0, 0))
        table.add_column(width=width)
        table.add_column(width=width)
        table.add_row(
            Group(workers, Text(), self._queue(view, width, height - _lines(workers) - 1)),
            Group(today, Text(), self._late(view, width, height - _lines(today) - 1)),
        )
        return table

    def _in_one(self, view: View, width: int, height: int) -> list[RenderableType]:
        workers, today = self._machines(view, width, height // 3), self._today(view, width)
        room = height - _lines(workers) - _lines(today) - 3
        queue = self._queue(view, width, max(room - _LEAST_LINES, room // 2))
        late = self._late(view, width, room - _lines(queue))
        return [queue, Text(), workers, Text(), today, Text(), late]

    # --- head ---------------------------------------------------------------------------------------------------
    def _head(self, view: View, width: int) -> list[Text]:
        now, status = view.at.astimezone(self._zone).strftime("%H:%M:%S %Z"), view.status
        said = "voicepipe"
        if status is not None and status.uptime_seconds is not None:
            said = f"voicepipe {status.version}, {status.model}, running for {show_duration(status.uptime_seconds)}"
        title = Text(said, style="bold")
        title.truncate(max(1, width - len(now) - GAP), overflow="ellipsis", pad=True)
        title.append(" " * GAP + now, style="not bold dim")
        if view.silence:
            return [title, Text(f"● {view.silence}", style="bold red")]
        links = Text(" " * GAP).join(_link(*each) for each in _links(view))
        links.truncate(width, overflow="ellipsis")
        return [title, links]

    # --- work ---------------------------------------------------------------------------------------------------
    def _queue(self, view: View, width: int, height: int) -> Group:
        oldest, waiting = view.number("queue_oldest_seconds"), int(view.number("queue_recordings"))
        words = f"{waiting} waiting" + (f", the oldest for {show_duration(oldest)}" if waiting else "")
        unfinished, limit = int(view.number("jobs_unfinished")), int(view.number("jobs_limit"))
        words += f"; {unfinished} of {limit} places taken"
        rows = [_job_row(job) for job in view.jobs]
        headings = ("WHO", "STAGE", ">SINCE", ">TO GO", ">LENGTH", "JOB")
        return _section("Queue", words, headings, rows, width, height, total=max(unfinished, len(rows)))

    def _machines(self, view: View, width: int, height: int) -> Group:
        """The workers, and the other machines where there are any."""
        hosts = view.status.hosts if view.status else ()
        if not hosts:
            return self._workers(view, width, height)
        shown = self._hosts(hosts, width, max(_LEAST_LINES, height // 2))
        return Group(*shown.renderables, Text(), *self._workers(view, width, height - _lines(shown) - 1).renderables)

    def _hosts(self, hosts: Sequence[HostStatus], width: int, height: int) -> Group:
        at_work = sum(host.state == "at_work" for host in hosts)
        headings = ("HOST", "STATE", ">BUSY", ">WINDOW", ">DONE", ">LOST", "MODEL")
        words = f"{at_work} of {len(hosts)} at work"
        return _section("Other machines", words, headings, [_host_row(host) for host in hosts], width, height)

    def _workers(self, view: View, width: int, height: int) -> Group:
        workers = view.status.workers if view.status else ()
        busy = sum(worker.state == "busy" for worker in workers)
        rows = [_worker_row(worker, view.jobs) for worker in workers]
        headings = (">", "STATE", ">FOR", ">SPEED", ">MEMORY", "WITH")
        return _section("Workers", f"{busy} of {len(workers)} busy", headings, rows, width, height)

    # --- what was -----------------------------------------------------------------------------------------------
    def _today(self, view: View, width: int) -> Group:
        activity = view.activity
        if activity is None:
            return Group(Text("Today", style="bold"))
        now = view.at.astimezone(self._quota_zone)
        days = {line.day: line for line in activity.days}
        named = {"today": now.date(), "yesterday": now.date() - timedelta(days=1)}
        rows = [(name, *_day_row(days.get(day))) for name, day in named.items()]
        headings = ("", ">RECORDINGS", ">AUDIO", ">ANSWERED IN", ">USERS")
        return Group(_section("Today", _until_now(view.status), headings, rows, width), _hours(activity, width))

    def _late(self, view: View, width: int, height: int) -> Group:
        refused = sum(group.recordings for group in view.activity.refusals) if view.activity else 0
        words = f"{refused} refused since yesterday" if view.troubles or refused else "nothing went wrong"
        rows = [(self._when(each.at, view.at), _styled(each.sort), each.who, each.words) for each in view.troubles]
        return _section("Of late", words, ("", "", "", ""), rows, width, height)

    def _when(self, instant: datetime, now: datetime) -> Text:
        then, today = instant.astimezone(self._zone), now.astimezone(self._zone).date()
        return Text(then.strftime("%H:%M:%S" if then.date() == today else "%m-%d %H:%M"), style="dim")


# --- sections -------------------------------------------------------------------------------------------------------
_LEAST_LINES = 5
"""Of what went wrong, where there is much else."""

Cells = tuple[str | Text, ...]


def _section(
    title: str,
    words: str,
    headings: Sequence[str],
    rows: Sequence[Cells],
    width: int,
    height: int | None = None,
    *,
    total: int | None = None,
) -> Group:
    """A title, and a table of as many rows as have room; `total` is how many there are where not all are given."""
    heading = Text.assemble((title, "bold"), f"  {words}")
    heading.truncate(width, overflow="ellipsis")
    total = len(rows) if total is None else total
    firm = 1 + any(headings)
    room = len(rows) if height is None else max(1, height - firm - (firm + total > height))
    if not rows:
        return Group(heading)
    table = _table(headings, rows[:room], width)
    left_out = total - min(room, len(rows))
    return Group(heading, table, *([Text(f"and {left_out} more", style="dim")] if left_out else []))


def _lines(section: Group) -> int:
    """How high it is: none of its lines is wrapped."""
    return sum(_height(each) for each in section.renderables)


def _height(part: object) -> int:
    if isinstance(part, Group):
        return _lines(part)
    return part.row_count + part.show_header if isinstance(part, Table) else 1


def _table(headings: Sequence[str], rows: Sequence[Cells], width: int) -> Table:
    """The most important columns come first: the last that has room gives way, and what follows it is left out.

    Headings that start with `>` are of numbers.
    """
    widths = [max(cell_len(str(cell)) for cell in column) for column in zip(_words(headings), *rows, strict=True)]
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim", show_header=any(headings))
    used = columns = 0
    for heading, wanted in zip(headings, widths, strict=True):
        room = width - used
        if min(wanted, LEAST_OF_LAST) > room:
            break
        justify: Literal["left", "right"] = "right" if heading.startswith(">") else "left"
        table.add_column(heading.lstrip(">"), justify=justify, no_wrap=True, width=min(wanted, room))
        used, columns = used + wanted + GAP, columns + 1
    for row in rows:
        table.add_row(*row[:columns])
    return table


def _words(headings: Sequence[str]) -> list[str]:
    return [heading.lstrip(">") for heading in headings]


# --- parts ----------------------------------------------------------------------------------------------------------
def _styled(word: str) -> Text:
    return Text(word, style=STYLES.get(word.split(" ", 1)[0], ""))


def _links(view: View) -> Iterator[tuple[bool, str]]:
    """What must be for all to go well: whether it is, and in words."""
    silent = view.number("telegram_silent_seconds")
    if not view.number("telegram_connected"):
        yield False, "Telegram is away"
    elif silent > SILENT_SECONDS:
        yield False, f"Telegram is silent for {show_duration(silent)}"
    else:
        yield True, "Telegram"
    if view.status is not None and view.status.is_message_server_there is not None:
        is_there = view.status.is_message_server_there
        yield is_there, "message server" if is_there else "the message server is away"
    free = view.number("disk_free_bytes")
    yield free > view.number("disk_reserve_bytes"), f"disk {show_size(free)}"
    lag = view.number("records_lag_entries")
    yield lag < MOST_LAG, f"records {lag:.0f} behind" if lag else "records"
    sandbox = view.status.sandbox if view.status else None
    if sandbox not in (None, "off"):
        yield sandbox == "on", "sandbox" if sandbox == "on" else f"sandbox not in force: {sandbox}"


def _link(is_well: bool, words: str) -> Text:
    return Text.assemble(("● ", "green" if is_well else "red"), (words, "" if is_well else "bold red"))


def _job_row(job: JobLine) -> Cells:
    stage = job.stage or job.state
    if job.share_done is not None:
        stage = f"{stage} {job.share_done:.0%}"
    elif job.before:
        stage = f"{stage}, {job.before} before"
    length = "" if job.declared_seconds is None else show_duration(job.declared_seconds)
    return _who(job), _styled(stage), show_duration(job.lasted_seconds), _to_go(job), length, job.job


def _who(job: JobLine) -> str:
    name = show_person(job.user_id, job.username)
    return name if len(name) <= MOST_OF_NAME else f"{name[: MOST_OF_NAME - 1]}…"


def _to_go(job: JobLine) -> str | Text:
    """How much of the predicted time is left."""
    if job.predicted_seconds is None:
        return ""
    left = job.predicted_seconds - job.lasted_seconds
    return show_duration(left) if left >= 0 else Text(f"{show_duration(-left)} late", style="yellow")


def _worker_row(worker: WorkerReport, jobs: Sequence[JobLine]) -> Cells:
    speed = worker.real_time_factor
    return (
        str(worker.worker),
        _styled(worker.state + (" (express)" if worker.is_express else f" ({worker.host})" if worker.host else "")),
        "" if worker.busy_seconds is None else show_duration(worker.busy_seconds),
        f"{1 / speed:.1f} ×" if speed else "",
        "" if worker.rss_bytes is None else show_size(worker.rss_bytes),
        ", ".join(_whose(key, jobs) for key in worker.doing),
    )


def _host_row(host: HostStatus) -> Cells:
    return (
        host.name,
        _styled(host.state),
        f"{host.busy}/{host.slots}" if host.slots else "",
        f"{host.part_seconds:.2f} s" if host.part_seconds else "",
        str(host.done),
        str(host.lost),
        host.model or host.reason,
    )


def _whose(key: str, jobs: Sequence[JobLine]) -> str:
    return next((f"{_who(job)} {key}" for job in jobs if job.job == key and job.username), key)


def _day_row(line: UsageLine | None) -> tuple[str, ...]:
    if line is None:
        return "0", show_duration(0), "", "0"
    answered = f"{line.mean_total_seconds:.1f} s"
    return str(line.recordings), show_duration(line.audio_seconds), answered, str(line.users)


def _until_now(status: StatusReport | None) -> str:
    """Today's recordings against yesterday's until the same time."""
    days = (status.today, status.yesterday) if status else (None, None)
    today, before = (line.recordings if line else 0 for line in days)
    return f"{today} recordings; {before} by this time yesterday"


def _hours(activity: ActivityReport, width: int) -> Text:
    """The last 24 hours' recordings as bars."""
    counts = [hour.recordings for hour in activity.hours[-24:]]
    most = max(counts, default=0)
    bars = "".join(BARS[max(1, round(count / most * (len(BARS) - 1))) if count else 0] for count in counts)
    line = Text.assemble((bars, "green"), (f"  the last 24 hours, at most {most} in one", "dim"))
    line.truncate(width, overflow="ellipsis")
    return line
