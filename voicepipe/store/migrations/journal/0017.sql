-- Recordings of the same fingerprint have the same text: while it is kept, it answers them all.
ALTER TABLE jobs ADD COLUMN fingerprint TEXT;
ALTER TABLE transcripts ADD COLUMN fingerprint TEXT;
CREATE INDEX transcripts_alike ON transcripts (fingerprint) WHERE fingerprint IS NOT NULL;
