-- Text processors: what is to be made of kept texts, until it is said; what was made, as long as the text is kept; and
-- how often somebody has had something made.

CREATE TABLE makings (
    making_id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL, -- of the recording, as the next two
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL, -- of what is made
    by_model INTEGER NOT NULL, -- whether a language model may be asked
    user_id INTEGER NOT NULL, -- who wants it
    said_chat_id INTEGER NOT NULL, -- the message that it is said in reply to, as the next four
    said_message_id INTEGER NOT NULL,
    said_door TEXT NOT NULL,
    topic_id INTEGER,
    purpose TEXT NOT NULL,
    speaks TEXT, -- the Telegram language code of who wants it
    asked_at INTEGER NOT NULL,
    UNIQUE (chat_id, message_id, door, kind, language, by_model)
) STRICT;

CREATE TABLE made (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    by_model INTEGER NOT NULL,
    user_id INTEGER NOT NULL, -- whose recording it was
    result TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id, door, kind, language, by_model)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER made_of_kept_texts AFTER DELETE ON transcripts BEGIN
    DELETE FROM made WHERE chat_id = old.chat_id AND message_id = old.message_id AND door = old.door;
END;

CREATE TABLE uses (
    user_id INTEGER NOT NULL,
    quota_day TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    by_model INTEGER NOT NULL,
    PRIMARY KEY (user_id, chat_id, message_id, door, kind, language, by_model)
) STRICT, WITHOUT ROWID;
