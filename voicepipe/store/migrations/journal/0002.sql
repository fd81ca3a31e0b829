-- Forgetting users, and keeping texts for a while after their delivery.

-- One row: how many times somebody was forgotten, by which records that still hold them are told; and the key of the
-- tags below.
CREATE TABLE forgetting (
    times INTEGER NOT NULL,
    tag_key BLOB NOT NULL
) STRICT;
INSERT INTO forgetting VALUES (0, randomblob(32));

-- What outlives a forgotten user, so that being forgotten is no way around the day's quota or a ban. A tag is a keyed
-- hash of the user's id. A row without a ban is deleted when its day has passed.
CREATE TABLE traces (
    tag BLOB PRIMARY KEY,
    quota_day TEXT NOT NULL,
    taken_seconds INTEGER NOT NULL,
    is_banned INTEGER NOT NULL CHECK (is_banned IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Delivered texts, as long as the operator wants to keep them.
CREATE TABLE transcripts (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    delivered_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) STRICT;
