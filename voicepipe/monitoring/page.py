"""The status page: one document that needs nothing else, light or dark as the reader likes it, on any width.

It is made anew for each request and asks for itself again after a while; there is no script in it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from html import escape
from pathlib import Path

from voicepipe.control.messages import ActivityReport, HourLine, UsageLine
from voicepipe.domain.hosts import HostStatus
from voicepipe.measures import show_duration, show_size
from voicepipe.monitoring.charts import Bar, bars
from voicepipe.monitoring.health import Verdict
from voicepipe.monitoring.overview import Overview
from voicepipe.workers.member import WorkerStatus

REFRESH_SECONDS = 15
DAYS = 30
MOST_LANGUAGES = 8
SIGNS = {"warning": "⚠", "error": "✗"}
STAGES = ("waited", "fetched", "recognised", "delivered")
_STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""What a browser may load for it: its own style, and nothing else."""


def page(view: Overview) -> str:
    """The document."""
    return _document(
        _header(view),
        _tiles(view),
        _health(view.verdict),
        _workers(view),
        _hosts(view.hosts),
        *_of_late(view.activity, view),
        _stages(view),
        _refusals(view),
        _troubles(view),
        f"<footer>As of {view.at:%Y-%m-%d %H:%M:%S %Z}; it looks again every {REFRESH_SECONDS} s.</footer>",
    )


def starting_page(verdict: Verdict) -> str:
    """The document while the service is put together."""
    return _document("<header><h1>voicepipe</h1></header>", _health(verdict))


def _document(*parts: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}"><title>voicepipe</title>'
        f"<style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _header(view: Overview) -> str:
    badge = ("good", "✓ ready") if view.verdict.is_ok else ("bad", "✗ not ready")
    about = f"{view.version}, {view.model} ({view.profile}), running for {show_duration(view.uptime_seconds)}"
    return (
        f'<header><h1>voicepipe</h1><span class="badge {badge[0]}">{badge[1]}</span>'
        f'<span class="soft">{escape(about)}</span></header>'
    )


def _tiles(view: Overview) -> str:
    at_work = sum(view.number("workers", lane="usual", state=state) for state in ("idle", "busy", "checking"))
    usual = sum(not worker.is_express and not worker.host for worker in view.workers)
    today = view.activity.hours if view.activity else ()
    tiles = (
        (f"{view.number('queue_recordings'):.0f}", "wait for a worker"),
        (show_duration(view.number("queue_oldest_seconds")), "the oldest waits"),
        (f"{view.number('jobs_unfinished'):.0f} / {view.number('jobs_limit'):.0f}", "not answered yet"),
        (f"{at_work:.0f} / {usual}", "workers at work"),
        (f"{sum(hour.recordings for hour in today)}", "recordings in 24 h"),
        (show_size(view.number("disk_free_bytes")), "free on the disk"),
    )
    return '<div class="tiles">' + "".join(f"<div><b>{number}</b>{words}</div>" for number, words in tiles) + "</div>"


def _health(verdict: Verdict) -> str:
    lines = (
        f'<li><span class="{"good" if check.is_ok else "bad"}">{"✓" if check.is_ok else "✗"}</span>'
        f" {escape(check.name)}: {escape(check.words)}</li>"
        for check in verdict.checks
    )
    return _section("Health", f"<ul>{''.join(lines)}</ul>")


def _workers(view: Overview) -> str:
    headings = ("#", "State", ">Memory", ">Tasks", ">Deaths", ">Speed")
    return _section("Workers", _table(headings, [_worker(worker, view) for worker in view.workers]))


def _hosts(hosts: Sequence[HostStatus]) -> str:
    """Nothing where none are wanted."""
    headings = ("Host", "State", "Model", "Device", ">Busy", ">Done", ">Lost", ">Window", ">Silent", "Why")
    return _section("Other machines", _table(headings, [_host(host) for host in hosts])) if hosts else ""


def _host(host: HostStatus) -> tuple[str, ...]:
    is_here = host.slots > 0 or host.state in ("at_work", "draining")
    return (
        host.name,
        host.state.replace("_", " "),
        host.model,
        host.device,
        f"{host.busy} / {host.slots}" if is_here else "",
        str(host.done),
        str(host.lost),
        f"{host.part_seconds:.2f} s" if host.part_seconds else "",
        show_duration(host.silent_seconds) if is_here else "",
        host.reason,
    )


def _worker(worker: WorkerStatus, view: Overview) -> tuple[str, ...]:
    speed = view.speeds.get(worker.worker)
    return (
        f"{worker.worker}" + (" express" if worker.is_express else f" {worker.host}" if worker.host else ""),
        worker.state.value + ("" if worker.busy_seconds is None else f" {show_duration(worker.busy_seconds)}"),
        "" if worker.rss_bytes is None else show_size(worker.rss_bytes),
        str(worker.tasks_done),
        str(worker.deaths),
        f"{1 / speed:.1f} ×" if speed else "",
    )


def _of_late(activity: ActivityReport | None, view: Overview) -> Iterable[str]:
    if activity is None:
        yield _section("The last 30 days", '<p class="soft">The records do not answer just now.</p>')
        return
    hours, days = [_hour(line, view) for line in activity.hours], _days(activity.days, view)
    yield _section("The last 24 hours", bars("Recordings by hour", hours), _total(activity.hours))
    yield _section("The last 30 days", bars("Recordings by day", days), _total(activity.days))
    yield _languages(activity)


def _hour(line: HourLine, view: Overview) -> Bar:
    begin = line.begins_at.astimezone(view.at.tzinfo)
    return Bar(f"{begin:%H:%M}", line.recordings, _did(line.recordings, line.audio_seconds))


def _days(lines: Sequence[UsageLine], view: Overview) -> list[Bar]:
    """Each day, also those on which nothing was done."""
    known = {line.day: line for line in lines}
    days = [view.at.date() - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return [_day(day, known.get(day)) for day in days]


def _day(day: date, line: UsageLine | None) -> Bar:
    if line is None:
        return Bar(f"{day:%d %b}", 0, "nothing")
    words = f"{_did(line.recordings, line.audio_seconds)}, {line.users} people"
    return Bar(f"{day:%d %b}", line.recordings, words)


def _languages(activity: ActivityReport) -> str:
    everything = sum(line.recordings for line in activity.languages) or 1
    rows = [
        (line.group, f"{line.recordings}", show_duration(line.audio_seconds), f"{line.recordings / everything:.0%}")
        for line in activity.languages[:MOST_LANGUAGES]
    ]
    return _section("Languages", _table(("Language", ">Recordings", ">Audio", ">Share"), rows), "of 30 days")


def _stages(view: Overview) -> str:
    rows = []
    for stage in STAGES:
        count = view.number("stage_seconds_count", stage=stage)
        mean = view.number("stage_seconds_sum", stage=stage) / count if count else None
        rows.append((stage, f"{count:.0f}", "" if mean is None else f"{mean:.2f} s"))
    return _section("Stages", _table(("Stage", ">Jobs", ">Mean"), rows), "since the start")


def _refusals(view: Overview) -> str:
    refused = [(line.group, line.recordings) for line in view.activity.refusals] if view.activity else []
    rows = [("refused in 30 days", why.replace("_", " "), f"{count}") for why, count in refused]
    failed = [pair for pair in view.series("recordings_concluded_total") if pair[0] not in ("recognised", "known")]
    rows += [("failed since the start", why.replace("_", " "), f"{count:.0f}") for why, count in failed]
    return _section("Refused and failed", _table(("", "Why", ">Times"), rows))


def _troubles(view: Overview) -> str:
    now = view.at.timestamp()
    rows = [
        (f"{SIGNS[each.severity]} {each.words}", f"{each.times}", show_duration(max(0.0, now - each.at)))
        for each in view.troubles
    ]
    return _section("Troubles of late", _table(("What", ">Times", ">Ago"), rows), "⚠ warning, ✗ error")


def _section(title: str, body: str, note: str = "") -> str:
    small = f" <small>{escape(note)}</small>" if note else ""
    return f"<section><h2>{escape(title)}{small}</h2>{body}</section>"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A heading that begins with > is over numbers."""
    if not rows:
        return '<p class="soft">Nothing.</p>'
    marks = [' class="n"' if heading.startswith(">") else "" for heading in headings]
    names = [heading.removeprefix(">") for heading in headings]
    head = "".join(f"<th{mark}>{escape(name)}</th>" for name, mark in zip(names, marks, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{mark}>{escape(cell)}</td>" for cell, mark in zip(row, marks, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _did(recordings: int, audio_seconds: float) -> str:
    return f"{recordings} recordings, {show_duration(audio_seconds)} of audio"


def _total(lines: Sequence[HourLine] | Sequence[UsageLine]) -> str:
    return _did(sum(line.recordings for line in lines), sum(line.audio_seconds for line in lines))
