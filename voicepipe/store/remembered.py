"""What is remembered of every user at the start, read from the records."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from voicepipe.store.balances import KEPT_DAYS, KEPT_LANGUAGES, TELLING_SECONDS, Account

ROWS_AT_ONCE = 300_000
"""Rows of a table that one question is about: the records may use little memory, however many there are."""
_SETTINGS = "SELECT user_id, name, value FROM settings"
_EXTRA = "SELECT user_id, sum(extra_seconds)::BIGINT FROM ledger GROUP BY user_id"
_TAKEN = """
SELECT user_id, quota_day, -sum(seconds)::BIGINT FROM ledger WHERE seconds <> 0 AND user_id BETWEEN ? AND ?
GROUP BY user_id, quota_day QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY quota_day DESC) <= ?
"""
_LANGUAGES = """
SELECT {subject}, seq, language FROM usage WHERE audio_seconds >= ? AND {subject} BETWEEN ? AND ? AND {condition}
QUALIFY row_number() OVER (PARTITION BY {subject} ORDER BY seq DESC) <= ? ORDER BY seq
"""
_OF_USERS = {"subject": "user_id", "condition": "true"}
_OF_GROUPS = {"subject": "chat_id", "condition": "chat_id < 0 AND chat_id <> user_id"}
_COUNT = "SELECT count(*) FROM {table}"
_BOUNDS = "SELECT unnest(approx_quantile({column}, {shares}))::BIGINT FROM {table}"
_LEAST, _MOST = -(2**63), 2**63 - 1


class Rows(Protocol):
    """The answer to a question in SQL."""

    def __call__(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ..., /) -> Iterable[Sequence[Any]]: ...


def read_accounts(rows: Rows) -> dict[int, Account]:
    """Every user's settings, pots of the latest days, and languages of late; of groups as far as they have any."""
    accounts: defaultdict[int, Account] = defaultdict(Account)
    for subject_id, name, value in rows(_SETTINGS):
        accounts[subject_id].settings[name] = json.loads(value)
    for user_id, extra in rows(_EXTRA):
        accounts[user_id].extra_seconds = extra
    for least, most in _ranges(rows, "ledger", "user_id"):
        for user_id, day, seconds in rows(_TAKEN, [least, most, KEPT_DAYS]):
            accounts[user_id].taken[day] = seconds
    heard: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for whose in (_OF_USERS, _OF_GROUPS):
        for least, most in _ranges(rows, "usage", whose["subject"]):
            question = _LANGUAGES.format(**whose)
            for subject_id, seq, language in rows(question, [TELLING_SECONDS, least, most, KEPT_LANGUAGES]):
                heard[subject_id].append((seq, language))
    for subject_id, spoken in heard.items():  # a group may have spoken as itself as well
        accounts[subject_id].languages.extend(language for _, language in sorted(spoken))
    return dict(accounts)


def _ranges(rows: Rows, table: str, column: str) -> Iterator[tuple[int, int]]:
    """Ranges of a column's values that together are all, each with about so many rows as are looked at at once."""
    ((count,),) = rows(_COUNT.format(table=table))
    parts = 1 + count // ROWS_AT_ONCE
    shares = [part / parts for part in range(1, parts)]
    bounds = rows(_BOUNDS.format(table=table, column=column, shares=shares)) if shares else ()
    least = _LEAST
    for bound in sorted({row[0] for row in bounds} - {_MOST}):
        yield least, bound
        least = bound + 1
    yield least, _MOST
