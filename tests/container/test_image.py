"""The image: its size, runs on one and two processes, and what users meet in containers."""

import json
import os
import sys
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from container_tools import (
    OWNER,
    QUICK,
    SCENARIOS,
    SHORT,
    Image,
    assert_same,
    bare_run,
    call,
    own_folder,
    rows,
    status,
    wait_for,
)

LARGEST = 2.0e9
MEASURE = Path(__file__).with_name("measure.py")
INSIDE = f"/opt/lithovoid/scenarios/{QUICK}"


def test_size(image: Image) -> None:
    size = call(image.engine, "image", "inspect", "--format={{.Size}}", image.tag).stdout
    assert float(size) < LARGEST


def test_nobody_is_root(image: Image) -> None:
    assert image.run("-u", options=("--entrypoint=id",)).stdout.strip() == "1000"


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_run_equals_that_without_a_container(image: Image, tmp_path: Path, ranks: int) -> None:
    folder = tmp_path / "data"
    words: tuple[str, ...] = ("run", INSIDE, "--out", "out", *SHORT)
    options = image.read_only(folder)
    if ranks > 1:
        words = ("-n", str(ranks), "lithovoid", *words)
        options = (*options, "--entrypoint=mpirun")
    ended = image.run(*words, options=options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    out = folder / "out"
    assert (status(out)["status"], status(out)["ranks"]) == ("finished", ranks)
    assert {path.stat().st_uid for path in out.rglob("*")} == {OWNER}
    bare_run(SCENARIOS / QUICK, tmp_path / "bare", *SHORT, ranks=ranks)
    assert_same(out, tmp_path / "bare")


@pytest.mark.parametrize(
    ("name", "limit", "code"),
    [(QUICK, "1 h", 0), ("lithium_strip_3d_quick.toml", "1 ms", 3), ("reduced.toml", "1 h", 0)],
)
def test_no_form_of_the_scenarios_is_compiled_at_run_time(
    image: Image, tmp_path: Path, name: str, limit: str, code: int
) -> None:
    """In three dimensions only as far as the first step: all forms are in use by then."""
    options = (*image.read_only(tmp_path / "data"), "--env=CC=no-such-compiler")
    words = ("run", f"/opt/lithovoid/scenarios/{name}", "--out", "out")
    changes = (*(SHORT if name == QUICK else ()), "--set", f"checkpoint.wall_time_limit={limit}")
    ended = image.run(*words, *changes, options=options)
    assert ended.returncode == code, ended.stdout + ended.stderr


def test_other_forms_are_compiled_at_run_time(image: Image, tmp_path: Path) -> None:
    words = ("run", INSIDE, "--out", "out", *SHORT, "--set", "numerics.quadrature_degree=3")
    ended = image.run(*words, options=image.read_only(tmp_path / "data"))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_report_is_drawn_without_a_display(image: Image, tmp_path: Path) -> None:
    words = ("run", INSIDE, "--out", "out", "--report", *SHORT)
    ended = image.run(*words, options=image.read_only(tmp_path / "data"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    pictures = list((tmp_path / "data" / "out" / "report").glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size > 5000 for picture in pictures)


def test_self_test(image: Image, tmp_path: Path) -> None:
    words = ("-n", "2", "lithovoid", "info", "--selftest")
    ended = image.run(*words, options=(*image.read_only(tmp_path / "data"), "--entrypoint=mpirun"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count(" ok ") == 6


def test_a_folder_that_the_user_may_not_read_is_said(image: Image, tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "case.toml").write_bytes((SCENARIOS / QUICK).read_bytes())
    (tmp_path / "cases").chmod(0)
    options = (f"--volume={tmp_path}/cases:/cases", *image.as_owner())
    ended = image.run("check", "/cases/case.toml", options=options)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "/cases/case.toml: cannot be read: Permission denied" in ended.stderr


def test_an_extension_can_be_installed(image: Image, tmp_path: Path) -> None:
    """`FROM lithovoid`, `RUN pip install ...`: a package of your own, here without network."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "mine"\nversion = "1"\n[tool.setuptools]\npy-modules = ["mine"]\n'
    )
    (tmp_path / "mine.py").write_text("print('mine')\n")
    tmp_path.chmod(0o755)
    pip = "pip install -q --no-index --no-build-isolation /mine && python3 -c 'import mine'"
    options = ("--user=0:0", "--entrypoint=sh", f"--volume={tmp_path}:/mine")
    ended = image.run("-c", pip, options=options)
    assert ended.stdout.strip() == "mine", ended.stderr


def test_small_shared_memory_is_said(image: Image) -> None:
    words = ("-n", "2", "lithovoid", "info", "--selftest")
    ended = image.run(*words, options=("--entrypoint=mpirun", "--shm-size=1m"))
    assert ended.returncode != 0
    assert "/dev/shm has 1.0 MB left, and MPI needs 4.2 MB" in ended.stdout + ended.stderr


@pytest.mark.parametrize("ranks", [1, 2])
def test_stop_saves_the_run(image: Image, tmp_path: Path, ranks: int) -> None:
    """`docker stop` sends SIGTERM: the run ends with a checkpoint, and goes on from there."""
    out = tmp_path / "data" / "out"
    name = f"lithovoid-{os.getpid()}-{ranks}"
    words = ("-n", str(ranks), "lithovoid", "run", INSIDE, "--out", "out")
    options = (*image.read_only(out.parent), "--entrypoint=mpirun")
    detached = ("--detach", f"--name={name}")
    started = call(
        *(image.engine, "run", "--network=none", *detached, *options, image.tag, *words),
        *("--set", "numerics.dt_max=0.1 s"),
    )
    assert started.returncode == 0, started.stderr
    try:
        wait_for(lambda: (out / "timing.csv").is_file() and len(rows(out / "timing.csv")) > 5)
        assert call(image.engine, "stop", "--time=120", name).returncode == 0
        code = call(image.engine, "inspect", "--format={{.State.ExitCode}}", name).stdout.strip()
    finally:
        log = call(image.engine, "logs", name)
        call(image.engine, "rm", "--force", name)
    assert code == "3", log.stdout + log.stderr  # 137: killed when the time was over
    assert status(out)["exit_code"] == 3
    assert list((out / "checkpoints").iterdir())
    words = ("run", "--restart", "out", *SHORT, "--set", "numerics.dt_max=1 h")
    ended = image.run(*words, options=image.read_only(out.parent))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (status(out)["status"], status(out)["segments"][-1]["ranks"]) == ("finished", 1)


def test_health_check(image: Image) -> None:
    """What the image declares as its health check works within its time."""
    inspect = (image.engine, "image", "inspect", "--format={{json .Config.Healthcheck}}")
    declared = json.loads(call(*inspect, image.tag).stdout)
    kind, *words = declared["Test"]
    assert kind == "CMD"
    ended = image.run(*words[1:], options=(f"--entrypoint={words[0]}", "--read-only"))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_nothing_else_is_written(image: Image, tmp_path: Path) -> None:
    """No settings of Gmsh or others beside the run, where the user is unknown and has no home."""
    folder = tmp_path / "data"
    own_folder(folder)
    options = (*image.as_owner(), f"--volume={folder}:/data")
    ended = image.run("run", INSIDE, "--out", "out", *SHORT, options=options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [path.name for path in folder.iterdir()] == ["out"]


def test_what_the_container_costs_is_measured(image: Image) -> None:
    """A table of times, for people to judge: on a busy machine they say nothing."""
    options = ("--engine", image.engine, "--image", image.tag, "--repeat", "1", *SHORT)
    ended = call(sys.executable, MEASURE, *options, timeout=900)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    table = pd.read_csv(StringIO(ended.stdout))
    kinds = ["bare", "container"]
    assert list(table["kind"]) == [*kinds, *kinds, "container / bare", *kinds, "container / bare"]
    assert (table[["start [s]", "compute [s]", "cpu [s]"]].fillna(1) > 0).all(axis=None)
    print(ended.stdout)
