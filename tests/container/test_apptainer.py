"""The image as one file for clusters: in-container MPI, and a launcher outside."""

import os
import shutil
from pathlib import Path

import pytest
from container_tools import (
    QUICK,
    ROOT,
    SCENARIOS,
    SHORT,
    Image,
    assert_same,
    bare_run,
    call,
    status,
)
from launch import launcher

INSIDE = f"/opt/lithovoid/scenarios/{QUICK}"


@pytest.fixture(scope="module")
def apptainer() -> list[str]:
    """Return the words that start Apptainer: $APPTAINER, or that of the system."""
    command = os.environ.get("APPTAINER", "apptainer").split()
    if shutil.which(command[0]) is None:
        pytest.skip("no apptainer: see apptainer.org, or set APPTAINER")
    return command


@pytest.fixture(scope="module")
def sif(apptainer: list[str], image: Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the file from the image."""
    folder = tmp_path_factory.mktemp("sif")
    archive = ("--format", "docker-archive") if image.engine == "podman" else ()
    saved = call(image.engine, "save", *archive, "-o", folder / "lithovoid.tar", image.tag)
    assert saved.returncode == 0, saved.stderr
    fast = ("--notest", "--mksquashfs-args", "-comp lz4")  # the tests are below
    build = (*apptainer, "build", *fast, "lithovoid.sif", ROOT / "docker" / "apptainer.def")
    built = call(*build, cwd=folder, timeout=1500)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    return folder / "lithovoid.sif"


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
