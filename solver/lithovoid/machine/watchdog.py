"""A second process that ends this one where a test does not come back.

MPI and PETSc wait inside C code, where neither threads nor signal handlers of Python run.
"""

import os
import select
import signal
import sys


class Watchdog:
    """Kills this process when `feed` is not called for `patience` seconds; start it before MPI."""

    def __init__(self, patience: float) -> None:
        reader, self._writer = os.pipe()
        parent = os.getpid()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._writer)
            _watch(reader, patience, parent)
            os._exit(0)
        os.close(reader)

    def feed(self, task: str) -> None:
        """Begin `task`, one line that is said where it does not end."""
        os.write(self._writer, f"{task}\n".encode())

    def stop(self) -> None:
        """End the watch."""
        os.close(self._writer)
        os.waitpid(self._child, 0)


def _watch(reader: int, patience: float, parent: int) -> None:
    task = "start of MPI and PETSc"
    while select.select([reader], [], [], patience)[0]:
        line = os.read(reader, 4096).decode()
        if not line:  # closed: all is done, or the parent has died
            return
        task = line.strip().splitlines()[-1]
    print(f"error: no end after {patience:g} s: {task}", file=sys.stderr, flush=True)
    os.kill(parent, signal.SIGKILL)
