"""The house stays one that people can walk through: no large class, no room without a line about it, no long way in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.places import ROOT

PACKAGE = ROOT / "voicepipe"
GUIDE = PACKAGE / "README.md"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_METHODS, MOST_LINES_OF_CLASS, MOST_LINES_OF_MODULE = 20, 250, 420
LONG_MODULES = {
    "workers/lifecycle.py": "one state machine, told in one place",
    "service.py": "the composition root, where every wire is seen",
}
"""Modules above the usual length, and why they are not divided."""


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield f"{path.relative_to(PACKAGE)}:{node.name}", node


def public_methods(node: ast.ClassDef) -> int:
    functions = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return sum(not each.name.startswith("_") for each in functions)


def length(node: ast.ClassDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def test_no_class_has_too_many_public_methods() -> None:
    assert [name for name, node in classes() if public_methods(node) > MOST_METHODS] == []


def test_no_class_is_too_long() -> None:
    assert [name for name, node in classes() if length(node) > MOST_LINES_OF_CLASS] == []


def test_no_module_is_too_long() -> None:
    long = {str(path.relative_to(PACKAGE)) for path in MODULES if lines_of(path) > MOST_LINES_OF_MODULE}
    assert long == set(LONG_MODULES)


def lines_of(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_guide_names_every_room_and_every_module_at_the_top() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    rooms = {f"{path.parent.relative_to(PACKAGE)}/" for path in PACKAGE.glob("*/__init__.py")}
    modules = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py", "__main__.py"}
    assert {name for name in rooms | modules if f"`{name}`" not in text} == set()


def test_what_the_guide_names_is_there() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+(?:\.py|\.sql|\.ftl|/))`", text))
    assert {name for name in named if not ((PACKAGE / name).exists() or (ROOT / name).exists())} == set()


def steps_of_the_way() -> Iterator[tuple[str, set[str]]]:
    """Each verb of the way of a recording, and where the guide says that it is."""
    way = GUIDE.read_text(encoding="utf-8").partition("## The way of a recording")[2].partition("\n## ")[0]
    for line in way.splitlines():
        if line.startswith("| `"):
            verbs, places, *_ = line.strip("| ").split(" | ")
            for verb in re.findall(r"`(\w+)`", verbs):
                yield verb, set(re.findall(r"`([\w/]+\.py)`", places))


@pytest.mark.parametrize(("verb", "places"), list(steps_of_the_way()))
def test_each_step_of_the_way_is_a_verb_that_no_other_room_has(verb: str, places: set[str]) -> None:
    definition = re.compile(rf"def {verb}\(")
    found = {str(path.relative_to(PACKAGE)) for path in MODULES if definition.search(path.read_text(encoding="utf-8"))}
    assert {name for name in found if not name.endswith("/ports.py")} == places
