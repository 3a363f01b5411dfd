"""The package as it is declared, against the folders as they are."""

import fnmatch
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "lithovoid": "solver",
    "lithovoid.meshes": "meshes",
    "lithovoid.postprocess": "postprocess",
    "lithovoid.scenarios": "scenarios",
}
LONGEST_FILE = 300


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    """Return the table ``[tool.setuptools]`` of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    return table["setuptools"]


def package_folders() -> dict[str, Path]:
    """Return every package that is on disk: a folder with ``__init__.py``, by its import name."""
    found = {}
    for name, folder in FOLDERS.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            below = init.parent.relative_to(ROOT / folder).parts
            found[".".join((name, *below))] = init.parent
    return found


def tracked(*arguments: str) -> list[str]:
    """Return what ``git ls-files`` lists; skip the test where there is no git checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "-C", str(ROOT), "ls-files", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def test_all_packages_are_declared(declared: dict[str, Any]) -> None:
    assert sorted(declared["packages"]) == sorted(package_folders())
    assert declared["package-dir"] == FOLDERS


def test_folders_with_python_files_are_packages() -> None:
    homes = {path.parent for folder in FOLDERS.values() for path in (ROOT / folder).rglob("*.py")}
    assert homes == set(package_folders().values())


def test_data_files_are_installed(declared: dict[str, Any]) -> None:
    """Every tracked file in a package that is no Python file matches its package-data."""
    names = {folder: name for name, folder in package_folders().items()}
    left_out = []
    for file in map(ROOT.joinpath, tracked(*FOLDERS.values())):
        if file.suffix == ".py" or not file.exists():
            continue
        home = next(parent for parent in file.parents if parent in names)
        patterns = declared["package-data"].get(names[home], [])
        relative = file.relative_to(home).as_posix()
        if not any(fnmatch.fnmatch(relative, pattern) for pattern in patterns):
            left_out.append(str(file.relative_to(ROOT)))
    assert left_out == []


@pytest.mark.parametrize(
    "line", ["import solver", "from meshes.read import read_mesh", "import postprocess as p"]
)
def test_imports_by_folder_are_banned(line: str) -> None:
    """`import solver` works in the repository's root, and would load every module twice."""
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "-"]
    run = subprocess.run(
        command, input=f"{line}\n", cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "import lithovoid" in run.stdout


def test_python_files_are_short() -> None:
    paths = [p for folder in (*FOLDERS.values(), "tests") for p in (ROOT / folder).rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_generated_file_is_tracked() -> None:
    assert tracked("--cached", "--ignored", "--exclude-standard") == []
