"""A Slurm of one node or of two emulated hosts, in a scratch folder, ended after the test.

A host is a network namespace, with a name, shared memory and /etc/hosts of its own; the two are
joined by a virtual cable and reach nothing else.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from container_tools import Ended, call

NETWORK = "192.0.2"  # reserved for documentation (RFC 5737)
CONF = """
ClusterName=test
SlurmctldHost={controller}
AuthType=auth/munge
AuthInfo=socket={s}/munge.socket,cred_expire=10
SlurmUser=root
SlurmdUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SlurmctldPort=16817
SlurmdPort=16818
SlurmctldPidFile={s}/ctld.pid
SlurmdPidFile={s}/d_%n.pid
SlurmdSpoolDir={s}/d_%n
StateSaveLocation={s}/ctld
SlurmctldLogFile={s}/ctld.log
SlurmdLogFile={s}/d_%n.log
AccountingStorageType=accounting_storage/none
PropagateResourceLimits=NONE
{nodes}
PartitionName=debug Nodes=ALL Default=YES MaxTime=60 State=UP
"""


@dataclass
class Hosts:
    """Names of the hosts, and the words that run a command on one of them."""

    names: list[str]
    prefixes: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)


@contextmanager
def two_hosts(folder: Path) -> Iterator[Hosts]:
    """Emulate two hosts that are joined by a network of their own."""
    names = [f"lv{os.getpid()}a", f"lv{os.getpid()}b"]
    addresses = {name: f"{NETWORK}.{i}" for i, name in enumerate(names, 1)}
    table = folder / "hosts"
    table.write_text("127.0.0.1 localhost\n" + "".join(f"{addresses[n]} {n}\n" for n in names))
    hosts = Hosts(names, addresses=addresses)
    try:
        for name in names:
            _checked("ip", "netns", "add", name)
        cable = ("type", "veth", "peer", "name", "eth0", "netns", names[1])
        _checked("ip", "link", "add", "eth0", "netns", names[0], *cable)
        for name in names:
            _checked("ip", "-n", name, "addr", "add", f"{addresses[name]}/24", "dev", "eth0")
            for device in ("eth0", "lo"):
                _checked("ip", "-n", name, "link", "set", device, "up")
            begin = (
                f"hostname {name}; mount --bind {table} /etc/hosts; mount -t tmpfs tmpfs /dev/shm"
            )
            enter = ["nsenter", f"--net=/run/netns/{name}", "unshare", "-m", "-u", "-i"]
            hosts.prefixes[name] = [*enter, "sh", "-c", f'{begin}; exec "$@"', "sh"]
        yield hosts
    finally:
        for name in names:
            call("ip", "netns", "del", name)


def one_host() -> Hosts:
    """Return this machine."""
    name = socket.gethostname().partition(".")[0]
    return Hosts([name], {name: []}, {name: "127.0.0.1"})


@dataclass(frozen=True)
class Cluster:
    """A Slurm that answers; commands run on its first host."""

    folder: Path
    hosts: Hosts

    def call(self, *command: str | Path, **variables: str) -> Ended:
        """Run a command of Slurm, or any other, on the first host."""
        environment = os.environ | {"SLURM_CONF": str(self.folder / "slurm.conf")} | variables
        words = (*self.hosts.prefixes[self.hosts.names[0]], *command)
        return call(*words, env=environment, cwd=self.folder, timeout=900)


@contextmanager
def slurm(folder: Path, hosts: Hosts, cpus: int = 2) -> Iterator[Cluster]:
    """Start the daemons, wait until the nodes are idle, and end the daemons afterwards."""
    first = hosts.names[0]
    node = "NodeName={0} NodeAddr={1} CPUs={2} RealMemory=2000 State=UNKNOWN"
    nodes = "\n".join(node.format(name, hosts.addresses[name], cpus) for name in hosts.names)
    text = CONF.format(controller=f"{first}({hosts.addresses[first]})", s=folder, nodes=nodes)
    (folder / "slurm.conf").write_text(text)
    (folder / "ctld").mkdir()
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o600)
    cluster = Cluster(folder, hosts)
    files = [f"--{name}={folder}/munge.{name.partition('-')[0]}" for name in _MUNGE_FILES]
    daemons = [start_daemon(["munged", "-F", "--force", *files], folder)]
    try:
        daemons.append(start_daemon([*hosts.prefixes[first], "slurmctld", "-D"], folder))
        for name in hosts.names:
            (folder / f"d_{name}").mkdir()
            daemons.append(
                start_daemon([*hosts.prefixes[name], "slurmd", "-D", "-N", name], folder)
            )
        _wait_until_idle(cluster)
        yield cluster
    finally:
        for daemon in reversed(daemons):  # munged last: the others still sign their last messages
            end_daemon(daemon)


_MUNGE_FILES = ("key-file", "socket", "pid-file", "log-file", "seed-file")


def start_daemon(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start `command`, which writes to ``daemons.log`` in `folder`."""
    environment = os.environ | {"SLURM_CONF": str(folder / "slurm.conf")}
    environment["PATH"] += ":/usr/sbin:/sbin"
    with (folder / "daemons.log").open("ab") as log:
        return subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def end_daemon(daemon: subprocess.Popen[bytes]) -> None:
    """End a daemon and what it started."""
    os.killpg(daemon.pid, signal.SIGTERM)
    try:
        daemon.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(daemon.pid, signal.SIGKILL)
        daemon.wait()


def _wait_until_idle(cluster: Cluster) -> None:
    states: list[str] = []
    for _ in range(60):
        states = cluster.call("sinfo", "-N", "-h", "-o", "%t").stdout.split()
        if states == ["idle"] * len(cluster.hosts.names):
            return
        time.sleep(0.5)
    logs = "".join(path.read_text() for path in sorted(cluster.folder.glob("*.log")))
    raise AssertionError(f"Slurm did not come up: {states}\n{logs[-3000:]}")


def _checked(*command: str) -> None:
    ended = call(*command)
    assert ended.returncode == 0, f"{' '.join(command)}: {ended.stderr}"
