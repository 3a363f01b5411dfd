"""What is refused or said about the machine before a run begins."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import pytest
from launch import COMMAND, launcher, saved

from lithovoid.machine import environment
from lithovoid.machine.environment import require_shared_memory, separate_processes
from lithovoid.machine.errors import ConfigurationError
from lithovoid.machine.form_compiler import cache_problem, compiler_problem, form_errors_explained


@pytest.mark.parametrize("variable", ["SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE"])
def test_processes_that_mpi_does_not_connect_are_refused(variable: str) -> None:
    problem = separate_processes(1, {variable: "4"})
    assert problem is not None
    assert f"started 4 processes ({variable})" in problem
    assert "srun --mpi=pmi2" in problem


@pytest.mark.parametrize(("size", "started"), [(1, "1"), (4, "4"), (1, ""), (2, "1")])
def test_connected_or_single_processes_are_fine(size: int, started: str) -> None:
    assert separate_processes(size, {"SLURM_STEP_NUM_TASKS": started}) is None


def test_a_batch_script_may_start_one_process_by_itself() -> None:
    assert separate_processes(1, {"SLURM_NTASKS": "8", "SLURM_JOB_ID": "7"}) is None


def test_a_run_started_n_times_writes_nothing(tmp_path: Path) -> None:
    case = saved(tmp_path / "cell.toml")
    variables = os.environ | {"SLURM_STEP_NUM_TASKS": "2"}
    ended = subprocess.run(
        [COMMAND, "run", str(case)],
        check=False,
        env=variables,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: srun started 2 processes")
    assert list(tmp_path.iterdir()) == [case]


def test_small_shared_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(free=3 * 2**20)
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: usage)
    require_shared_memory({"MPI_LOCALNRANKS": "1"})
    with pytest.raises(ConfigurationError, match=r"3\.1 MB left, and MPI needs 4\.2 MB"):
        require_shared_memory({"MPI_LOCALNRANKS": "2"})


def test_more_processes_than_processors_are_said(tmp_path: Path) -> None:
    case = saved(tmp_path / "cell.toml")
    one_processor = ["taskset", "-c", "0"]
    command = [*one_processor, *launcher(2), COMMAND, "run", str(case), "--out", "out"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    said = "2 processes with 1 threads each share 1 processors"
    assert (ended.stdout + ended.stderr).count(said) == 1


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, ranks: int) -> None:
    """A file stands where the folder should be, which stops even root."""
    case, file = saved(tmp_path / "cell.toml"), tmp_path / "file"
    file.touch()
    command = [*launcher(ranks), COMMAND, "run", str(case), "--out", "out"]
    variables = os.environ | {"XDG_CACHE_HOME": str(file)}
    ended = subprocess.run(
        command, env=variables, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    said = "compiled forms cannot be stored in"
    assert (ended.stdout + ended.stderr).count(said) == 1
    assert "set XDG_CACHE_HOME" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_missing_compiler_matters_only_to_an_empty_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler -O2")
    problem = cache_problem(tmp_path)
    assert problem is not None
    assert "no C compiler 'no-such-compiler'" in problem
    assert "apt-get install gcc libc6-dev" in problem
    (tmp_path / "form.c.cached").touch()
    assert cache_problem(tmp_path) is None


def test_missing_headers_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiler_problem() is None
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    problem = compiler_problem()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert problem is not None
    assert f"apt-get install python{version}-dev" in problem


def test_a_form_that_cannot_be_compiled_ends_with_one_message(tmp_path: Path) -> None:
    """The cache holds something, so the lack of a compiler shows only when a form is missing."""
    case, cache = saved(tmp_path / "cell.toml"), tmp_path / "cache"
    (cache / "fenics").mkdir(parents=True)
    (cache / "fenics" / "another.c").touch()
    (cache / "fenics" / "another.c.cached").touch()
    variables = os.environ | {"XDG_CACHE_HOME": str(cache), "CC": "no-such-compiler"}
    command = [COMMAND, "run", str(case), "--out", "out"]
    ended = subprocess.run(
        command, env=variables, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "error: the equations could not be compiled: no C compiler" in ended.stderr


def test_other_errors_are_left_as_they_are() -> None:
    with pytest.raises(ValueError, match="something else"), form_errors_explained():
        raise ValueError("something else")


HANG = """
import time
from lithovoid.machine.watchdog import Watchdog
watchdog = Watchdog(0.5)
watchdog.feed("first task")
watchdog.feed("waiting for nobody")
time.sleep(60)
"""


def test_the_watchdog_names_what_hangs() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANG], capture_output=True, text=True, check=False, timeout=30
    )
    assert ended.returncode != 0
    assert "error: no end after 0.5 s: waiting for nobody" in ended.stderr


def test_the_watchdog_lets_go() -> None:
    code = HANG.replace("time.sleep(60)", "watchdog.stop(); time.sleep(1); print('alive')")
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert (ended.stdout, ended.stderr) == ("alive\n", "")


@pytest.mark.parametrize("ranks", [1, 2])
def test_self_test(ranks: int) -> None:
    command = [*launcher(ranks), COMMAND, "info", "--selftest"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = ended.stdout.splitlines()
    assert len(lines) == 6
    assert f"ok    {ranks} on " in lines[0]
