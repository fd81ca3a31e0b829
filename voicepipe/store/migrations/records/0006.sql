-- Recordings that were not accepted, and why (the reasons are those of domain/admission.py).
CREATE TABLE refusals (
    seq BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    quota_day DATE NOT NULL,
    chat_id BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    audio_seconds DOUBLE -- what the recording says; NULL where it says nothing
);
