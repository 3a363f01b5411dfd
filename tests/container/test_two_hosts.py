"""One run on two hosts, which are network namespaces: with a Slurm of two nodes, and with ssh."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from container_tools import QUICK, SCENARIOS, SHORT, assert_same, bare_run, call, require, status
from launch import COMMAND
from slurm_cluster import Cluster, Hosts, slurm, two_hosts
from ssh_hosts import ssh

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hosts")


@pytest.fixture(scope="module")
def hosts(folder: Path) -> Iterator[Hosts]:
    """Emulate two hosts; skip where that cannot be."""
    require("ip", "nsenter", package="iproute2 util-linux")
    name = f"lv{os.getpid()}"
    if call("ip", "netns", "add", name).returncode:
        pytest.skip("no right to make network namespaces here")
    call("ip", "netns", "del", name)
    with two_hosts(folder) as emulated:
        yield emulated


@pytest.fixture(scope="module")
def cluster(folder: Path, hosts: Hosts) -> Iterator[Cluster]:
    """Start Slurm on both hosts."""
    require("slurmctld", "slurmd", "munged", "srun", package="slurmctld slurmd slurm-client munge")
    with slurm(folder, hosts, cpus=1) as running:
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


def test_a_run_on_two_hosts_without_a_scheduler(folder: Path, hosts: Hosts, tmp_path: Path) -> None:
    """MPI itself starts the second process, through ssh."""
    require("sshd", "ssh", "ssh-keygen", package="openssh-server openssh-client")
    first, second = hosts.names
    out = tmp_path / "out"
    with ssh(folder, hosts) as program:
        launcher = ("-launcher", "ssh", "-launcher-exec", program, "-hosts", f"{first},{second}")
        start = (*hosts.prefixes[first], BIN / "mpirun", *launcher, "-n", "2", COMMAND)
        tried = call(*start, "info", "--selftest", cwd=tmp_path)
        ended = call(*start, "run", SCENARIOS / QUICK, "--out", out, *SHORT, cwd=tmp_path)
    assert f"2 on {first}, {second}" in tried.stdout, tried.stdout + tried.stderr
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (status(out)["status"], status(out)["ranks"]) == ("finished", 2)
    bare_run(SCENARIOS / QUICK, tmp_path / "bare", *SHORT, ranks=2)
    assert_same(out, tmp_path / "bare")
