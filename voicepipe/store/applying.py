"""How entries become records: the statements that take in a batch of them, in order."""

from __future__ import annotations

from voicepipe.store.entries import DAILY_QUOTA, IS_BANNED, IS_UNLIMITED, LEDGER_KINDS, NOBODY, PLAN

BATCH = """
CREATE OR REPLACE TEMP TABLE batch AS SELECT unnest(from_json(?, '[{
    "seq": "BIGINT", "kind": "VARCHAR", "user_id": "BIGINT", "happened_at": "BIGINT", "quota_day": "DATE",
    "seconds": "BIGINT", "extra_seconds": "BIGINT", "chat_id": "BIGINT", "message_id": "BIGINT", "door": "VARCHAR",
    "name": "VARCHAR", "value": "VARCHAR", "recording": "VARCHAR", "model": "VARCHAR", "language": "VARCHAR",
    "audio_seconds": "DOUBLE", "queue_seconds": "DOUBLE", "compute_seconds": "DOUBLE", "total_seconds": "DOUBLE",
    "predicted_seconds": "DOUBLE"}]'), recursive := true)
"""
_LEDGER_KINDS = ", ".join(f"'{kind}'" for kind in LEDGER_KINDS)
_USER_SETTINGS = ", ".join(f"'{name}'" for name in (DAILY_QUOTA, PLAN, IS_UNLIMITED, IS_BANNED))
"""Settings that make somebody a user; others may be a chat's."""
APPLY = (
    f""" INSERT INTO users (telegram_id, is_unlimited, is_banned, created_at) SELECT user_id, false, false,
    make_timestamp(min(happened_at)) FROM batch WHERE user_id <> {NOBODY} AND (kind NOT IN ('setting', 'refusal') OR
    name IN ({_USER_SETTINGS})) AND user_id NOT IN (SELECT telegram_id FROM users) GROUP BY user_id ORDER BY user_id
    """,
    """
    CREATE OR REPLACE TEMP TABLE changed AS
    SELECT user_id, name, last(value ORDER BY seq) AS value FROM batch WHERE kind = 'setting' GROUP BY user_id, name
    """,
    """
    DELETE FROM settings USING changed WHERE settings.user_id = changed.user_id AND settings.name = changed.name
    """,
    "INSERT INTO settings SELECT user_id, name, value FROM changed WHERE value <> 'null' ORDER BY user_id, name",
    *(
        f"""
        UPDATE users SET {column} = coalesce(TRY_CAST(changed.value AS {kind}), {default})
        FROM changed WHERE telegram_id = changed.user_id AND changed.name = '{column}'
        """
        for column, kind, default in (
            (DAILY_QUOTA, "BIGINT", "NULL"),
            (IS_UNLIMITED, "BOOLEAN", "false"),
            (IS_BANNED, "BOOLEAN", "false"),
        )
    ),
    f"""
    INSERT INTO ledger
    SELECT seq, user_id, make_timestamp(happened_at), quota_day, kind, seconds, extra_seconds, chat_id, message_id,
        door
    FROM batch WHERE kind IN ({_LEDGER_KINDS}) ORDER BY seq
    """,
    """
    INSERT INTO usage
    SELECT seq, user_id, make_timestamp(happened_at), quota_day, chat_id, message_id, recording, model, language,
        audio_seconds, queue_seconds, compute_seconds, total_seconds, predicted_seconds, door
    FROM batch WHERE kind = 'usage' ORDER BY seq
    """,
    """
    INSERT INTO refusals SELECT seq, user_id, make_timestamp(happened_at), quota_day, chat_id, name, audio_seconds
    FROM batch WHERE kind = 'refusal' ORDER BY seq
    """,
    """
    UPDATE applied SET seq = latest.seq, happened_at = latest.happened_at,
        users_rows = (SELECT count(*) FROM users), ledger_rows = (SELECT count(*) FROM ledger),
        usage_rows = (SELECT count(*) FROM usage)
    FROM (SELECT seq, happened_at FROM batch ORDER BY seq DESC LIMIT 1) AS latest
    """,
)
NAME_PEOPLE = """
UPDATE users SET username = person.username, language = person.language
FROM (SELECT unnest(from_json(?, '[{"user_id": "BIGINT", "username": "VARCHAR", "language": "VARCHAR"}]'),
    recursive := true)) AS person
WHERE telegram_id = person.user_id
"""
