"""Ctrl-C and termination signals: stop after the present step, not in the middle of it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mpi4py import MPI

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP)


class Interrupt:
    """Remembers the first signal; `requested` agrees on it over all ranks."""

    def __init__(self, comm: MPI.Comm) -> None:
        self._comm = comm
        self._received = 0

    def requested(self) -> str | None:
        """Return the name of the signal that any rank received, or None (collective)."""
        number = self._comm.allreduce(self._received, op=MPI.MAX)
        return signal.Signals(number).name if number else None

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self._received = number


@contextmanager
def listening(comm: MPI.Comm) -> Iterator[Interrupt]:
    """Catch the signals while the block runs, and give them back afterwards.

    Signals that the process ignores, as SIGHUP under ``nohup``, stay ignored.
    """
    interrupt = Interrupt(comm)
    previous = {
        number: signal.signal(number, interrupt._remember)
        for number in SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield interrupt
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
