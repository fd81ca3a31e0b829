-- The total_seconds that were predicted when the recording was accepted; NULL where nobody could tell. How far off that
-- was: predicted_seconds - total_seconds.
ALTER TABLE usage ADD COLUMN predicted_seconds DOUBLE;
