-- The records: answers to questions, made from the journal's entries alone. TIMESTAMP columns are UTC.
-- No keys and no indexes: the applier is the only writer, and index maintenance is what abrupt exits damage first.

CREATE TABLE users (
    telegram_id BIGINT NOT NULL,
    username VARCHAR,
    language VARCHAR,
    daily_quota_seconds BIGINT, -- NULL: the configured default
    is_unlimited BOOLEAN NOT NULL,
    is_banned BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE ledger (
    seq BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    quota_day DATE NOT NULL,
    kind VARCHAR NOT NULL, -- reserve, settle, refund, grant, purchase
    seconds BIGINT NOT NULL, -- change of the day's pot
    extra_seconds BIGINT NOT NULL, -- change of the extra pot
    chat_id BIGINT, -- the job, where one moved them
    message_id BIGINT
);

CREATE TABLE usage (
    seq BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    quota_day DATE NOT NULL,
    chat_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    kind VARCHAR NOT NULL, -- voice, video_note, audio, video, document
    model VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    audio_seconds DOUBLE NOT NULL,
    queue_seconds DOUBLE NOT NULL,
    compute_seconds DOUBLE NOT NULL,
    total_seconds DOUBLE NOT NULL
);

-- One row: the last applied entry, by its number and its instant (microseconds), which tell two histories apart,
-- and how many rows there were then, since a damaged log can lose rows without an error.
CREATE TABLE applied (
    seq BIGINT NOT NULL,
    happened_at BIGINT NOT NULL,
    users_rows BIGINT NOT NULL,
    ledger_rows BIGINT NOT NULL,
    usage_rows BIGINT NOT NULL
);
INSERT INTO applied VALUES (0, 0, 0, 0, 0);

CREATE TABLE schema_version (
    version INTEGER NOT NULL
);
