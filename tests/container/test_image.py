"""The image: its size, runs on one and two processes, and what users meet in containers."""

import os
from pathlib import Path

import pytest
from container_tools import QUICK, SCENARIOS, SHORT, Image, assert_same, bare_run, call, status

LARGEST = 2.0e9
STRANGER = 4321  # a user that the image does not know
INSIDE = f"/opt/lithovoid/scenarios/{QUICK}"


def read_only(folder: Path) -> tuple[str, ...]:
    """Return options: nothing can be written but /tmp and `folder`, seen as /data."""
    folder.mkdir(exist_ok=True)
    os.chown(folder, STRANGER, STRANGER)
    user = f"--user={STRANGER}:{STRANGER}"
    return ("--read-only", "--tmpfs=/tmp:exec", user, f"--volume={folder}:/data")


def test_size(image: Image) -> None:
    size = call(image.engine, "image", "inspect", "--format={{.Size}}", image.tag).stdout
    assert float(size) < LARGEST


def test_nobody_is_root(image: Image) -> None:
    assert image.run("-u", options=("--entrypoint=id",)).stdout.strip() == "1000"


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_run_equals_that_without_a_container(image: Image, tmp_path: Path, ranks: int) -> None:
    folder = tmp_path / "data"
    words: tuple[str, ...] = ("run", INSIDE, "--out", "out", *SHORT)
    options = read_only(folder)
    if ranks > 1:
        words = ("-n", str(ranks), "lithovoid", *words)
        options = (*options, "--entrypoint=mpirun")
    ended = image.run(*words, options=options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    out = folder / "out"
    assert (status(out)["status"], status(out)["ranks"]) == ("finished", ranks)
    assert {path.stat().st_uid for path in out.rglob("*")} == {STRANGER}
    bare_run(SCENARIOS / QUICK, tmp_path / "bare", *SHORT, ranks=ranks)
    assert_same(out, tmp_path / "bare")


def test_no_form_of_the_scenarios_is_compiled_at_run_time(image: Image, tmp_path: Path) -> None:
    options = (*read_only(tmp_path / "data"), "--env=CC=no-such-compiler")
    ended = image.run("run", INSIDE, "--out", "out", *SHORT, options=options)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_other_forms_are_compiled_at_run_time(image: Image, tmp_path: Path) -> None:
    words = ("run", INSIDE, "--out", "out", *SHORT, "--set", "numerics.quadrature_degree=3")
    ended = image.run(*words, options=read_only(tmp_path / "data"))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_report_is_drawn_without_a_display(image: Image, tmp_path: Path) -> None:
    words = ("run", INSIDE, "--out", "out", "--report", *SHORT)
    ended = image.run(*words, options=read_only(tmp_path / "data"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    pictures = list((tmp_path / "data" / "out" / "report").glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size > 5000 for picture in pictures)


def test_self_test(image: Image, tmp_path: Path) -> None:
    words = ("-n", "2", "lithovoid", "info", "--selftest")
    ended = image.run(*words, options=(*read_only(tmp_path / "data"), "--entrypoint=mpirun"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count(" ok ") == 6


def test_small_shared_memory_is_said(image: Image) -> None:
    words = ("-n", "2", "lithovoid", "info", "--selftest")
    ended = image.run(*words, options=("--entrypoint=mpirun", "--shm-size=1m"))
    assert ended.returncode != 0
    assert "/dev/shm has 1.0 MB left, and MPI needs 4.2 MB" in ended.stdout + ended.stderr


def test_stop_saves_the_run(image: Image, tmp_path: Path) -> None:
    """`docker stop` sends SIGTERM: the run ends with a checkpoint."""
    folder = tmp_path / "data"
    slow = ("--set", "numerics.dt_max=1 s")
    ended = image.run(
        *("5", "lithovoid", "run", INSIDE, "--out", "out", *slow),
        options=(*read_only(folder), "--entrypoint=timeout"),
    )
    assert ended.returncode == 124, ended.stdout + ended.stderr
    assert status(folder / "out")["exit_code"] == 3
    assert list((folder / "out" / "checkpoints").iterdir())
