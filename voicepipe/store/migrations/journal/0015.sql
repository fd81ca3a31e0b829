-- Kept transcripts whole, and the messages that they were delivered in: by these a button finds what it is about.

ALTER TABLE transcripts ADD COLUMN content BLOB; -- all of it (deflated JSON); NULL: kept by an older version, text only

CREATE TABLE answers (
    chat_id INTEGER NOT NULL, -- the bot's own message
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    job_chat_id INTEGER NOT NULL,
    job_message_id INTEGER NOT NULL,
    job_door TEXT NOT NULL,
    number INTEGER NOT NULL, -- of the answer's messages, from 0 on
    hides_at INTEGER, -- when the buttons under it go; NULL where there are none
    PRIMARY KEY (chat_id, message_id, door)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_of_job ON answers (job_chat_id, job_message_id, job_door);
CREATE INDEX answers_with_buttons ON answers (hides_at) WHERE hides_at IS NOT NULL;
