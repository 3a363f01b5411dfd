"""Faults that happen to runs, each of them done for real, and the run continued afterwards."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rate_law import install
from small_run import TABLES, command, cut_back, lithovoid
from test_restart import assert_same, compare, wait_for_rows

MIDDLE = 32


def about(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "run.json").read_text())
    return found


def continue_and_compare(run: Path, finished: Path, *arguments: object) -> None:
    result = lithovoid("run", "--restart", run, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    assert_same(run, finished)


@pytest.mark.parametrize(("suffix", "damage"), [("h5", "cut"), ("json", "flip")])
def test_a_damaged_checkpoint_is_said_and_the_one_before_taken(
    finished: Path, tmp_path: Path, suffix: str, damage: str
) -> None:
    run = cut_back(finished, tmp_path / "run", MIDDLE)
    path = run / "checkpoints" / f"step-30.{suffix}"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data) if damage == "flip" else bytes(data[: len(data) // 2]))
    continue_and_compare(run, finished)
    log = (run / "log.txt").read_text()
    assert "WARNING the checkpoint of step 30 cannot be used" in log
    assert [s["step"] for s in about(run)["segments"]] == [0, 25]


def test_without_any_good_checkpoint_nothing_is_overwritten(finished: Path, tmp_path: Path) -> None:
    run = cut_back(finished, tmp_path / "run", MIDDLE)
    for path in (run / "checkpoints").glob("step-*.h5"):
        path.write_bytes(b"")
    result = lithovoid("run", "--restart", run)
    assert result.returncode == 1
    assert "no checkpoint" in result.stderr
    assert_same(run, finished)


def test_a_series_that_lost_rows_goes_back_to_an_older_checkpoint(
    finished: Path, tmp_path: Path
) -> None:
    run = cut_back(finished, tmp_path / "run", MIDDLE)
    lines = (run / "series.csv").read_bytes().splitlines(keepends=True)
    (run / "series.csv").write_bytes(b"".join(lines[:28]) + lines[28][:20])
    continue_and_compare(run, finished)
    assert [s["step"] for s in about(run)["segments"]] == [0, 25]


def test_a_lost_mesh_is_built_again(finished: Path, tmp_path: Path) -> None:
    run = cut_back(finished, tmp_path / "run", MIDDLE)
    (run / "checkpoints" / "mesh.h5").write_bytes(b"no mesh")
    continue_and_compare(run, finished)
    assert "the mesh is built again" in (run / "log.txt").read_text()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 1 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", place):
        pytest.skip("no right to mount a file system of its own: run as root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def mount(*arguments: object) -> int:
    if shutil.which("mount") is None:
        return 1
    call = ["mount", *map(str, arguments)]
    return subprocess.run(call, capture_output=True, check=False).returncode


def test_a_full_disk_loses_nothing(case: Path, finished: Path, small_disk: Path) -> None:
    run = small_disk / "run"
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 570_000)  # a checkpoint meets the end, not VTK without a reason
    result = lithovoid("run", case, "--out", run)
    assert result.returncode == 3, result.stdout + result.stderr
    assert "No space left on device" in " ".join(result.stdout.split())
    assert "Traceback" not in result.stderr
    filler.unlink()
    assert not mount("-o", "remount,size=20m", small_disk)
    continue_and_compare(run, finished)


def test_a_disk_that_is_full_from_the_start(case: Path, small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(b"x" * 1_040_000)
    result = lithovoid("run", case, "--out", small_disk / "run")
    assert result.returncode == 1
    assert "No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (small_disk / "run").exists()


def test_a_read_only_place_is_refused(case: Path, finished: Path, small_disk: Path) -> None:
    assert not mount("-o", "remount,size=20m", small_disk)
    run = cut_back(finished, small_disk / "run", MIDDLE)
    assert not mount("-o", "remount,ro", small_disk)
    for arguments in ([case, "--out", small_disk / "new"], ["--restart", run]):
        result = lithovoid("run", *arguments)
        assert result.returncode == 1
        assert "Read-only file system" in result.stderr
        assert "Traceback" not in result.stderr
    assert "finished" in lithovoid("info", run).stdout


def descendants(parent: int) -> list[int]:
    """Return the process ids below `parent`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[1]) == parent:
            child = int(path.parent.name)
            found += [child, *descendants(child)]
    return found


def ranks_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the process ids of the ranks below mpirun."""
    found = []
    for pid in descendants(process.pid):
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"lithovoid" in line and b"mpirun" not in line and b"hydra" not in line:
            found.append(pid)
    return found


def test_a_killed_rank_ends_the_others_and_the_run_goes_on(
    case: Path, finished: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    process = subprocess.Popen(
        command("run", case, "--out", run, ranks=2),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for_rows(run, 12)
    below = ranks_of(process)
    assert len(below) == 2
    os.kill(below[-1], signal.SIGKILL)
    assert process.wait(30) != 0
    time.sleep(0.5)
    assert not [pid for pid in below if Path(f"/proc/{pid}/cmdline").is_file()]
    assert lithovoid("run", "--restart", run, ranks=2).returncode == 0
    compare(run, finished)


LAW = ("--set", "nucleation.rate_law=misbehaving")


def test_a_rank_that_raises_ends_all(case: Path, finished: Path, tmp_path: Path) -> None:
    run, found = tmp_path / "run", install(tmp_path / "law")
    place = ("run", case, "--out", run, *LAW)
    result = lithovoid(*place, ranks=2, environment={**found, "LAW": "raise"})
    assert result.returncode not in (0, 1, 2, 3)
    assert "ZeroDivisionError: a mistake in the rate law" in result.stderr
    assert lithovoid("run", "--restart", run, environment=found).returncode == 0
    compare(run, finished)


@pytest.mark.parametrize("ranks", [1, pytest.param(2, marks=pytest.mark.long)])
def test_nan_from_a_rate_law_stops_with_the_state_saved(
    case: Path, finished: Path, tmp_path: Path, ranks: int
) -> None:
    run, found = tmp_path / "run", install(tmp_path / "law")
    place = ("run", case, "--out", run, *LAW)
    result = lithovoid(*place, ranks=ranks, environment={**found, "LAW": "nan"})
    assert result.returncode == 2, result.stdout + result.stderr
    assert about(run)["status"] == "stopped"
    assert "the nucleation rate is nan" in about(run)["stop_reason"]
    assert "guard 'rate law'" in about(run)["stop_reason"]
    rows = (run / "series.csv").read_text().count("\n") - 1
    assert (run / "checkpoints" / "LATEST").read_text() == f"step-{rows}\n"
    assert lithovoid("run", "--restart", run, environment=found).returncode == 0
    (assert_same if ranks == 1 else compare)(run, finished)


def test_a_diverging_solve_stops_with_the_state_saved(finished: Path, tmp_path: Path) -> None:
    run = cut_back(finished, tmp_path / "run", MIDDLE)
    never = ("-snes_atol", "1e-30", "-snes_rtol", "1e-30")
    result = lithovoid("run", "--restart", run, "--", *never)
    assert result.returncode == 2, result.stdout + result.stderr
    assert about(run)["status"] == "stopped"
    assert "guard 'Newton'" in about(run)["stop_reason"]
    assert "Try " in about(run)["stop_reason"]
    assert (run / "series.csv").read_text().count("\n") == 31
    continue_and_compare(run, finished)


JUMPING = """
import sys, time, itertools
real, calls = time.time, itertools.count()
time.time = lambda: real() + (-1) ** next(calls) * 1e9
from lithovoid.cli import main
main()
"""


def test_a_jumping_clock_changes_nothing(case: Path, finished: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    limit = ("--set", "checkpoint.wall_time_limit=100 s")
    result = subprocess.run(
        [sys.executable, "-c", JUMPING, "run", str(case), "--out", str(run), *limit],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert_same(run, finished)
    assert about(run)["wall_time_s"] < 100


def test_paths_with_spaces_and_other_letters(finished: Path, case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Läufe für Übung ☃"
    folder.mkdir()
    moved = shutil.copy(case, folder / "kleine Zelle.toml")
    run = folder / "erster Lauf №1"
    assert lithovoid("run", moved, "--out", run).returncode == 0
    assert_same(run, finished)
    cut = cut_back(run, folder / "zweiter Lauf", 1000)
    shutil.rmtree(cut / "checkpoints")
    continue_and_compare(cut, finished)


def test_a_broken_pipe_does_not_end_the_run(case: Path, finished: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = subprocess.Popen(command("run", case, "--out", run), stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 0
    for name in TABLES:
        assert (run / name).is_file()
    assert_same(run, finished)
