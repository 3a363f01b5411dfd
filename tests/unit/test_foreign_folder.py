"""Nothing is imported from the folder that a user works in, whatever its files are called."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import tomli_w
from launch import COMMAND
from scenario_cases import data
from study_cases import COLUMN, write_study

import lithovoid
from lithovoid.commands import selftest

LIBRARIES = ("signal", "typing", "random", "queue", "csv", "json", "numpy", "pint", "dolfinx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with programs that are named like modules."""
    for name in LIBRARIES:
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('the {name} of the user')")
    return tmp_path


def call(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, cwd=folder
    )


@pytest.mark.parametrize("keep", ["table", "runs"])
def test_studies_do_not_import_from_the_folder(folder: Path, keep: str) -> None:
    (folder / "lithovoid.py").write_text("raise SystemExit('the lithovoid of the user')")
    write_study(folder, COLUMN, axes=[{"anode.x_mg": [0.2]}], keep=keep)
    ended = call(folder, COMMAND, "study", "run", "study.toml", "--out", "out", "--slots", "1")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert pd.read_csv(folder / "out" / "results.csv")["state"].tolist() == ["finished"]


def test_the_module_does_not_import_from_the_folder(folder: Path) -> None:
    (folder / "case.toml").write_text(tomli_w.dumps(data()), encoding="utf-8")
    ended = call(folder, sys.executable, "-m", "lithovoid", "check", "case.toml")
    assert ended.returncode == 0, ended.stderr
    assert "physics hash" in ended.stdout


def test_pictures_of_the_selftest_do_not_import_from_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Alone:
        rank = 0

    monkeypatch.chdir(folder)
    assert selftest.CHECKS["pictures"](Alone()) == ""  # type: ignore[arg-type]


def test_one_place_starts_python() -> None:
    """All else goes through it, and so keeps the user's folder out."""
    package = Path(lithovoid.__file__).parent
    sources = [
        Path(folder) / name
        for folder, _, names in os.walk(package, followlinks=True)
        for name in names
        if name.endswith(".py")
    ]
    starting = [path.name for path in sources if "[sys.executable" in path.read_text("utf-8")]
    assert starting == ["python.py"]
    spawning = [path for path in sources if "get_context(" in path.read_text("utf-8")]
    assert all("safe_children()" in path.read_text("utf-8") for path in spawning)
