-- Administrators: who had a change made, what is said to everybody, and who has blocked the bot.

ALTER TABLE entries ADD COLUMN made_by INTEGER; -- an administrator; 0: an operator at the command line; NULL: anybody else
CREATE INDEX entries_made ON entries (seq) WHERE made_by IS NOT NULL;

ALTER TABLE people ADD COLUMN blocked_at INTEGER; -- since when nothing can be said to them; NULL: as far as is known, all can

-- Something that an administrator says to everybody. The text goes when that is over.
CREATE TABLE broadcasts (
    broadcast_id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL, -- the administrator
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'done', 'stopped')),
    made_at INTEGER NOT NULL,
    message_id INTEGER, -- of the bot's, in the administrator's chat, that shows how far it is
    delivered INTEGER NOT NULL DEFAULT 0, -- these count once it is over
    blocked INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    strangers INTEGER NOT NULL DEFAULT 0 -- of those: have never written to the bot in private
) STRICT;

-- Whom it is for, until it is over.
CREATE TABLE recipients (
    broadcast_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'blocked', 'failed')),
    PRIMARY KEY (broadcast_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipients_of_user ON recipients (user_id);
