"""A Slurm of one node, with the scripts of docker/slurm: what users will submit."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from container_tools import (
    QUICK,
    ROOT,
    SCENARIOS,
    SHORT,
    assert_same,
    bare_run,
    require,
    rows,
    short_case,
    status,
    wait_for,
)
from launch import COMMAND
from slurm_cluster import Cluster, one_host, slurm

from lithovoid.case.load import dump_toml, load_scenario

SCRIPTS = ROOT / "docker" / "slurm"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start Slurm on this machine; skip where it cannot be."""
    require("slurmctld", "slurmd", "munged", "srun", package="slurmctld slurmd slurm-client munge")
    if os.geteuid() != 0:
        pytest.skip("Slurm's daemons are started by root only")
    with slurm(tmp_path_factory.mktemp("slurm"), one_host()) as running:
        yield running


def submit(cluster: Cluster, script: str, *words: str | Path, **variables: str) -> str:
    """Submit a script of docker/slurm, wait for its end, and return what it wrote."""
    path = f"{BIN}:{os.environ['PATH']}"
    log = cluster.folder / f"{time.monotonic_ns()}.log"
    options = ("--wait", f"--output={log}", "--ntasks=2", "--mem=1000")
    ended = cluster.call("sbatch", *options, SCRIPTS / script, *words, PATH=path, **variables)
    written = log.read_text()
    assert ended.returncode == 0, ended.stderr + written
    return written


def test_a_plain_srun_is_refused(cluster: Cluster) -> None:
    command = (COMMAND, "run", SCENARIOS / QUICK, "--out", "alone")
    ended = cluster.call("srun", "--ntasks=2", "--mpi=none", *command)
    assert ended.returncode == 1
    assert "srun started 2 processes (SLURM_STEP_NUM_TASKS)" in ended.stderr
    assert not (cluster.folder / "alone").exists()


@pytest.mark.parametrize("launch", ["srun --mpi=pmi2", "mpirun"])
def test_a_job_equals_a_run(cluster: Cluster, tmp_path: Path, launch: str) -> None:
    case = short_case(tmp_path)
    out = tmp_path / "out"
    written = submit(cluster, "job.sh", case, out, LAUNCH=launch)
    assert " 2 on " in written
    assert (status(out)["status"], status(out)["ranks"]) == ("finished", 2)
    assert (out / "report" / "index.html").is_file()
    bare_run(case, tmp_path / "bare", ranks=2)
    assert_same(out, tmp_path / "bare")


def test_a_job_in_the_image(
    cluster: Cluster, apptainer: list[str], sif: Path, tmp_path: Path
) -> None:
    """Slurm starts the containers, and the MPI of the image connects them."""
    case = short_case(tmp_path)
    out = tmp_path / "out"
    program = " ".join(map(str, (*apptainer, "exec", "-B", tmp_path, sif, "lithovoid")))
    submit(cluster, "job.sh", case, out, PROGRAM=program)
    assert (status(out)["status"], status(out)["ranks"]) == ("finished", 2)
    assert (out / "report" / "index.html").is_file()


def test_one_process_of_a_batch_script_is_no_error(cluster: Cluster, tmp_path: Path) -> None:
    """As `lithovoid study run` does in an allocation: runs of one process, without srun."""
    script = tmp_path / "one.sh"
    run = f"'{COMMAND}' run '{SCENARIOS / QUICK}' --out '{tmp_path / 'out'}'"
    script.write_text(f"#!/bin/sh\n{run} {SHORT[0]} '{SHORT[1]}'\n")
    ended = cluster.call("sbatch", "--wait", "--ntasks=2", "--mem=1000", script)
    assert ended.returncode == 0, ended.stderr
    assert status(tmp_path / "out")["status"] == "finished"


def test_an_interrupted_job_goes_on_by_itself(cluster: Cluster, tmp_path: Path) -> None:
    """SIGUSR1, as Slurm sends it before the time limit: checkpoint, requeue, the same result."""
    out, log = tmp_path / "out", tmp_path / "job.log"
    options = ("--parsable", "--ntasks=2", "--mem=1000", f"--output={log}")
    path = f"{BIN}:{os.environ['PATH']}"
    script = (SCRIPTS / "requeue.sh", SCENARIOS / QUICK, out)
    job = cluster.call("sbatch", *options, *script, PATH=path).stdout.strip()
    wait_for(lambda: (out / "series.csv").is_file() and len(rows(out / "series.csv")) > 20)
    cluster.call("scancel", "--signal=USR1", job)
    wait_for(lambda: (out / "run.json").is_file() and status(out)["status"] == "interrupted")
    wait_for(lambda: status(out)["status"] == "finished")
    written = log.read_text()
    assert "into the queue again" in written
    assert "continued from the checkpoint of step" in written
    bare_run(SCENARIOS / QUICK, tmp_path / "bare", ranks=2)
    assert_same(out, tmp_path / "bare")


@pytest.mark.parametrize(
    ("limit", "signal", "reason"),
    [("2", "USR1@20", "SIGUSR1"), ("1", "CONT@1", "the wall-time limit is near")],
    ids=["signal", "clock"],
)
def test_a_job_ends_before_its_time_limit_and_goes_on(
    cluster: Cluster, tmp_path: Path, limit: str, signal: str, reason: str
) -> None:
    """A limit in minutes of a run without end: Slurm's signal, and without it the run's own clock.

    Slurm sends signals up to 30 s too early and thinks a while before it starts a job again.
    """
    case, out, log = tmp_path / "endless.toml", tmp_path / "out", tmp_path / "job.log"
    case.write_text(dump_toml(load_scenario(SCENARIOS / QUICK, ["numerics.dt_max=0.1 s"])))
    options = ("--ntasks=2", "--mem=1000", f"--time={limit}", f"--signal={signal}")
    variables = {"PATH": f"{BIN}:{os.environ['PATH']}", "MAX_RESTARTS": "1"}
    script = (f"--output={log}", SCRIPTS / "requeue.sh", case, out)
    job = cluster.call("sbatch", "--parsable", *options, *script, **variables).stdout.strip()
    wait_for(lambda: (out / "run.json").is_file() and status(out)["status"] == "interrupted")
    assert reason in status(out)["stop_reason"]
    saved = len(rows(out / "series.csv"))
    wait_for(lambda: len(rows(out / "series.csv")) > saved + 5)
    cluster.call("scancel", "--signal=USR1", job)
    wait_for(lambda: status(out)["status"] == "interrupted")
    wait_for(lambda: not cluster.call("squeue", "-h", "-j", job).stdout)
    written = log.read_text()
    assert written.count("into the queue again") == 1  # MAX_RESTARTS
    assert "TIME LIMIT" not in written
    steps = pd.read_csv(out / "series.csv")["step"]
    assert list(steps) == list(range(steps[0], steps[0] + len(steps)))


def test_the_array_runs_seeds(cluster: Cluster, tmp_path: Path) -> None:
    path = f"{BIN}:{os.environ['PATH']}"
    case = short_case(tmp_path)
    options = ("--wait", "--array=1-2", "--mem=1000", f"--output={tmp_path}/%a.log")
    ended = cluster.call("sbatch", *options, SCRIPTS / "array.sh", case, tmp_path, PATH=path)
    assert ended.returncode == 0, ended.stderr + (tmp_path / "1.log").read_text()
    for seed in (1, 2):
        found = status(tmp_path / f"seed-{seed}")
        assert (found["status"], found["seed"]) == ("finished", seed)
