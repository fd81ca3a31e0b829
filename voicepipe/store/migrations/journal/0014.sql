-- A user's latest texts are looked for as they type.
CREATE INDEX transcripts_of_user ON transcripts (user_id, delivered_at);
