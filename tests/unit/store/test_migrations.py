"""Migrations: what a released version has run on somebody's files is never changed; a change is a new script."""

from __future__ import annotations

import hashlib
from typing import Literal

import pytest

from voicepipe.store.migrations import scripts

Database = Literal["journal", "records"]
DATABASES: tuple[Database, ...] = ("journal", "records")
RELEASED = {
    "journal/0001": "7318a7d12a9d5f8018b6d80df4149a46bc806b33eccf5f5cf666aafdcd8fe8b1",
    "journal/0002": "871169289fa1b15462b250055a5282b650c0e20c23e3f6610218d51544990414",
    "journal/0003": "18cb806e6c6d23e0f64341c89c256a6b1d92fbfbb49cf6d46098a19e1bb3a887",
    "journal/0004": "2f378f3de8ee3df2670a970e524b2d8f7df5649c76bafb557b0c3d897fd5a2df",
    "records/0001": "aa6de1ce9ef9d383bbfc78149562ff3d94d69f6308a42910fec14bbe9e175339",
    "records/0002": "2134244778739854252e4bdacae08ac055202659eb0a4214fa27cc0fcd901f02",
    "records/0003": "fd5a4ac4c8429350ede55627c41b75867f915bf73631f9dce3568158c88192a6",
}
"""SHA-256 of the scripts that version 0.1.0 has. A release adds its own."""


@pytest.mark.parametrize("database", DATABASES)
def test_a_released_script_is_as_it_was(database: Database) -> None:
    sums = {f"{database}/{number:04}": hashlib.sha256(sql.encode()).hexdigest() for number, sql in scripts(database)}
    released = {name: value for name, value in RELEASED.items() if name.startswith(database)}
    assert {name: sums.get(name) for name in released} == released


@pytest.mark.parametrize("database", DATABASES)
def test_numbers_have_no_gap(database: Database) -> None:
    numbers = [number for number, _ in scripts(database)]
    assert numbers == list(range(1, len(numbers) + 1))
