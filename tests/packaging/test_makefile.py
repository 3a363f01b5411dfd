"""The set-up: targets, the stamp of the environment, the search for a Python."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run ``make`` with `arguments` in `folder`."""
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    command = ["make", "-C", str(folder), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``.ci/find-python`` with nothing but `environment` and a PATH."""
    values = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | environment
    command = [str(ROOT / ".ci" / "find-python")]
    return subprocess.run(command, env=values, capture_output=True, text=True, check=False)


def targets() -> set[str]:
    """Return the targets that the Makefile declares to be commands."""
    match = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert match is not None
    return set(match.group(1).split())


def test_pages_name_targets_that_exist() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(page.read_text() for page in pages)
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    named = set(re.findall(r"(?:^|[`$(&] ?)make ([a-z][a-z-]*)", code, re.MULTILINE))
    assert named >= {"run", "test", "docs"}
    assert named <= targets()


def test_every_target_is_listed_by_help() -> None:
    listed = {line.split()[0] for line in make("help").stdout.splitlines() if "make" not in line}
    assert listed == targets()


def test_environment_is_set_up_again_only_for_a_new_pyproject(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    assert make("--question", "env", folder=tmp_path).returncode == 1
    stamp = tmp_path / ".venv" / ".installed"
    stamp.parent.mkdir()
    stamp.touch()
    os.utime(tmp_path / "pyproject.toml", (1, 1))
    assert make("--question", "env", folder=tmp_path).returncode == 0
    os.utime(stamp, (0, 0))
    assert make("--question", "env", folder=tmp_path).returncode == 1


def test_run_uses_mpi_with_one_thread_per_rank() -> None:
    plan = make("--dry-run", "run", "RANKS=3", "CASE=my.toml").stdout
    assert ".venv/bin/mpirun -n 3 .venv/bin/lithovoid run my.toml --report" in plan
    assert "export OMP_NUM_THREADS := 1" in (ROOT / "Makefile").read_text()


def test_named_python_is_taken() -> None:
    found = find_python(PYTHON=sys.executable)
    assert found.returncode == 0, found.stderr
    assert Path(found.stdout.strip()).resolve() == Path(sys.executable).resolve()


def test_python_of_pyenv_is_found(tmp_path: Path) -> None:
    """An interpreter that is not on the PATH is found below the home directory."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "mktemp", "cat", "rm", "tail", "tr", "gcc", "cc", "as", "ld"):
        path = shutil.which(tool)
        if path is not None:
            (tools / tool).symlink_to(path)
    version = tmp_path / ".pyenv" / "versions" / "3.99.0" / "bin"
    version.mkdir(parents=True)
    (version / "python3").symlink_to(Path(sys.executable).resolve())
    found = find_python(PATH=str(tools), HOME=str(tmp_path))
    assert found.returncode == 0, found.stderr
    assert Path(found.stdout.strip()).resolve() == Path(sys.executable).resolve()


OLD_PYTHON = f"""exec '{sys.executable}' -c '
import sys
sys.version_info = (3, 11, 9, "final", 0)
exec(sys.argv[1])
' "$2"
"""


@pytest.mark.parametrize(
    ("program", "reason"), [(OLD_PYTHON, "is older than 3.12"), ("exit 1", "interpreter")]
)
def test_unfit_python_is_refused_with_advice(tmp_path: Path, program: str, reason: str) -> None:
    path = tmp_path / "interpreter"
    path.write_text(f"#!/bin/sh\n{program}\n")
    path.chmod(0o755)
    refused = find_python(PYTHON=str(path))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert reason in refused.stderr
    assert "make PYTHON=/path/to/python3" in refused.stderr


def test_missing_compiler_is_named() -> None:
    refused = find_python(PYTHON=sys.executable, CC="no-such-compiler")
    assert refused.returncode == 1
    assert "apt-get install gcc libc6-dev" in refused.stderr
