"""The way between emulated hosts that have no scheduler: ssh, with keys of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from container_tools import call
from slurm_cluster import Hosts, end_daemon, start_daemon

SERVER = """
PidFile none
HostKey {folder}/key
AuthorizedKeysFile {folder}/key.pub
StrictModes no
UsePAM no
"""
CLIENT = """
IdentityFile {folder}/key
UserKnownHostsFile /dev/null
StrictHostKeyChecking no
LogLevel ERROR
"""


@contextmanager
def ssh(folder: Path, hosts: Hosts) -> Iterator[Path]:
    """Let the first host reach the others; yield the program that does."""
    made = call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key")
    assert made.returncode == 0, made.stderr
    (folder / "sshd_config").write_text(SERVER.format(folder=folder))
    (folder / "ssh_config").write_text(CLIENT.format(folder=folder))
    program = folder / "ssh"
    program.write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {folder}/ssh_config "$@"\n')
    program.chmod(0o755)
    Path("/run/sshd").mkdir(exist_ok=True)  # where it gives up its privileges
    first, *others = hosts.names
    server = ("/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "sshd_config"))
    daemons = [start_daemon([*hosts.prefixes[name], *server], folder) for name in others]
    try:
        for name in others:
            _wait_until_open([*hosts.prefixes[first], str(program), name, "true"], folder)
        yield program
    finally:
        for daemon in daemons:
            end_daemon(daemon)


def _wait_until_open(command: list[str], folder: Path) -> None:
    for _ in range(50):
        answer = call(*command)
        if answer.returncode == 0:
            return
        time.sleep(0.2)
    raise AssertionError(answer.stderr + (folder / "daemons.log").read_text())
