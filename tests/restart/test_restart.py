"""Continued runs: the same to the last bit, on other ranks, longer, or refused."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kill_cycles import Cycles
from small_run import TABLES, command, cut_back, lithovoid

from lithovoid.machine.errors import ConfigurationError
from lithovoid.postprocess.run import Run
from lithovoid.run.runner import run_scenario

MIDDLE = 32
"""A step in the middle of the run, after the first void."""


def assert_same(run: Path, reference: Path) -> None:
    for name in TABLES:
        assert (run / name).read_bytes() == (reference / name).read_bytes(), name


def test_three_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    cycles = Cycles(tmp_path, seed=5)
    cycles.run(3)
    assert cycles.found["runs compared"] >= 1


@pytest.mark.long
def test_a_hundred_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    Cycles(tmp_path, seed=1).run(100)


def test_fields_and_summary_are_those_of_the_undisturbed_run(
    finished: Path, tmp_path: Path
) -> None:
    run = cut_back(finished, tmp_path / "run", MIDDLE)
    result = lithovoid("run", "--restart", run)
    assert result.returncode == 0, result.stderr
    assert_same(run, finished)
    fields = {path.name: path.read_bytes() for path in (run / "fields").iterdir()}
    assert fields == {path.name: path.read_bytes() for path in (finished / "fields").iterdir()}
    about, wanted = (json.loads((d / "run.json").read_text()) for d in (run, finished))
    for key in ("summary", "events", "frames", "status", "started", "physics_hash"):
        assert about[key] == wanted[key], key
    assert [segment["step"] for segment in about["segments"]] == [0, 30]
    times = [frame["time_s"] for frame in wanted["frames"]]
    assert list(Run(run).frames) == times
    assert Run(run).frame("anode", -1).n_points > 0


@pytest.mark.parametrize("ranks", [2, pytest.param(3, marks=pytest.mark.long)])
def test_other_numbers_of_ranks_continue_to_solver_tolerance(
    finished: Path, tmp_path: Path, ranks: int
) -> None:
    run = cut_back(finished, tmp_path / "run", MIDDLE)
    assert lithovoid("run", "--restart", run, ranks=ranks).returncode == 0
    compare(run, finished)
    again = cut_back(run, tmp_path / "again", 45)  # written on several ranks, read on one
    assert lithovoid("run", "--restart", again).returncode == 0
    compare(again, finished)


def compare(run: Path, reference: Path) -> None:
    series, wanted = (pd.read_csv(d / "series.csv") for d in (run, reference))
    physical = [name for name in wanted if name not in ("ledger_residual", "linear_iterations")]
    pd.testing.assert_frame_equal(series[physical], wanted[physical], rtol=1e-6, atol=1e-9)
    nuclei, expected = (pd.read_csv(d / "nuclei.csv") for d in (run, reference))
    pd.testing.assert_frame_equal(nuclei, expected, rtol=1e-6)


def long(*values: object) -> Any:
    """Return the values as a case of the long tests."""
    return pytest.param(*values, marks=pytest.mark.long)


@pytest.mark.parametrize(
    ("number", "ranks"),
    [
        (signal.SIGTERM, 1),
        (signal.SIGTERM, 2),
        (signal.SIGUSR1, 1),
        long(signal.SIGINT, 1),
        long(signal.SIGHUP, 1),
    ],
)
def test_a_signal_saves_the_run(
    case: Path, finished: Path, tmp_path: Path, number: signal.Signals, ranks: int
) -> None:
    run = tmp_path / "run"
    rare = ("--set", "checkpoint.every_steps=1000")
    process = subprocess.Popen(
        command("run", case, "--out", run, *rare, ranks=ranks), stdout=subprocess.DEVNULL
    )
    wait_for_rows(run, 10)
    process.send_signal(number)
    assert process.wait(60) == 3
    about = json.loads((run / "run.json").read_text())
    assert (about["status"], about["exit_code"]) == ("interrupted", 3)
    assert about["stop_reason"] == f"interrupted by {number.name}"
    rows = len(pd.read_csv(run / "series.csv"))
    assert (run / "checkpoints" / "LATEST").read_text() == f"step-{rows}\n"
    assert lithovoid("run", "--restart", run).returncode == 0
    (assert_same if ranks == 1 else compare)(run, finished)
    if ranks == 1:  # the frame at the interruption is gone
        assert set(os.listdir(run / "fields")) == set(os.listdir(finished / "fields"))


def wait_for_rows(run: Path, rows: int) -> None:
    for _ in range(600):
        series = run / "series.csv"
        if series.is_file() and series.read_text().count("\n") > rows:
            return
        time.sleep(0.05)
    raise TimeoutError(f"{run} has no {rows} rows")


@pytest.mark.parametrize("slurm", [True, pytest.param(False, marks=pytest.mark.long)])
def test_the_wall_time_limit_saves_the_run(
    case: Path, finished: Path, tmp_path: Path, slurm: bool
) -> None:
    run = tmp_path / "run"
    given = () if slurm else ("--set", "checkpoint.wall_time_limit=1e-3 s")
    end = {"SLURM_JOB_END_TIME": str(time.time())} if slurm else None
    assert lithovoid("run", case, "--out", run, *given, environment=end).returncode == 3
    assert "wall-time limit" in json.loads((run / "run.json").read_text())["stop_reason"]
    without = ("--set", "checkpoint.wall_time_limit=1 h")
    assert lithovoid("run", case, "--restart", run, *without).returncode == 0
    assert_same(run, finished)


def test_a_finished_run_goes_on_with_a_longer_protocol(finished: Path, tmp_path: Path) -> None:
    run = cut_back(finished, tmp_path / "run", 1000)
    rows = len(pd.read_csv(run / "series.csv"))
    assert "quadrature_degree = 2\n" in (run / "scenario.toml").read_text()
    longer = ("--set", "protocol.2.until.capacity=0.02 mAh/cm^2")
    same = ("--set", "numerics.quadrature_degree=2")
    assert lithovoid("run", "--restart", run, *longer, *same).returncode == 0
    series = pd.read_csv(run / "series.csv")
    assert len(series) > rows
    assert list(series["step"]) == list(range(1, len(series) + 1))
    assert series["areal_capacity [mAh/cm^2]"].iloc[-1] == pytest.approx(0.1)
    assert series["ledger_residual"].max() < 1e-8
    assert "0.02 mAh/cm^2" in (run / "scenario_now.toml").read_text()
    began = (finished / "scenario.toml").read_text()
    assert (run / "scenario.toml").read_text() == began
    events = [event["name"] for event in json.loads((run / "run.json").read_text())["events"]]
    assert events.count("protocol_step_end") == 3


def test_a_step_that_has_ended_by_the_protocol_of_today_is_left_at_once(
    finished: Path, tmp_path: Path
) -> None:
    run = cut_back(finished, tmp_path / "run", 10)
    changes = ("--set", "protocol.0.until.overpotential=1 nV")
    result = lithovoid("run", "--restart", run, *changes)
    assert result.returncode == 0, result.stderr
    series = pd.read_csv(run / "series.csv")
    assert series["dt [s]"].min() > 0
    assert (series["protocol_step"] == 0).sum() == 10
    ends = [e for e in json.loads((run / "run.json").read_text())["events"] if "end" in e["name"]]
    assert ends[0]["step"] == 10
    assert ends[0]["words"].startswith("overpotential reached")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["geometry.width=6 um"], "geometry.width: '5 um' so far, '6 um' now"),
        (
            ["nucleation.seed=4", "numerics.quadrature_degree=3"],
            "nucleation.seed: 3 so far, 4 now\n  numerics.quadrature_degree: 2 so far, 3 now",
        ),
    ],
)
def test_other_physics_are_refused_and_nothing_changes(
    finished: Path, changes: list[str], message: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*")}
    arguments = [part for change in changes for part in ("--set", change)]
    result = lithovoid("run", "--restart", finished, *arguments)
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    before[finished / "run.lock"] = (finished / "run.lock").stat().st_mtime_ns
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*")} == before


def test_what_cannot_be_continued_is_said(case: Path, finished: Path, tmp_path: Path) -> None:
    strange = tmp_path / "strange"
    strange.mkdir()
    for given, out, restart, message in (
        (None, None, tmp_path / "none", "there is no directory"),
        (None, None, strange, "no scenario.toml"),
        (None, tmp_path / "new", finished, "--out"),
        (None, None, None, "give a scenario"),
    ):
        with pytest.raises(ConfigurationError, match=message):
            run_scenario(given, out, [], restart)
    (strange / "thesis.txt").write_text("do not touch")
    with pytest.raises(ConfigurationError, match=r"thesis\.txt"):
        run_scenario(case, None, [], strange)
    assert [path.name for path in strange.iterdir()] == ["thesis.txt"]


def test_a_run_that_goes_on_cannot_be_continued(case: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = subprocess.Popen(
        command("run", case, "--out", run, "--set", "numerics.dt_max=1 s"),
        stdout=subprocess.DEVNULL,
    )
    wait_for_rows(run, 1)
    try:
        refused = lithovoid("run", "--restart", run)
        assert refused.returncode == 1
        assert "still going on" in refused.stderr
        assert "running" in lithovoid("info", run).stdout
    finally:
        process.kill()
        process.wait()
    assert "killed" in lithovoid("info", run).stdout
