-- The journal: work in flight, and the entries from which everything else can be rebuilt.
-- Instants are whole microseconds since 1970 in UTC; days are ISO dates; booleans are 0 or 1.

CREATE TABLE inbox (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    is_recording INTEGER NOT NULL CHECK (is_recording IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('received', 'accepted', 'dismissed')),
    sent_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) STRICT;
CREATE INDEX inbox_undecided ON inbox (received_at) WHERE state = 'received';

CREATE TABLE update_state (
    box INTEGER PRIMARY KEY,
    pts INTEGER NOT NULL,
    qts INTEGER NOT NULL,
    date INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT;

CREATE TABLE people (
    user_id INTEGER PRIMARY KEY,
    username TEXT,
    language TEXT,
    first_seen_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
    language TEXT,
    declared_seconds INTEGER,
    file_bytes INTEGER NOT NULL,
    quota_day TEXT NOT NULL,
    daily_seconds INTEGER NOT NULL CHECK (daily_seconds >= 0),
    extra_seconds INTEGER NOT NULL CHECK (extra_seconds >= 0),
    charged_seconds INTEGER CHECK (charged_seconds BETWEEN 0 AND daily_seconds + extra_seconds),
    state TEXT NOT NULL CHECK (state IN ('accepted', 'concluded', 'done')),
    deaths INTEGER NOT NULL,
    status_message_id INTEGER,
    outcome TEXT, -- JSON, from conclusion until delivery
    accepted_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id),
    CHECK ((state = 'accepted') = (charged_seconds IS NULL)),
    CHECK ((state = 'concluded') = (outcome IS NOT NULL))
) STRICT;
CREATE INDEX jobs_unfinished ON jobs (accepted_at) WHERE state <> 'done';

-- AUTOINCREMENT: a number is never given twice, whatever is deleted.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    happened_at INTEGER NOT NULL,
    quota_day TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    extra_seconds INTEGER NOT NULL,
    chat_id INTEGER,
    message_id INTEGER,
    value INTEGER,
    recording TEXT,
    model TEXT,
    language TEXT,
    audio_seconds REAL,
    queue_seconds REAL,
    compute_seconds REAL,
    total_seconds REAL,
    CHECK (kind <> 'usage' OR coalesce(audio_seconds + queue_seconds + compute_seconds + total_seconds, -1) >= 0)
) STRICT;

CREATE TABLE requests (
    request_id TEXT PRIMARY KEY,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
