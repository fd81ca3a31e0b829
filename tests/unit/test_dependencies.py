"""What voicepipe needs is bounded at what was tested, and locked with hashes for every Python that it runs on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from itertools import product
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.support.places import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
NOT_LOCKED = {"train"}
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
MACHINES = ["x86_64", "aarch64"]


@dataclass(frozen=True, slots=True)
class Pinned:
    """A package as a lock has it."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def version(self) -> str:
        (pin,) = self.requirement.specifier
        assert pin.operator == "==", f"{self.requirement} is no exact version"
        return pin.version


Lock = dict[str, Pinned]
Seen = dict[str, str]


def asked_for() -> dict[str, list[Requirement]]:
    """By lock: what pyproject.toml wants in it."""
    run = PROJECT["project"]["dependencies"]
    asked = {"build": PROJECT["dependency-groups"]["build"], "run": run}
    asked |= {name: run + EXTRAS[name] for name in EXTRAS.keys() - NOT_LOCKED}
    return {name: list(map(Requirement, lines)) for name, lines in sorted(asked.items())}


ASKED_FOR = asked_for()
every_lock = pytest.mark.parametrize("name", ASKED_FOR)


def environment(python: str, machine: str) -> Seen:
    """What markers see on a Linux machine."""
    full = f"{python}.0"
    changed = {"python_version": python, "python_full_version": full, "implementation_version": full}
    return here() | changed | {"platform_machine": machine}


def here() -> Seen:
    """What they see on this machine."""
    return {name: str(value) for name, value in default_environment().items()}


def applies(requirement: Requirement, where: Seen, extras: Iterable[str] = ()) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**where, "extra": extra}) for extra in ("", *extras))


def pinned(name: str) -> list[Pinned]:
    """All that a lock names, for whatever Python."""
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))
    found = []
    for entry in entries:
        if not entry.startswith("#"):
            first, *rest = entry.replace("\\\n", "\n").splitlines()
            hashes = [line.strip() for line in rest if not line.strip().startswith("#")]
            found.append(Pinned(Requirement(first), tuple(filter(None, hashes))))
    return found


def lock_on(name: str, where: Seen) -> Lock:
    """What is installed there; each package in one version."""
    here = [each for each in pinned(name) if applies(each.requirement, where)]
    lock = {str(canonicalize_name(each.requirement.name)): each for each in here}
    assert len(lock) == len(here)
    return lock


def needs_of(name: str, extras: Iterable[str], locked: Pinned, where: Seen) -> Iterator[Requirement]:
    """What a package itself asks for, if it is installed here and so can be asked."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        return
    if installed.version == locked.version:
        yield from (each for each in map(Requirement, installed.requires or ()) if applies(each, where, extras))


def is_bounded(specifier: SpecifierSet) -> bool:
    operators = {each.operator for each in specifier}
    return operators == {"=="} or operators == {">=", "<"}


# --- pyproject.toml -----------------------------------------------------------------------------------------------
def test_every_dependency_is_bounded_on_both_sides() -> None:
    groups = [PROJECT["project"]["dependencies"], PROJECT["build-system"]["requires"], *EXTRAS.values()]
    groups += PROJECT["dependency-groups"].values()
    requirements = [Requirement(line) for group in groups for line in group]
    assert [str(each) for each in requirements if not is_bounded(each.specifier)] == []


def test_the_media_library_is_one_that_faster_whisper_can_use_and_that_is_mended() -> None:
    (av,) = (each for each in ASKED_FOR["run"] if each.name == "av")
    assert [av.specifier.contains(each) for each in ("18.0.9", "18.1.0", "18.9", "19.0.0")] == [
        False,
        True,
        True,
        False,
    ]


def test_the_pythons_are_bounded_alike_everywhere() -> None:
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    assert [each for each in (f"3.{minor}" for minor in range(30)) if supported.contains(each)] == PYTHONS
    for script in ("setup", "install"):
        text = (ROOT / "scripts" / script).read_text(encoding="utf-8")
        assert "not (3, 11) <= sys.version_info < (3, 15)" in text
        assert "Python 3.11 to 3.14" in text
    assert f"pythons=({' '.join(PYTHONS)})" in (ROOT / "scripts/lock").read_text(encoding="utf-8")
    assert "Python 3.11 to 3.14" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_builds_is_locked() -> None:
    assert set(PROJECT["build-system"]["requires"]) <= set(PROJECT["dependency-groups"]["build"])


# --- requirements/ ------------------------------------------------------------------------------------------------
def test_every_lock_is_one_that_the_project_asks_for() -> None:
    assert sorted(path.stem for path in (ROOT / "requirements").iterdir()) == sorted(ASKED_FOR)


@pytest.mark.parametrize(("python", "machine"), list(product(PYTHONS, MACHINES)))
@every_lock
def test_a_lock_holds_all_that_is_needed(name: str, python: str, machine: str) -> None:
    """Resolves the lock as an installer would that may take nothing else, from what the installed packages ask for."""
    where = environment(python, machine)
    lock = lock_on(name, where)
    open_ends = [each for each in ASKED_FOR[name] if applies(each, where)]
    seen = set()
    while open_ends:
        wanted = open_ends.pop()
        package = canonicalize_name(wanted.name)
        assert package in lock, f"{wanted} is not in requirements/{name}.txt for Python {python}"
        assert wanted.specifier.contains(lock[package].version, prereleases=True), f"{lock[package]} is not {wanted}"
        if (package, *sorted(wanted.extras)) not in seen:
            seen.add((package, *sorted(wanted.extras)))
            open_ends += needs_of(package, wanted.extras, lock[package], where)


@every_lock
def test_every_package_has_hashes(name: str) -> None:
    for each in pinned(name):
        assert each.hashes, each.requirement.name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in each.hashes), each.requirement.name


def test_locks_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for each in (each for name in ASKED_FOR for each in pinned(name)):
        versions.setdefault(each.requirement.name, set()).add(each.version)
    assert {name: several for name, several in versions.items() if len(several) > 1} == {}


@every_lock
def test_a_lock_names_no_place_to_fetch_from(name: str) -> None:
    """Where packages are had is for pip's and uv's configuration to say."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links", text)


@pytest.mark.parametrize("name", ["build", "dev"])
def test_what_these_tests_run_on_is_what_is_locked(name: str) -> None:
    locked = {package: each.version for package, each in lock_on(name, here()).items()}
    assert {package: version(package) for package in locked} == locked, "scripts/setup brings what is locked"
