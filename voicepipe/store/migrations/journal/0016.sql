-- Connected accounts.

-- What an owner has allowed last; qts numbers the change, since the one by which it came to be so. is_told: whether the
-- owner was told of that.
CREATE TABLE connections (
    connection_id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    dc_id INTEGER NOT NULL,
    can_reply INTEGER NOT NULL CHECK (can_reply IN (0, 1)),
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    qts INTEGER NOT NULL,
    since INTEGER NOT NULL,
    is_told INTEGER NOT NULL CHECK (is_told IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Telegram tells once of what is deleted in a connected account, and can't be asked.
ALTER TABLE inbox ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1));
