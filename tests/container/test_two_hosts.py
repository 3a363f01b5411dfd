"""One run on two hosts: two network namespaces, joined by a Slurm of two nodes."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from container_tools import QUICK, SCENARIOS, SHORT, assert_same, bare_run, call, require, status
from launch import COMMAND
from slurm_cluster import Cluster, slurm, two_hosts

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start Slurm on two emulated hosts; skip where that cannot be."""
    require("slurmctld", "slurmd", "munged", "srun", package="slurmctld slurmd slurm-client munge")
    require("ip", "nsenter", package="iproute2 util-linux")
    name = f"lv{os.getpid()}"
    if call("ip", "netns", "add", name).returncode:
        pytest.skip("no right to make network namespaces here")
    call("ip", "netns", "del", name)
    folder = tmp_path_factory.mktemp("hosts")
    with two_hosts(folder) as hosts, slurm(folder, hosts, cpus=1) as running:
        yield running


def test_self_test_on_two_hosts(cluster: Cluster) -> None:
    command = ("srun", "--mpi=pmi2", "-N", "2", "-n", "2", "--mem=1000")
    ended = cluster.call(*command, COMMAND, "info", "--selftest")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    first, second = cluster.hosts.names
    assert f"2 on {first}, {second}" in ended.stdout


@pytest.mark.parametrize("launch", ["srun --mpi=pmi2", "mpirun"])
def test_a_run_on_two_hosts_equals_that_on_one(
    cluster: Cluster, tmp_path: Path, launch: str
) -> None:
    out, script = tmp_path / "out", tmp_path / "job.sh"
    run = f"'{COMMAND}' run '{SCENARIOS / QUICK}' --out '{out}' {SHORT[0]} '{SHORT[1]}'"
    start = launch if launch.startswith("srun") else f"'{BIN}/mpirun' -n 2"
    script.write_text(f"#!/bin/sh\n{start} {run}\n")
    options = ("-N", "2", "-n", "2", "--mem=1000", f"--output={tmp_path}/job.log")
    ended = cluster.call("sbatch", "--wait", *options, script)
    assert ended.returncode == 0, ended.stderr + (tmp_path / "job.log").read_text()
    assert (status(out)["status"], status(out)["ranks"]) == ("finished", 2)
    bare_run(SCENARIOS / QUICK, tmp_path / "bare", *SHORT, ranks=2)
    assert_same(out, tmp_path / "bare")
