"""The image as one file for clusters: in-container MPI, and a launcher outside."""

from pathlib import Path

import pytest
from container_tools import (
    QUICK,
    SCENARIOS,
    SHORT,
    assert_same,
    bare_run,
    call,
    status,
)
from launch import launcher

INSIDE = f"/opt/lithovoid/scenarios/{QUICK}"


@pytest.mark.parametrize("ranks", [1, 2])
def test_all_inside(apptainer: list[str], sif: Path, tmp_path: Path, ranks: int) -> None:
    """No home directory, a read-only root file system."""
    run = ("lithovoid", "run", INSIDE, "--out", tmp_path / "out", *SHORT)
    mpirun = ("mpirun", "-n", str(ranks)) if ranks > 1 else ()
    ended = call(*apptainer, "exec", "--no-home", "-B", tmp_path, sif, *mpirun, *run)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert status(tmp_path / "out")["ranks"] == ranks
    bare_run(SCENARIOS / QUICK, tmp_path / "bare", *SHORT, ranks=ranks)
    assert_same(tmp_path / "out", tmp_path / "bare")


def test_launcher_outside(apptainer: list[str], sif: Path, tmp_path: Path) -> None:
    run = ("lithovoid", "run", INSIDE, "--out", tmp_path / "out", *SHORT)
    ended = call(*launcher(2), *apptainer, "exec", "-B", tmp_path, sif, *run)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert status(tmp_path / "out")["ranks"] == 2
