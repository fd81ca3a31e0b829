"""What is remembered of every user at the start, read from the records."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from voicepipe.store.balances import KEPT_DAYS, KEPT_LANGUAGES, TELLING_SECONDS, Account

_SETTINGS = "SELECT user_id, name, value FROM settings"
_EXTRA = "SELECT user_id, sum(extra_seconds)::BIGINT FROM ledger GROUP BY user_id"
_TAKEN = """
SELECT user_id, quota_day, -sum(seconds)::BIGINT FROM ledger WHERE seconds <> 0
GROUP BY user_id, quota_day QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY quota_day DESC) <= ?
"""
_LANGUAGES = """
SELECT subject_id, language FROM (
    SELECT seq, language, unnest(list_distinct([user_id, if(chat_id < 0, chat_id, user_id)])) AS subject_id
    FROM usage WHERE audio_seconds >= ?
)
QUALIFY row_number() OVER (PARTITION BY subject_id ORDER BY seq DESC) <= ? ORDER BY seq
"""


class Rows(Protocol):
    """The answer to a question in SQL."""

    def __call__(self, sql: str, parameters: Sequence[Any] = ..., /) -> Iterable[Sequence[Any]]: ...


def read_accounts(rows: Rows) -> dict[int, Account]:
    """Every user's settings, pots of the latest days, and languages of late; of groups as far as they have any."""
    accounts: defaultdict[int, Account] = defaultdict(Account)
    for subject_id, name, value in rows(_SETTINGS):
        accounts[subject_id].settings[name] = json.loads(value)
    for user_id, extra in rows(_EXTRA):
        accounts[user_id].extra_seconds = extra
    for user_id, day, seconds in rows(_TAKEN, [KEPT_DAYS]):
        accounts[user_id].taken[day] = seconds
    for subject_id, language in rows(_LANGUAGES, [TELLING_SECONDS, KEPT_LANGUAGES]):
        accounts[subject_id].languages.append(language)
    return dict(accounts)
