"""Every place in the store that writes to the journal, found in its source."""

from __future__ import annotations

import ast
from collections import Counter

from tests.support.places import ROOT

WRITING = ("write", "write_unread")
"""The methods of `Core` that make a transaction."""


def writes() -> Counter[str]:
    """Each method of a book, or of the store, that writes, and how many transactions stand in it."""
    found: Counter[str] = Counter()
    for file in sorted((ROOT / "voicepipe" / "store").rglob("*.py")):
        if file.name != "core.py":
            found += _writes_in(ast.parse(file.read_text(encoding="utf-8")))
    return found


def _writes_in(module: ast.Module) -> Counter[str]:
    methods = [
        method
        for cls in module.body
        if isinstance(cls, ast.ClassDef)
        for method in cls.body
        if isinstance(method, ast.AsyncFunctionDef)
    ]
    return Counter({method.name: count for method in methods if (count := sum(map(_is_write, ast.walk(method))))})


def _is_write(node: ast.AST) -> bool:
    """Whether it is a call of `self._core.write(…)` or `write_unread`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in WRITING and ast.unparse(node.func.value) in ("self._core", "core")
