-- What Telegram hands over once and can't be asked for again, whole, until it is decided on and answered: the update that
-- brought a message by another door than the chats that the bot itself sees.
CREATE TABLE originals (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (chat_id, message_id, door)
) STRICT, WITHOUT ROWID;
