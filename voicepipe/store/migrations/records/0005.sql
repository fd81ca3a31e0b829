-- The door that the job's message came in by, which is part of its key; '' is what the bot itself sees in a chat.
ALTER TABLE ledger ADD COLUMN door VARCHAR DEFAULT '';
ALTER TABLE usage ADD COLUMN door VARCHAR DEFAULT '';
