"""The scripts that start things: where they may be called from, and what they make of a broken environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.places import ROOT

SPY = """#!/bin/sh
echo "$PWD $*" >> "$SPY_LOG"
case "$*" in *"import ensurepip"*) exit "${NO_VENV:-0}";; "-m pip --version") test -e "$PIP" || exit 1;; esac
case "$*" in *"venv --clear"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python && touch "$PIP";; esac
"""

UNABLE = 77
"""How scripts/test_on_debian ends where it can find nothing out."""
LOCKED_INSTALLATION = [
    "--require-hashes -r requirements/build.txt",
    "--require-hashes --no-build-isolation -r requirements/dev.txt",
    "--no-index --no-deps --no-build-isolation --editable .",
]
"""How everything comes into an environment: nothing is fetched, for a build either, without its hash being known."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts beside a virtual environment whose interpreter only writes down how it is called."""
    shutil.copytree(ROOT / "scripts", tmp_path / "checkout" / "scripts")
    (tmp_path / "checkout" / "pyproject.toml").touch()
    (tmp_path / "checkout" / "requirements").mkdir()
    for lock in ("build", "run", "dev", "gpu"):
        (tmp_path / "checkout" / "requirements" / f"{lock}.txt").touch()
    interpreter(tmp_path / "checkout" / ".venv" / "bin" / "python")
    interpreter(tmp_path / "python3")
    return tmp_path / "checkout"


def interpreter(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SPY)
    path.chmod(0o755)


def call(checkout: Path, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call a script from another directory, on a machine without uv."""
    elsewhere = checkout.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    known = {"SPY_LOG": str(checkout / "calls"), "PIP": str(checkout / "pip"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [str(checkout / "scripts" / script), *arguments],
        env={**os.environ, **known, "PYTHON": str(checkout.parent / "python3"), **environment},
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )


def calls(checkout: Path) -> list[str]:
    return (checkout / "calls").read_text().splitlines()


@pytest.mark.parametrize(("script", "option"), [("demo", "--voice"), ("soak", "--directory")])
def test_relative_paths_are_the_callers(checkout: Path, script: str, option: str) -> None:
    assert call(checkout, script, option, "mine").returncode == 0
    assert calls(checkout)[-1] == f"{checkout.parent / 'elsewhere'} -m tests.tools.{script} {option} mine"


def test_a_half_made_environment_is_made_anew(checkout: Path) -> None:
    assert call(checkout, "setup").returncode == 0
    made = f"{checkout} -m venv --clear .venv"
    assert made in calls(checkout)
    (checkout / "calls").unlink()
    (checkout / ".venv" / ".voicepipe-installed").unlink()
    assert call(checkout, "setup").returncode == 0
    assert made not in calls(checkout)


def test_a_python_without_venv_is_told_where_to_get_it(checkout: Path) -> None:
    result = call(checkout, "setup", NO_VENV="1")
    assert result.returncode == 1
    assert "apt install python3-venv" in result.stderr
    assert not any("pip install" in line for line in calls(checkout))


def test_setup_installs_the_lock_and_nothing_else(checkout: Path) -> None:
    assert call(checkout, "setup").returncode == 0
    installed = [line for line in calls(checkout) if "pip install" in line]
    assert [line.split("--use-pep517 ")[1] for line in installed] == LOCKED_INSTALLATION


def test_uv_installs_the_same(checkout: Path) -> None:
    interpreter(checkout.parent / "bin" / "uv")
    (checkout / ".venv" / "bin" / "voicepipe").touch()
    assert call(checkout, "setup", PATH=f"{checkout.parent / 'bin'}:/usr/bin:/bin").returncode == 0
    installed = [line for line in calls(checkout) if "pip install" in line]
    assert [line.split(".venv/bin/python ")[1] for line in installed] == LOCKED_INSTALLATION


def test_an_extra_is_added_once_and_anew_when_its_lock_changes(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "voicepipe").touch(mode=0o755)
    assert [count_of_installs(checkout, "setup", "gpu") for _ in range(2)] == [6, 6]
    (checkout / "requirements" / "gpu.txt").write_text("changed")
    assert count_of_installs(checkout, "setup") == 6
    assert count_of_installs(checkout, "setup", "gpu") == 9


def count_of_installs(checkout: Path, *command: str) -> int:
    """How many there have been after this one."""
    assert call(checkout, *command).returncode == 0
    return sum("pip install" in line for line in calls(checkout))


def test_an_extra_that_is_not_there_is_refused(checkout: Path) -> None:
    result = call(checkout, "setup", "gqu")
    assert (result.returncode, result.stderr) == (2, "there is no extra 'gqu'; there are: gpu\n")
    assert not (checkout / "calls").exists()


def test_a_python_that_is_not_supported_is_refused(checkout: Path) -> None:
    unfit = checkout.parent / "python2"
    unfit.write_text("#!/bin/sh\nexit 1\n")
    unfit.chmod(0o755)
    result = call(checkout, "setup", PYTHON=str(unfit))
    assert result.returncode == 1
    assert "Python 3.11 to 3.14" in result.stderr


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("digest", "is_installed"), [(0, True), (1, False)])
def test_a_file_with_another_hash_is_not_installed(checkout: Path, digest: int, is_installed: bool) -> None:
    """With the real pip, and a package that is on this machine."""
    wheel = build_wheel(checkout.parent / "packages")
    hexadecimal = hashlib.sha256(wheel.read_bytes() + b"changed" * digest).hexdigest()
    (checkout / "requirements" / "build.txt").write_text(f"locked==1.0 --hash=sha256:{hexadecimal}\n")
    venv = checkout.parent / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    result = call(checkout, "install_into", str(venv), "run", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheel.parent))
    assert ("DO NOT MATCH THE HASHES" in result.stderr) is not is_installed
    assert bool(list(venv.glob("lib/*/site-packages/locked.py"))) is is_installed


def build_wheel(directory: Path) -> Path:
    """A package named `locked`, of one module."""
    directory.mkdir()
    path = directory / "locked-1.0-py3-none-any.whl"
    info = "locked-1.0.dist-info"
    files = {
        "locked.py": "",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: locked\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]))
    return path


def test_a_debian_that_can_t_be_made_here_is_left_out_with_a_reason(checkout: Path) -> None:
    tools = checkout.parent / "tools"
    tools.mkdir()
    for name in ("bash", "dirname", "id"):
        (tools / name).symlink_to(shutil.which(name) or name)
    result = call(checkout, "test_on_debian", PATH=str(tools))
    assert result.returncode == UNABLE
    assert result.stderr.startswith("test_on_debian: left out: ")
    assert call(checkout, "test_on_debian", "--tset").returncode == 2


@pytest.mark.parametrize(("status", "is_tested"), [(0, True), (UNABLE, True), (1, False)])
def test_ci_goes_on_where_no_debian_can_be_made_and_stops_where_it_fails(
    checkout: Path, status: int, is_tested: bool
) -> None:
    shutil.copytree(ROOT / ".ci", checkout / ".ci")
    (checkout / "scripts" / "test_on_debian").write_text(f"#!/bin/sh\nexit {status}\n")
    interpreter(checkout / "scripts" / "test")
    result = call(checkout, "../.ci/run")
    assert (checkout / "calls").exists() is is_tested
    assert result.returncode == (0 if is_tested else status)


@pytest.mark.parametrize("status", [0, 1])
def test_ci_goes_on_where_the_genuine_model_can_t_be_had(checkout: Path, status: int) -> None:
    shutil.copytree(ROOT / ".ci", checkout / ".ci")
    (checkout / "scripts" / "test_on_debian").write_text(f"#!/bin/sh\nexit {UNABLE}\n")
    (checkout / "scripts" / "real_model").write_text(f"#!/bin/sh\nexit {status}\n")
    interpreter(checkout / "scripts" / "test")
    result = call(checkout, "../.ci/run")
    assert (result.returncode, len(calls(checkout))) == (0, 1)
    assert ("real_model: left out" in result.stdout) is bool(status)


@pytest.mark.parametrize("status", [0, 1])
def test_what_is_marked_real_is_said_to_be_skipped_where_it_is(checkout: Path, status: int) -> None:
    (checkout / "scripts" / "real_model").write_text(f"#!/bin/sh\nexit {status}\n")
    for program in ("ruff", "mypy", "lint-imports", "coverage"):
        interpreter(checkout / ".venv" / "bin" / program)
    result = call(checkout, "test")
    assert result.returncode == 0
    assert ("what is marked 'real' is skipped" in result.stderr) is bool(status)
    assert any("-m pytest" in line for line in calls(checkout))


def test_scripts_quota_needs_no_environment(tmp_path: Path) -> None:
    """Called through a link, from elsewhere, with an empty PATH but for the system's tools."""
    (tmp_path / "quota").symlink_to(ROOT / "scripts" / "quota")
    environment = {"PATH": "/usr/bin:/bin", "VOICEPIPE_SERVICE__STATE_DIR": str(tmp_path / "state")}
    if not (ROOT / ".venv" / "bin" / "voicepipe").exists():
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    command = [str(tmp_path / "quota"), "grant", "42", "7"]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd="/", check=True)
    assert "7 s" in result.stdout


def test_scripts_quota_without_any_voicepipe_says_so(tmp_path: Path) -> None:
    script = tmp_path / "scripts" / "quota"
    script.parent.mkdir()
    script.write_bytes((ROOT / "scripts" / "quota").read_bytes())
    command = ["/bin/sh", str(script), "list"]
    result = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)
    assert result.returncode == 127
    assert "neither in" in result.stderr
