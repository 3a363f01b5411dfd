"""Doing the runs of a study: results, failures, resuming, refusing."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console
from study_cases import COLUMN, changed, write_study

from lithovoid.machine.errors import ConfigurationError, ExitCode
from lithovoid.study.commands import run_study, study_status
from lithovoid.study.directory import FAILED, FINISHED, UNFINISHED, StudyDirectory
from lithovoid.study.execute import Launcher
from lithovoid.study.expand import expand
from lithovoid.study.schema import load_study

SMALLEST_STEP = "numerics.ledger_limit"


def run(path: Path, out: Path, **options: Any) -> tuple[ExitCode, str]:
    console = Console(file=io.StringIO(), width=200)
    code = run_study(path, out, options.get("slots", 2), options.get("retry", False), console)
    return code, console.file.getvalue()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, ExitCode]:
    """A study of three runs, one of which cannot succeed, after it was run from a folder with a
    program that is named like a module of the standard library."""
    folder = tmp_path_factory.mktemp("study")
    axes = [{"anode.x_mg": [0.2, 0.3], SMALLEST_STEP: [1e-6, 1e-30]}]
    path = write_study(folder, COLUMN, axes=axes)
    out = folder / "out"
    (folder / "queue.py").write_text("raise SystemExit('not the standard library')")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return path, out, run(path, out)[0]


def test_a_failed_run_is_recorded_and_stops_nothing(done: tuple[Path, Path, ExitCode]) -> None:
    _, out, code = done
    table = pd.read_csv(out / "manifest.csv")
    assert code == ExitCode.NUMERICAL
    assert table["state"].tolist() == ["finished", "failed"]
    assert "ledger" in table["reason"][1]


def test_the_table_of_results_joins_parameters_and_summaries(
    done: tuple[Path, Path, ExitCode],
) -> None:
    _, out, _ = done
    table = pd.read_csv(out / "results.csv")
    summary = json.loads((out / "runs" / table["name"][0] / "run.json").read_text())["summary"]
    assert table["anode.x_mg"].tolist() == [0.2, 0.3]
    assert table["areal_capacity_mAh_cm2"][0] == summary["areal_capacity_mAh_cm2"]
    parquet = pd.read_parquet(out / "results.parquet")
    assert parquet["areal_capacity_mAh_cm2"][0] == summary["areal_capacity_mAh_cm2"]


def test_finished_runs_are_not_done_again_and_missing_ones_are(
    done: tuple[Path, Path, ExitCode],
) -> None:
    path, out, _ = done
    (kept, failed) = pd.read_csv(out / "manifest.csv")["name"]
    stamp = (out / "runs" / kept / "run.json").stat().st_mtime_ns
    run_json = out / "runs" / failed / "run.json"
    run_json.write_text(run_json.read_text().replace('"stopped"', '"running"'))  # as after a kill
    os.remove(out / "results.csv")
    code, words = run(path, out)
    assert "2 runs, 1 done already" in words
    assert code == ExitCode.NUMERICAL
    assert (out / "runs" / kept / "run.json").stat().st_mtime_ns == stamp
    assert json.loads(run_json.read_text())["status"] == "stopped"
    assert "2 runs, 2 done already" in run(out, None)[1]  # type: ignore[arg-type]


def test_a_run_that_an_interruption_ended_early_has_not_failed(tmp_path: Path) -> None:
    """A signal before the run could handle it: MPI aborts with a code of its own."""
    loaded = load_study(write_study(tmp_path, COLUMN, axes=[{"anode.x_mg": [0.2]}]))
    directory = StudyDirectory(tmp_path / "out", loaded, expand(loaded))
    launcher, (case,) = Launcher(directory), directory.cases
    directory.log_file(case).write_text("Abort(59) on node 0")
    assert launcher._outcome(case, 59, directory.log_file(case)).state == FAILED
    launcher.stop()
    assert launcher._outcome(case, 59, directory.log_file(case)).state == UNFINISHED


def test_a_run_that_is_finished_has_not_failed(done: tuple[Path, Path, ExitCode]) -> None:
    """Whatever happens to its process afterwards: MPI aborts where a network has vanished."""
    path, out, _ = done
    loaded = load_study(path)
    directory = StudyDirectory(out, loaded, expand(loaded))
    case = next(c for c in directory.cases if directory.read_run(c).state == FINISHED)
    assert Launcher(directory)._outcome(case, 59, directory.log_file(case)).state == FINISHED


def test_a_directory_of_another_study_is_refused(done: tuple[Path, Path, ExitCode]) -> None:
    _, out, _ = done
    before = (out / "manifest.csv").read_text()
    other = write_study(out.parent, COLUMN, axes=[{"anode.x_mg": [0.2, 0.25]}])
    with pytest.raises(ConfigurationError, match=r"another study .*differs in axes"):
        run(other, out)
    assert (out / "manifest.csv").read_text() == before


def test_a_directory_that_is_no_study_is_refused(tmp_path: Path) -> None:
    path = write_study(tmp_path, COLUMN, axes=[{"anode.x_mg": [0.2]}])
    (tmp_path / "out").mkdir()
    with pytest.raises(ConfigurationError, match="no study directory"):
        run(path, tmp_path / "out")
    with pytest.raises(ConfigurationError, match="no such study directory"):
        study_status(path, tmp_path / "none", Console())


def test_the_cluster_script_runs_each_case_by_its_number(
    done: tuple[Path, Path, ExitCode], tmp_path: Path
) -> None:
    """Run the script with stand-ins for srun, as task 2 of the array."""
    _, out, _ = done
    names = pd.read_csv(out / "manifest.csv")["name"].tolist()
    (tmp_path / "srun").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "srun").chmod(0o755)
    script = (out / "submit.sbatch").read_text()
    assert "--array=1-2" in script
    (tmp_path / "runs").mkdir()
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SLURM_ARRAY_TASK_ID": "2"}
    case, target = f"cases/{names[1]}.toml", tmp_path / "runs" / names[1]
    for left, where in (("series.csv", "--out"), ("run.json", "--restart")):
        target.mkdir()
        (target / left).touch()
        words = subprocess.run(
            ["bash", out / "submit.sbatch"], cwd=tmp_path, env=environment, check=True,
            capture_output=True, text=True,
        ).stdout  # fmt: skip
        expected = f"lithovoid run {case} {where} runs/{names[1]}"
        assert words.strip() == f"--mpi=pmi2 --ntasks=1 {expected}"
        assert target.exists() == (where == "--restart")


def interrupted(command: list[str], out: Path, steps: int) -> Path:
    """Start a study, end it by SIGTERM after `steps` of its first run; return that run."""
    process = subprocess.Popen([*command, "--out", out], stdout=subprocess.DEVNULL)

    def stop_when_running() -> None:
        for _ in range(600):
            series = list(out.glob("runs/*/series.csv"))
            if series and len(series[0].read_text().splitlines()) > steps:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)

    threading.Thread(target=stop_when_running).start()
    assert process.wait(timeout=120) == ExitCode.INTERRUPTED
    (only,) = (out / "runs").iterdir()
    assert json.loads((only / "run.json").read_text())["status"] == "interrupted"
    return only


def test_an_interrupted_study_stops_in_good_order_and_goes_on_from_there(tmp_path: Path) -> None:
    """The first of two runs stops with its state, which the next start takes up."""
    slow = changed(COLUMN, numerics={"dt_initial": "0.05 s", "dt_max": "0.05 s"})
    path = write_study(tmp_path, slow, axes=[{"anode.x_mg": [0.2, 0.3]}])
    command = [sys.executable, "-m", "lithovoid", "study", "run", str(path), "--slots", "1"]
    only = interrupted(command, tmp_path / "out", 3)
    table = pd.read_csv(tmp_path / "out" / "manifest.csv")
    assert table["state"].tolist() == ["unfinished", "pending"]
    before = (only / "series.csv").read_text()
    interrupted(command, tmp_path / "out", len(before.splitlines()) + 3)
    after = (only / "series.csv").read_text()
    assert after.startswith(before)
    assert len(after) > len(before)
    assert "continued" in (only / "log.txt").read_text()


def test_the_reduced_model_fills_the_table_without_run_directories(tmp_path: Path) -> None:
    axes = [{"anode.x_mg": [0.0, 0.2], "numerics.ledger_limit": [1e-6, 1e-30]}]
    path = write_study(tmp_path, COLUMN, axes=axes, keep="table")
    code, _ = run(path, tmp_path / "out", slots=1)
    table = pd.read_csv(tmp_path / "out" / "results.csv")
    assert code == ExitCode.NUMERICAL
    assert table["state"].tolist() == ["finished", "failed"]
    assert table["incubation_capacity_mAh_cm2"][0] > 0
    assert not (tmp_path / "out" / "runs").exists()
    assert "2 runs, 2 done already" in run(path, tmp_path / "out")[1]
