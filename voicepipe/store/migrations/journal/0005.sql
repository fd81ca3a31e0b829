-- Settings by name, button presses, and forgetting that outlasts late updates.

-- A setting of a user or chat is one kind of entry, with a name and a value (JSON: a number, true, false, a word, null for
-- the default again). What operators set had a kind of its own each.
ALTER TABLE entries RENAME COLUMN value TO former_value;
ALTER TABLE entries ADD COLUMN name TEXT;
ALTER TABLE entries ADD COLUMN value TEXT;
UPDATE entries SET kind = 'setting', name = 'daily_quota_seconds', value = coalesce(CAST(former_value AS TEXT), 'null')
    WHERE kind = 'quota';
UPDATE entries SET kind = 'setting', name = 'is_unlimited', value = iif(former_value, 'true', 'false')
    WHERE kind = 'unlimited';
UPDATE entries SET kind = 'setting', name = 'is_banned', value = iif(former_value, 'true', 'false')
    WHERE kind = 'banned';
ALTER TABLE entries DROP COLUMN former_value;

-- Presses of the bot's buttons. Of one that has been acted upon only the number is kept, so that it is known if it comes
-- again.
CREATE TABLE presses (
    query_id INTEGER PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('received', 'done')),
    user_id INTEGER,
    chat_id INTEGER,
    message_id INTEGER,
    is_private INTEGER CHECK (is_private IN (0, 1)),
    data TEXT,
    pressed_at INTEGER NOT NULL
) STRICT;

-- When the user asked to be forgotten, by Telegram's clock, and by which message in the private chat (0: by none): what
-- was sent until then leaves no trace, however late it comes.
ALTER TABLE traces ADD COLUMN forgotten_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE traces ADD COLUMN message_id INTEGER NOT NULL DEFAULT 0;
