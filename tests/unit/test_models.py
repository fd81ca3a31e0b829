"""Finding models on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicepipe.cli.tools.download import download_model
from voicepipe.errors import DownloadFailed, ModelMissing
from voicepipe.models import REPOSITORIES, find_model

FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.json")


def make_model(directory: Path, *names: str) -> Path:
    directory.mkdir(parents=True)
    for name in names:
        (directory / name).touch()
    return directory


def test_the_demo_model_is_bundled(tmp_path: Path) -> None:
    directory = find_model("demo", tmp_path)
    assert (directory / "model.bin").stat().st_size > 1_000_000


def test_a_name_means_the_downloaded_one_whatever_lies_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_model(tmp_path / "base", *FILES)
    with pytest.raises(ModelMissing, match="voicepipe model download base"):
        find_model("base", tmp_path / "models")
    downloaded = make_model(tmp_path / "models" / "base", *FILES)
    assert find_model("base", tmp_path / "models") == downloaded
    assert find_model("./base", tmp_path / "models") == Path("base")


def test_a_directory_is_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = make_model(tmp_path / "mine", "config.json", "model.bin", "tokenizer.json", "vocabulary.txt")
    assert find_model(str(mine), tmp_path / "models") == mine
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_model("~/mine", tmp_path / "models") == mine


@pytest.mark.parametrize("missing", FILES)
def test_an_incomplete_model_is_told_what_it_lacks(tmp_path: Path, missing: str) -> None:
    mine = make_model(tmp_path / "mine", *(name for name in FILES if name != missing))
    with pytest.raises(ModelMissing, match=f"{missing}.* missing"):
        find_model(str(mine), tmp_path / "models")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bse", "did you mean base"),
        ("large-v9", "did you mean large-v3"),
        ("whisper", "known names: demo, tiny.en"),
        ("/nowhere/mine", "no directory /nowhere/mine"),
        ("../no-such-model", "no directory ../no-such-model"),
        ("", "no model named ''"),
    ],
)
def test_an_unknown_name_gets_a_suggestion(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ModelMissing, match=said):
        find_model(name, tmp_path)


def test_what_can_not_be_downloaded_is_only_looked_for(tmp_path: Path) -> None:
    def progress(done: int, total: int) -> None:
        raise AssertionError("nothing is to be downloaded")

    assert download_model("demo", tmp_path, progress) == find_model("demo", tmp_path)
    with pytest.raises(ModelMissing, match="did you mean"):
        download_model("smal", tmp_path, progress)
    here = make_model(tmp_path / "tiny", *FILES)
    assert download_model("tiny", tmp_path, progress) == here
    assert list(tmp_path.iterdir()) == [here]


def test_a_place_that_can_not_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DownloadFailed, match=r"could not be downloaded: .*/file can't be made .*File exists"):
        download_model("tiny", tmp_path / "file" / "models", lambda done, total: None)


def test_the_names_are_those_of_faster_whisper() -> None:
    from faster_whisper.utils import available_models

    assert list(REPOSITORIES) == available_models()
