-- Which model recognises a job's recording, so that all of its windows are alike.

ALTER TABLE jobs ADD COLUMN model TEXT; -- one that other machines have; '': the one of the configuration; NULL: not decided
