-- How long a recording was expected to take when it was accepted, beside what it took; NULL where nobody could tell.
ALTER TABLE entries ADD COLUMN predicted_seconds REAL;
