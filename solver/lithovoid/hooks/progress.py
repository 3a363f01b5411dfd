"""A line of progress on rank 0: a live bar in a terminal, else a log line now and then."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from lithovoid.hooks.base import Hook
from lithovoid.measure.record import RECORD

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record

log = logging.getLogger(__name__)

INTERVAL_S = 5.0

SHOWN = ("time", "dt", "areal_capacity", "cell_voltage", "contact_fraction", "void_count")
"""What of a step is said."""


class ProgressLine(Hook):
    """Shows time, step, iterations, voltage, contact and the time left, estimated."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def on_start(self, cell: Cell) -> None:
        self._active = cell.domain.comm.rank == 0
        self._started = self._last = time.perf_counter()
        self._bar: Progress | None = None
        if self._active and self._console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task("", total=1.0)
            self._bar.start()

    def on_step_end(self, cell: Cell, record: Record) -> None:
        if not self._active:
            return
        share = self._share(cell)
        line = _line(record, self._eta(share))
        if self._bar is not None:
            self._bar.update(self._task, completed=share, description=line)
        elif time.perf_counter() - self._last > INTERVAL_S:
            self._last = time.perf_counter()
            log.info(line)

    def on_finish(self, cell: Cell) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _share(self, cell: Cell) -> float:
        """Share of the protocol that is done, all steps taken as equally long."""
        protocol, clock = cell.protocol, cell.clock
        if protocol.finished:
            return 1.0
        done = protocol.fraction(clock.time, clock.throughput, cell.observed)
        return (protocol.index + done) / len(cell.scenario.protocol)

    def _eta(self, share: float) -> str:
        if share < 0.02:
            return "?"
        left = (time.perf_counter() - self._started) * (1 - share) / share
        return f"{left:.0f} s"


def _line(record: Record, eta: str) -> str:
    results = (RECORD[name] for name in SHOWN)
    parts = [f"{r.label} {getattr(record, r.name):.4g} {r.unit}".rstrip() for r in results]
    return f"{record.step_kind}: {', '.join(parts)}; ETA ~ {eta}"
