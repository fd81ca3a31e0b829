-- How many users the journal had forgotten when these records were begun: records that were begun before the latest
-- one may hold a user who must not be found any more.
ALTER TABLE applied ADD COLUMN forgotten BIGINT DEFAULT 0;
