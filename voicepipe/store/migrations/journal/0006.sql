-- Where an answer belongs: the topic of a forum that the recording was sent in. NULL: in none, or in General.
ALTER TABLE jobs ADD COLUMN topic_id INTEGER;
