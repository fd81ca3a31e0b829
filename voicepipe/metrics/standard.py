"""The metrics of voicepipe. To add one, declare it here: it is counted, and shown by `voicepipe status --json`."""

from __future__ import annotations

from voicepipe.domain.admission import RefusalReason
from voicepipe.domain.jobs import RecordingKind
from voicepipe.domain.payments import Fault
from voicepipe.domain.transcripts import FailureReason
from voicepipe.events import (
    BackgroundError,
    CaughtUp,
    CheckoutAnswered,
    DiskIsFull,
    FloodWaited,
    HostJoined,
    HostLeft,
    InvariantBroken,
    JobAccepted,
    JobConcluded,
    JobDelivered,
    JobUndeliverable,
    JournalCommitted,
    OrderBegun,
    PaymentBooked,
    PaymentsReconciled,
    PositionLost,
    PredictionMet,
    QuotaMoved,
    RecordingRefused,
    RecordsRebuilt,
    RequestRetried,
    ServiceReady,
    SessionRestarted,
    StageDone,
    TaskDone,
    TextMade,
    WorkerDied,
    WorkerFailed,
    WorkerReady,
)
from voicepipe.metrics.registry import Kind, Metric, declare

SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)
"""Bounds for what people wait for."""
COMMIT_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
OUTCOMES = ("recognised", "known", *FailureReason)
PAYMENTS = ("credited", "refunded", *(fault for fault in Fault if fault not in (Fault.ASKED, Fault.ELSEWHERE)))
"""What payments come to: the rest is given back, and why."""
DEATHS = ("died", "deadline", "slow_start", "boot_failed", "silent", "unfit", "nonsense", "stopping")
"""Why workers end, as the life of a worker has it."""


def _each(*values: str) -> tuple[tuple[str, ...], ...]:
    """The known values of a single label."""
    return tuple((str(value),) for value in values)


STANDARD = (
    # Recordings
    Metric(
        name="voicepipe_recordings_accepted_total",
        help="Recordings that became jobs",
        event=JobAccepted,
        labels=("kind",),
        known=_each(*RecordingKind),
    ),
    Metric(
        name="voicepipe_recordings_refused_total",
        help="Recordings that were refused",
        event=RecordingRefused,
        labels=("reason",),
        known=_each(*RefusalReason),
    ),
    Metric(
        name="voicepipe_recordings_concluded_total",
        help="Jobs whose outcome is recorded",
        event=JobConcluded,
        labels=("outcome",),
        known=_each(*OUTCOMES),
    ),
    Metric(
        name="voicepipe_recording_audio_seconds_total",
        help="Seconds of audio in concluded jobs, as far as they were decoded",
        event=JobConcluded,
        value="audio_seconds",
        labels=("outcome",),
        known=_each(*OUTCOMES),
    ),
    Metric(
        name="voicepipe_recording_compute_seconds_total",
        help="CPU seconds that workers spent on recognised recordings",
        event=JobConcluded,
        value="compute_seconds",
    ),
    Metric(
        name="voicepipe_recording_total_seconds",
        help="Seconds from a recording's acceptance until its outcome was recorded",
        event=JobConcluded,
        kind=Kind.HISTOGRAM,
        value="total_seconds",
        buckets=SECONDS,
    ),
    Metric(
        name="voicepipe_stage_seconds",
        help="Seconds that jobs took for a stage: waited for a worker, fetched, recognised, delivered",
        event=StageDone,
        kind=Kind.HISTOGRAM,
        value="seconds",
        labels=("stage",),
        known=_each("waited", "fetched", "recognised", "delivered"),
        buckets=SECONDS,
    ),
    Metric(
        name="voicepipe_prediction_error_seconds",
        help="How far the time that a recording took is from what was predicted, either way",
        event=PredictionMet,
        kind=Kind.HISTOGRAM,
        value="error_seconds",
        buckets=SECONDS,
    ),
    Metric(name="voicepipe_answers_delivered_total", help="Answers put into chats", event=JobDelivered),
    Metric(
        name="voicepipe_answers_undeliverable_total",
        help="Answers and refusals that Telegram does not let into the chat any more",
        event=JobUndeliverable,
    ),
    Metric(
        name="voicepipe_texts_made_total",
        help="What was made of texts, as summaries, by who made it or why nothing came of it",
        event=TextMade,
        labels=("kind", "outcome"),
    ),
    # Payments
    Metric(name="voicepipe_orders_total", help="Invoices that somebody was given", event=OrderBegun),
    Metric(
        name="voicepipe_checkouts_total",
        help="Times that Telegram was told whether somebody may pay: allowed, or why not",
        event=CheckoutAnswered,
        labels=("outcome",),
        known=_each("allowed", *Fault),
    ),
    Metric(
        name="voicepipe_payments_total",
        help="Payments that were credited, that were refunded, or why one is given back at once",
        event=PaymentBooked,
        labels=("outcome",),
        known=_each(*PAYMENTS),
    ),
    Metric(
        name="voicepipe_payment_stars_total",
        help="Stars of these payments",
        event=PaymentBooked,
        value="stars",
        labels=("outcome",),
        known=_each(*PAYMENTS),
    ),
    Metric(
        name="voicepipe_payments_missed_total",
        help="Payments and refunds that only Telegram's list told of, and that are booked since",
        event=PaymentsReconciled,
        value="missing",
    ),
    Metric(
        name="voicepipe_refund_waits_seconds",
        help="Seconds that Telegram has not given back a charge that it is asked to; 0 where there is none",
        kind=Kind.GAUGE,
    ),
    # Workers
    Metric(
        name="voicepipe_worker_starts_total",
        help="Workers that became ready, by why they were started",
        event=WorkerReady,
        labels=("reason",),
        known=_each("start", "death", "replacement"),
    ),
    Metric(
        name="voicepipe_worker_deaths_total",
        help="Worker processes that ended though they should not",
        event=WorkerDied,
        labels=("cause",),
        known=_each(*DEATHS),
    ),
    Metric(name="voicepipe_workers_given_up_total", help="Workers that died too often", event=WorkerFailed),
    Metric(
        name="voicepipe_host_joins_total",
        help="Times that another machine began to work for the service",
        event=HostJoined,
    ),
    Metric(
        name="voicepipe_host_losses_total",
        help="Times that another machine's workers were lost to it, by why",
        event=HostLeft,
        labels=("cause",),
        known=_each("farewell", "silent", "restarted", "returned", "refused", "nonsense", "stopping"),
    ),
    Metric(
        name="voicepipe_task_parts",
        help="Parts of recordings that a worker was given at once, and did together",
        event=TaskDone,
        kind=Kind.HISTOGRAM,
        value="parts",
        buckets=(1.0, 2.0, 4.0, 8.0, 16.0),
    ),
    Metric(
        name="voicepipe_task_speech_seconds_total",
        help="Seconds of speech in them",
        event=TaskDone,
        value="audio_seconds",
    ),
    Metric(
        name="voicepipe_task_wall_seconds",
        help="Seconds that workers took for a task",
        event=TaskDone,
        kind=Kind.SUMMARY,
        value="wall_seconds",
    ),
    # Telegram
    Metric(
        name="voicepipe_flood_waits_total",
        help="Times that Telegram asked for a pause",
        event=FloodWaited,
        labels=("method",),
    ),
    Metric(
        name="voicepipe_flood_wait_seconds_total",
        help="Seconds of these pauses",
        event=FloodWaited,
        value="seconds",
    ),
    Metric(
        name="voicepipe_request_retries_total",
        help="Requests to Telegram that were sent again",
        event=RequestRetried,
        labels=("method", "cause"),
    ),
    Metric(
        name="voicepipe_sessions_restarted_total",
        help="Connections to Telegram that were made anew because it did not answer",
        event=SessionRestarted,
    ),
    Metric(
        name="voicepipe_messages_caught_up_total",
        help="Messages that were fetched because Telegram had not pushed them",
        event=CaughtUp,
        value="messages",
    ),
    Metric(
        name="voicepipe_positions_lost_total",
        help="Times that Telegram could not tell what was missed",
        event=PositionLost,
    ),
    # The store and the service
    Metric(
        name="voicepipe_journal_commit_seconds",
        help="Seconds that a transaction of the journal took until it was on the disk",
        event=JournalCommitted,
        kind=Kind.HISTOGRAM,
        value="seconds",
        buckets=COMMIT_SECONDS,
    ),
    Metric(
        name="voicepipe_quota_seconds_total",
        help="Seconds of quota that were reserved, given back (settled, refunded), granted or bought",
        event=QuotaMoved,
        value="seconds",
        labels=("kind",),
        known=_each("reserve", "settle", "refund", "grant", "purchase", "take_back"),
    ),
    Metric(
        name="voicepipe_records_rebuilt_total",
        help="Times that the records were built again from the journal",
        event=RecordsRebuilt,
    ),
    Metric(
        name="voicepipe_disk_full_total",
        help="Times that something could not be kept because the disk was full",
        event=DiskIsFull,
    ),
    Metric(
        name="voicepipe_invariants_broken",
        help="Contradictions that the latest check of the books found",
        event=InvariantBroken,
        kind=Kind.GAUGE,
        value="violations",
    ),
    Metric(
        name="voicepipe_background_errors_total",
        help="Unimportant things that failed",
        event=BackgroundError,
        labels=("what",),
    ),
    Metric(
        name="voicepipe_start_seconds",
        help="How long the start of the service took",
        event=ServiceReady,
        kind=Kind.GAUGE,
        value="start_seconds",
    ),
    # Read when they are asked for
    Metric(
        name="voicepipe_info",
        help="1; its labels say what runs",
        kind=Kind.GAUGE,
        labels=("version", "model", "profile"),
    ),
    Metric(name="voicepipe_uptime_seconds", help="Seconds since the service started", kind=Kind.GAUGE),
    Metric(name="voicepipe_queue_recordings", help="Recordings that no worker has yet", kind=Kind.GAUGE),
    Metric(
        name="voicepipe_queue_oldest_seconds",
        help="Seconds since the oldest of them was accepted; 0 where there is none",
        kind=Kind.GAUGE,
    ),
    Metric(name="voicepipe_jobs_unfinished", help="Recordings accepted and not answered yet", kind=Kind.GAUGE),
    Metric(name="voicepipe_jobs_limit", help="How many of these there may be", kind=Kind.GAUGE),
    Metric(
        name="voicepipe_workers",
        help="Workers by what they are for and what they do",
        kind=Kind.GAUGE,
        labels=("lane", "state"),
    ),
    Metric(
        name="voicepipe_host_slots",
        help="Tasks that another machine takes at once, by whether it is at work",
        kind=Kind.GAUGE,
        labels=("host", "state"),
    ),
    Metric(
        name="voicepipe_worker_memory_bytes",
        help="Resident memory of a worker at its last heartbeat",
        kind=Kind.GAUGE,
        labels=("worker",),
    ),
    Metric(
        name="voicepipe_worker_real_time_factor",
        help="Seconds of work for a second of speech, as of late",
        kind=Kind.GAUGE,
        labels=("worker",),
    ),
    Metric(
        name="voicepipe_worker_busy_seconds",
        help="Seconds that a worker has been at its task",
        kind=Kind.GAUGE,
        labels=("worker",),
    ),
    Metric(
        name="voicepipe_telegram_connected",
        help="1 while there is a connection to Telegram, else 0",
        kind=Kind.GAUGE,
    ),
    Metric(
        name="voicepipe_telegram_silent_seconds",
        help="Seconds since Telegram last answered a request; it is asked at least every telegram.probe_seconds",
        kind=Kind.GAUGE,
    ),
    Metric(
        name="voicepipe_records_lag_entries",
        help="Entries of the journal that the records do not hold yet",
        kind=Kind.GAUGE,
    ),
    Metric(name="voicepipe_disk_free_bytes", help="Room on the disk of the state directory", kind=Kind.GAUGE),
    Metric(
        name="voicepipe_disk_reserve_bytes",
        help="Room below which new recordings are refused",
        kind=Kind.GAUGE,
    ),
    Metric(
        name="voicepipe_state_bytes",
        help="Size of a file in the state directory",
        kind=Kind.GAUGE,
        labels=("file",),
    ),
)

for _metric in STANDARD:
    declare(_metric)
