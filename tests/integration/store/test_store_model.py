"""Random lives of a store against a model that fits in a few dictionaries: jobs, operators, days, reopenings."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.store.tools import Clock, job, transcript, usage
from voicepipe.config import LimitsConfig, QuotaConfig
from voicepipe.domain.admission import Accepted, Claim, Load, charge, decide, reserve_more
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.quota import Reservation
from voicepipe.domain.transcripts import Failure, FailureReason, Transcript
from voicepipe.store import Store

T = TypeVar("T")

LIMITS = LimitsConfig()
USERS = (1, 2)
users = st.sampled_from(USERS)
choices = st.integers(0, 1000)


class StoreLife(RuleBasedStateMachine):
    """Every rule does one thing to the store and to the model; every invariant compares the two."""

    def __init__(self) -> None:
        super().__init__()
        self.state_dir = Path(tempfile.mkdtemp(prefix="store-"))
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.default_quota = 60
        self.messages = 0
        self.requests: list[str] = []
        self.quota: dict[int, int | None] = {}
        self.unlimited: set[int] = set()
        self.extra = dict.fromkeys(USERS, 0)
        self.taken: dict[tuple[int, date], int] = {}
        self.traced: dict[tuple[int, date], int] = {}
        self.accepted: dict[JobKey, Job] = {}
        self.concluded: dict[JobKey, Job] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def open(self) -> None:
        quota = QuotaConfig(daily_seconds=self.default_quota, time_zone="Europe/Moscow")
        self.store = self.run(Store.open(self.state_dir, quota, clock=self.clock))

    def teardown(self) -> None:
        self.run(self.store.close())
        self.loop.close()
        shutil.rmtree(self.state_dir)

    def move(self, user_id: int, reservation: Reservation, sign: int) -> None:
        self.extra[user_id] -= sign * reservation.extra_seconds
        pot = (user_id, reservation.quota_day)
        self.taken[pot] = self.taken.get(pot, 0) + sign * reservation.daily_seconds

    # --- jobs ------------------------------------------------------------------------------------------------------
    @rule(user_id=users, declared=st.none() | st.integers(0, 80))
    def accept(self, user_id: int, declared: int | None) -> None:
        claim = Claim(declared, file_bytes=1, age_seconds=0.0)
        load = Load(self.store.jobs.admitted(), self.store.jobs.admitted_of(user_id), free_disk_bytes=2**40)
        answer = decide(claim, self.store.accounts.balance(user_id), load, limits=LIMITS, max_age_seconds=1.0)
        if isinstance(answer, Accepted):
            self.messages += 1
            new = replace(job(self.messages, user_id=user_id), reservation=answer.reservation)
            assert self.run(self.store.jobs.accept(new))
            self.accepted[new.key] = new
            self.move(user_id, answer.reservation, 1)

    @precondition(lambda self: self.accepted or self.concluded)
    @rule(choice=choices)
    def accept_twice(self, choice: int) -> None:
        known = pick({**self.accepted, **self.concluded}, choice)
        assert not self.run(self.store.jobs.accept(replace(known, reservation=Reservation(date(2026, 3, 1), 7, 0))))

    @precondition(lambda self: self.accepted)
    @rule(choice=choices, decoded=st.floats(1, 120))
    def reserve_again(self, choice: int, decoded: float) -> None:
        old = pick(self.accepted, choice)
        answer = reserve_more(decoded, old.reservation, self.store.accounts.balance(old.user_id), LIMITS)
        if isinstance(answer, Accepted):
            new = self.run(self.store.jobs.reserve_again(old, answer.reservation))
            assert new == replace(old, reservation=answer.reservation)
            self.accepted[old.key] = new
            self.move(old.user_id, old.reservation, -1)
            self.move(old.user_id, new.reservation, 1)

    @precondition(lambda self: self.accepted)
    @rule(choice=choices, decoded=st.floats(0.1, 120), recognised=st.booleans())
    def conclude(self, choice: int, decoded: float, recognised: bool) -> None:
        old = pick(self.accepted, choice)
        charged = charge(decoded, old.reservation) if recognised else 0
        outcome = transcript(seconds=decoded) if recognised else Failure(FailureReason.NO_SPEECH, decoded)
        used = usage(decoded) if recognised else None
        new = self.run(self.store.jobs.conclude(old, outcome, charged_seconds=charged, usage=used))
        self.concluded[old.key] = new
        del self.accepted[old.key]
        self.move(old.user_id, old.reservation, -1)
        self.move(old.user_id, old.reservation.settled_to(charged), 1)

    @precondition(lambda self: self.concluded)
    @rule(choice=choices)
    def conclude_twice(self, choice: int) -> None:
        known = pick(self.concluded, choice)
        outcome = Failure(FailureReason.INTERNAL)
        assert self.run(self.store.jobs.conclude(known, outcome, charged_seconds=0, usage=None)) == known

    @precondition(lambda self: self.concluded)
    @rule(choice=choices)
    def finish(self, choice: int) -> None:
        known = pick(self.concluded, choice)
        self.run(self.store.jobs.mark_done(known.key))
        self.run(self.store.jobs.mark_done(known.key))
        del self.concluded[known.key]

    @precondition(lambda self: self.concluded)
    @rule(choice=choices)
    def give_back(self, choice: int) -> None:
        known = pick(self.concluded, choice)
        self.run(self.store.jobs.mark_unanswered(known.key))
        self.run(self.store.jobs.mark_unanswered(known.key))
        self.run(self.store.jobs.mark_done(known.key))
        del self.concluded[known.key]
        if isinstance(known.outcome, Transcript):
            charged = charge(known.outcome.audio_seconds, known.reservation)
            self.move(known.user_id, known.reservation.settled_to(charged), -1)

    @rule(user_id=users)
    def forget(self, user_id: int) -> None:
        today = self.store.accounts.balance(user_id).quota_day
        unfinished = [job for job in (self.accepted | self.concluded).values() if job.user_id == user_id]
        assert self.run(self.store.forgetting.forget(user_id)).unfinished == len(unfinished)
        if not unfinished:
            pot = (user_id, today)
            self.traced[pot] = self.traced.get(pot, 0) + self.taken.get(pot, 0)
            self.taken = {other: seconds for other, seconds in self.taken.items() if other[0] != user_id}
            self.extra[user_id] = 0
            self.quota.pop(user_id, None)
            self.unlimited.discard(user_id)

    # --- the operator ----------------------------------------------------------------------------------------------
    def request_id(self) -> str:
        self.requests.append(str(len(self.requests)))
        return self.requests[-1]

    @rule(user_id=users, seconds=st.none() | st.integers(0, 100))
    def set_quota(self, user_id: int, seconds: int | None) -> None:
        assert self.run(self.store.accounts.set_quota(user_id, seconds, request_id=self.request_id()))
        self.quota[user_id] = seconds

    @rule(user_id=users, seconds=st.integers(1, 100))
    def grant(self, user_id: int, seconds: int) -> None:
        assert self.run(self.store.accounts.grant(user_id, seconds, request_id=self.request_id()))
        self.extra[user_id] += seconds

    @rule(user_id=users, value=st.booleans())
    def set_unlimited(self, user_id: int, value: bool) -> None:
        assert self.run(self.store.accounts.set_unlimited(user_id, value, request_id=self.request_id()))
        (self.unlimited.add if value else self.unlimited.discard)(user_id)

    @precondition(lambda self: self.requests)
    @rule(choice=choices, user_id=users)
    def repeat_request(self, choice: int, user_id: int) -> None:
        request_id = self.requests[choice % len(self.requests)]
        assert not self.run(self.store.accounts.grant(user_id, 1000, request_id=request_id))

    # --- the world -------------------------------------------------------------------------------------------------
    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @rule(default_quota=st.integers(0, 100), lose_records=st.booleans())
    def reopen(self, default_quota: int, lose_records: bool) -> None:
        self.run(self.store.close())
        if lose_records:
            (self.state_dir / "records.duckdb").unlink(missing_ok=True)
        self.default_quota = default_quota
        self.open()

    @rule()
    def check(self) -> None:
        assert self.run(self.store.reports.check()) == []
        for row in self.run(self.store.reports.users()):
            today = self.store.accounts.balance(row.user_id).quota_day
            assert row.used_today_seconds == self.taken.get((row.user_id, today), 0)
            assert row.extra_left_seconds == self.extra[row.user_id]

    # --- what must hold ----------------------------------------------------------------------------------------------
    @invariant()
    def balances_agree(self) -> None:
        for user_id in USERS:
            balance = self.store.accounts.balance(user_id)
            own = self.quota.get(user_id)
            quota = self.default_quota if own is None else own
            pot = (user_id, balance.quota_day)
            left = quota - self.taken.get(pot, 0) - self.traced.get(pot, 0)
            assert balance.daily_left_seconds == max(0, left)
            assert balance.extra_left_seconds == self.extra[user_id] >= 0
            assert balance.is_unlimited is (user_id in self.unlimited)

    @invariant()
    def unfinished_jobs_agree(self) -> None:
        expected = sorted([*self.accepted.values(), *self.concluded.values()], key=lambda job: job.key.message_id)
        assert self.run(self.store.jobs.unfinished()) == expected
        assert self.store.jobs.admitted() == len(expected)
        for user_id in USERS:
            assert self.store.jobs.admitted_of(user_id) == sum(job.user_id == user_id for job in expected)


def pick(jobs: dict[JobKey, Job], choice: int) -> Job:
    return list(jobs.values())[choice % len(jobs)]


StoreLife.TestCase.settings = settings(
    max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStoreLife = StoreLife.TestCase
