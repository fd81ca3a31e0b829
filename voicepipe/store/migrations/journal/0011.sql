-- Where the answer to such a message is, in Telegram's own form, once something stands there. NULL: nothing does.
ALTER TABLE originals ADD COLUMN place BLOB;
