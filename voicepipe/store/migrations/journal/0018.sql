-- Why a recording has no text, in one word, or 'undeliverable' where nobody got it; NULL: it has one, or none yet. So an
-- operator can be told when somebody complains, and the recording be tried again.
ALTER TABLE jobs ADD COLUMN failure TEXT;
UPDATE jobs SET failure = json_extract(outcome, '$.reason') WHERE outcome IS NOT NULL;
CREATE INDEX jobs_failed ON jobs (changed_at) WHERE failure IS NOT NULL;
CREATE INDEX jobs_of_user ON jobs (user_id);
