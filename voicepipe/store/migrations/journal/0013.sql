-- The language that is spoken in a recording (ISO 639-1), as who asked for its text says; NULL: nobody does.
ALTER TABLE jobs ADD COLUMN asked_language TEXT;
