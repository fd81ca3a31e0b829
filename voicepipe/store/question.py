"""An operator's question in SQL, put to a copy of the records by a process of its own.

Whatever the question takes, it is taken from that process: its memory is bounded, and so is its time.
"""

from __future__ import annotations

import asyncio
import json
import math
import resource
import sys
from decimal import Decimal
from pathlib import Path

from voicepipe.errors import RequestRefused
from voicepipe.store.rows import Table
from voicepipe.store.tables import answer

MEMORY_BYTES = 1 << 30
"""Address space, of which the interpreter and DuckDB take a third."""
ANSWER_BYTES = 16 << 20
GRACE_SECONDS = 10.0
"""How much longer than it may the process can take before it is killed."""
_TOO_MUCH_MEMORY = "The question takes too much memory: ask for fewer rows or shorter values"


async def put(copy: Path, sql: str, *, limit: int, seconds: float) -> Table:
    """What the question gives; values as JSON has them, the others as text.

    Raises RequestRefused for what is no question, can't be answered or takes too much time or memory.
    """
    task = json.dumps({"copy": str(copy), "sql": sql, "limit": limit, "seconds": seconds}).encode()
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.DEVNULL}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, **pipes)  # type: ignore[arg-type]  # mypy takes them for any option
    try:
        async with asyncio.timeout(seconds + GRACE_SECONDS):
            written, _ = await process.communicate(task)
    except TimeoutError:
        raise RequestRefused(f"The question took longer than {seconds:g} s and was given up") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RequestRefused(_TOO_MUCH_MEMORY)
    return _table(json.loads(written))


def _table(document: dict[str, object]) -> Table:
    if refused := document.get("refused"):
        raise RequestRefused(str(refused))
    columns, rows, is_cut = document["columns"], document["rows"], document["is_cut"]
    assert isinstance(columns, list)
    assert isinstance(rows, list)
    return Table(tuple(columns), tuple(map(tuple, rows)), bool(is_cut))


def main() -> None:
    """Answer the task on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    task = json.load(sys.stdin)
    try:
        found = answer(Path(task["copy"]), task["sql"], task["limit"], task["seconds"])
        rows = [[_plain(value) for value in row] for row in found.rows]
        text = json.dumps({"columns": found.columns, "rows": rows, "is_cut": found.is_cut})
        if len(text) > ANSWER_BYTES:
            raise RequestRefused(f"The answer is longer than {ANSWER_BYTES >> 20} MiB: ask for less")
    except RequestRefused as refusal:
        text = json.dumps({"refused": str(refusal)})
    except MemoryError:
        text = json.dumps({"refused": _TOO_MUCH_MEMORY})
    sys.stdout.write(text)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        value = float(value)
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return value if value is None or is_number or isinstance(value, str) else str(value)


if __name__ == "__main__":
    main()
