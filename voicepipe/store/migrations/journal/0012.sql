-- Whether nobody may forward or save the recording, nor so its text.
ALTER TABLE jobs ADD COLUMN is_protected INTEGER NOT NULL DEFAULT 0 CHECK (is_protected IN (0, 1));
