-- How much of a recording's beginning is wanted; NULL: all of it.
ALTER TABLE jobs ADD COLUMN first_seconds INTEGER;
