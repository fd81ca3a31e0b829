-- Seconds bought with Telegram Stars.

-- The key that orders are signed with, and since when: what was paid before that was paid to somebody else's journal.
CREATE TABLE till (
    signing_key BLOB NOT NULL,
    since INTEGER NOT NULL,
    reconciled_at INTEGER -- when it was compared last with what Telegram lists; NULL: never
) STRICT;
INSERT INTO till VALUES (randomblob(32), CAST(strftime('%s', 'now') AS INTEGER) * 1000000, NULL);

-- What somebody has asked an invoice for.
CREATE TABLE orders (
    order_id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL,
    package TEXT NOT NULL,
    stars INTEGER NOT NULL CHECK (stars > 0),
    seconds INTEGER NOT NULL CHECK (seconds >= 0),
    plan TEXT, -- of a subscription; NULL: seconds are bought
    ordered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    paid_at INTEGER -- when it was paid last; NULL: not yet
) STRICT;
CREATE INDEX orders_of_user ON orders (user_id);

-- What was paid. A row stays for the accounts, with nobody's id once its user was forgotten.
CREATE TABLE payments (
    charge_id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    package TEXT, -- NULL: of no order that is known
    stars INTEGER NOT NULL,
    seconds INTEGER NOT NULL CHECK (seconds >= 0), -- that were credited for it
    taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back BETWEEN 0 AND seconds),
    plan TEXT,
    ends_at INTEGER, -- how long a subscription was paid for
    paid_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('credited', 'refunding', 'refunded', 'abandoned')),
    reason TEXT, -- why it is refunded
    changed_at INTEGER NOT NULL,
    refund_to INTEGER, -- who gets the Stars back, until Telegram confirms that they have them
    notice TEXT, -- what the user is still to be told of it
    CHECK ((state = 'refunding') = (refund_to IS NOT NULL))
) STRICT;
CREATE INDEX payments_of_user ON payments (user_id);
CREATE INDEX payments_to_do ON payments (paid_at) WHERE state = 'refunding' OR notice IS NOT NULL;

-- A charge is credited once, and taken back once.
CREATE UNIQUE INDEX entries_of_charges ON entries (name, kind) WHERE kind IN ('purchase', 'take_back');
