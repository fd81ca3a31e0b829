-- Whose journal it is, and whose forgetting is not complete.

-- No row until a bot has signed in. Another bot's messages have other numbers.
CREATE TABLE bot (
    bot_id INTEGER NOT NULL
) STRICT;

-- Users whose rows are deleted, until they are in no other file either and were told so: one row for each request.
CREATE TABLE farewells (
    user_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL, -- the request, in the private chat; 0 where the operator made it
    language TEXT,
    is_erased INTEGER NOT NULL CHECK (is_erased IN (0, 1)), -- whether no file of the store holds a byte of the user
    PRIMARY KEY (user_id, message_id)
) STRICT, WITHOUT ROWID;
