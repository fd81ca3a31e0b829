-- The door that a message came in by is part of its key: the same numbers mean another message behind another door.
-- '' is what the bot itself sees in a chat. SQLite can't change a primary key, so these tables are made anew; in order,
-- as their rows are read by it.

CREATE TABLE inbox_by_door (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
    is_recording INTEGER NOT NULL CHECK (is_recording IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('received', 'accepted', 'dismissed')),
    sent_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id, door)
) STRICT;
INSERT INTO inbox_by_door
    SELECT chat_id, message_id, '', is_recording, state, sent_at, received_at FROM inbox ORDER BY rowid;
DROP TABLE inbox;
ALTER TABLE inbox_by_door RENAME TO inbox;
CREATE INDEX inbox_undecided ON inbox (received_at) WHERE state = 'received';

CREATE TABLE jobs_by_door (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
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
    topic_id INTEGER, -- of a forum, where the answer belongs in one; NULL: in none, or in General
    accepted_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id, door),
    CHECK ((state = 'accepted') = (charged_seconds IS NULL)),
    CHECK ((state = 'concluded') = (outcome IS NOT NULL))
) STRICT;
INSERT INTO jobs_by_door
    SELECT chat_id, message_id, '', user_id, kind, is_private, language, declared_seconds, file_bytes, quota_day,
        daily_seconds, extra_seconds, charged_seconds, state, deaths, status_message_id, outcome, topic_id, accepted_at,
        changed_at
    FROM jobs ORDER BY rowid;
DROP TABLE jobs;
ALTER TABLE jobs_by_door RENAME TO jobs;
CREATE INDEX jobs_unfinished ON jobs (accepted_at) WHERE state <> 'done';

CREATE TABLE transcripts_by_door (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    delivered_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id, door)
) STRICT;
INSERT INTO transcripts_by_door
    SELECT chat_id, message_id, '', user_id, text, delivered_at FROM transcripts ORDER BY rowid;
DROP TABLE transcripts;
ALTER TABLE transcripts_by_door RENAME TO transcripts;

ALTER TABLE entries ADD COLUMN door TEXT NOT NULL DEFAULT '';
ALTER TABLE presses ADD COLUMN door TEXT NOT NULL DEFAULT '';
