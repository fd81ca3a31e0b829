"""Human speech with its text: the telephone prompts that Debian packages for Asterisk, in Russian and English.

By Maxim Topal (CC BY 3.0) and Allison Smith (CC BY-SA 3.0). Nothing of them is in the repository: they are fetched by
apt, which checks its own signatures, and what was unpacked is compared with the digest of the set that is meant.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.tools.cache import cache_directory

LANGUAGES = ("ru", "en")
PACKAGES = ("asterisk-core-sounds-{}", "asterisk-core-sounds-{}-g722")
"""The first has the texts, the second the sound."""
SOUNDS = {
    "ru": "usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU",
    "en": "usr/share/asterisk/sounds/en_US_f_Allison",
}
TEXTS = "usr/share/doc/asterisk-core-sounds-{0}/core-sounds-{0}.txt.gz"
DIGESTS = {
    "ru": "eed7c3da303b1975a40fb28e6ba5530ad76b54cb1f3dc56d72fbb320ae2d08d0",
    "en": "5719fe1e2b95906e66d56eadef7b6f133a6113656441fd66eefe63078d68f4b1",
}
"""Of all texts and sounds of a language, see `_digest_of`."""
BYTES_PER_SECOND = 8000
"""Of G.722."""
NO_TEXT = "silence/"
WORDS = ("letters/", "phonetic/", "digits/")
"""Single letters, words and numbers."""
NO_SPEECH = (
    *("beep", "beeperr", "ascending-2tone", "descending-2tone", "confbridge-join", "confbridge-leave"),
    *("silence/1", "silence/5", "silence/10", "tt-monkeys"),
)
"""Prompts that are only signals, silence or, the last one, monkeys."""


class PromptsMissing(Exception):
    """The prompts can't be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A recorded sentence, a word, or a signal."""

    name: str
    language: str
    path: Path
    """Raw G.722."""
    text: str
    """What is said; empty when nothing is."""

    @property
    def seconds(self) -> float:
        return self.path.stat().st_size / BYTES_PER_SECOND


def load_prompts(say: Callable[[str], None] = lambda _: None, *, may_fetch: bool = True) -> list[Prompt]:
    """All of them, fetched if they are not there yet, which `say` is told. Raises PromptsMissing."""
    found = []
    for language in LANGUAGES:
        directory = cache_directory("real") / f"prompts-{language}"
        if not directory.is_dir() and not may_fetch:
            raise PromptsMissing(f"{directory} is not there")
        if not directory.is_dir():
            say(f"fetching human speech ({language}) into {directory}, once (11 MB)")
            _make(directory, language)
        found += list(_prompts(directory, language))
    return found


def _prompts(directory: Path, language: str) -> Iterator[Prompt]:
    texts = _texts(directory, language)
    for name in sorted(texts.keys() | set(NO_SPEECH)):
        path = directory / SOUNDS[language] / f"{name}.g722"
        if not path.is_file():
            continue
        if name in NO_SPEECH:
            yield Prompt(name, language, path, "")
        elif not name.startswith(NO_TEXT) and (text := _plain(name, texts[name])):
            yield Prompt(name, language, path, text)


def _texts(directory: Path, language: str) -> dict[str, str]:
    with gzip.open(directory / TEXTS.format(language), "rt", encoding="utf-8") as lines:
        named = [line.partition(":") for line in lines if not line.startswith(";")]
    return {name.strip(): text.strip() for name, _, text in named if text.strip()}


def _plain(name: str, text: str) -> str:
    """What is said, empty where the description is no plain text."""
    text = text.removeprefix(f"{name}:").strip()
    return "" if set("[]()<>{}/|*#=_") & set(text) else text


# --- fetching -----------------------------------------------------------------------------------------------------
def _make(directory: Path, language: str) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="fetching-") as room:
        unpacked = Path(room) / "unpacked"
        for package in PACKAGES:
            _download(package.format(language), Path(room))
        for archive in Path(room).glob("*.deb"):
            _run("dpkg-deb", "-x", str(archive), str(unpacked), cwd=room)
        if (found := _digest_of(unpacked, language)) != DIGESTS[language]:
            raise PromptsMissing(f"apt's packages have other recordings ({language}, {found}) than those measured with")
        unpacked.rename(directory)


def _download(package: str, room: Path) -> None:
    try:
        _run("apt-get", "download", package, cwd=str(room))
    except PromptsMissing as error:
        raise PromptsMissing(f"{error}\nIs its list of packages there? Try: apt-get update") from None


def _run(*command: str, cwd: str) -> None:
    if shutil.which(command[0]) is None:
        raise PromptsMissing(f"Human speech is taken from Debian's packages, which takes {command[0]}; it is not here")
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise PromptsMissing(f"Human speech can't be had: {' '.join(command[:3])}: {reason}")


def _digest_of(directory: Path, language: str) -> str:
    """Of the texts and of all sounds with their names: the same however the packages were built."""
    whole = hashlib.sha256(gzip.decompress((directory / TEXTS.format(language)).read_bytes()))
    sounds = directory / SOUNDS[language]
    for path in sorted(sounds.rglob("*.g722")):
        whole.update(str(path.relative_to(sounds)).encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
