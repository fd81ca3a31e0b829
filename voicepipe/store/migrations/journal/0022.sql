-- Recordings that were in work when their user's payment was given back: what they give free of the seconds set aside
-- for them is taken back, too, since it was paid back.
CREATE TABLE set_aside (
    charge_id TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    door TEXT NOT NULL,
    PRIMARY KEY (chat_id, message_id, door, charge_id)
) STRICT, WITHOUT ROWID;

-- What comes after the month that a subscription is paid for, as Telegram told last: NULL, it is renewed.
ALTER TABLE orders ADD COLUMN renewal TEXT CHECK (renewal IN ('canceled', 'failed'));

-- What was there of it when who wants it had it stopped; empty: nothing was.
ALTER TABLE makings ADD COLUMN stopped TEXT;

-- A charge is credited once, and taken back once; but for what recordings give free later, which has their key.
DROP INDEX entries_of_charges;
CREATE UNIQUE INDEX entries_of_charges ON entries (name, kind)
WHERE kind = 'purchase' OR (kind = 'take_back' AND chat_id IS NULL);
