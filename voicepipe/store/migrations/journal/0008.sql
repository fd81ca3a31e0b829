-- Somebody wants the text no more: the job is concluded as soon as that is seen, also by the next start.
ALTER TABLE jobs ADD COLUMN is_cancelled INTEGER NOT NULL DEFAULT 0 CHECK (is_cancelled IN (0, 1));
