"""``series.csv``: one row per accepted step; ``nuclei.csv``: one row per nucleation event."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lithovoid.hooks.base import Hook
from lithovoid.record import COLUMNS, Record
from lithovoid.void_count import VoidCounter

if TYPE_CHECKING:
    from lithovoid.hooks.nuclei import Nucleus
    from lithovoid.simulation import Simulation

NUCLEI_COLUMNS = (
    "id",
    "step",
    "time [s]",
    "areal_capacity [mAh/cm^2]",
    "x [um]",
    "y [um]",
    "z [um]",
    "radius [um]",
    "rate [1/(m^2 s)]",
    "key",
    "status",
)


class CsvFile:
    """A CSV file written by rank 0 alone and flushed after every row, so that kills lose none."""

    def __init__(self, path: Path, header: tuple[str, ...], rank: int) -> None:
        self._file = path.open("w", newline="", encoding="utf-8") if rank == 0 else None
        self.write(header)

    def write(self, row: tuple[Any, ...]) -> None:
        if self._file is not None:
            csv.writer(self._file, lineterminator="\n").writerow(row)
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class Series(Hook):
    """Writes each accepted step; completes its record with void count and wall time."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "series.csv"

    def on_start(self, simulation: Simulation) -> None:
        self._file = CsvFile(self._path, tuple(COLUMNS.values()), simulation.domain.comm.rank)
        self._counter = VoidCounter(simulation.state)
        self._started = time.perf_counter()

    def on_step_end(self, simulation: Simulation, record: Record) -> None:
        record.void_count = self._counter.count()
        record.wall_time = time.perf_counter() - self._started
        self._file.write(tuple(_text(getattr(record, name)) for name in COLUMNS))

    def on_finish(self, simulation: Simulation) -> None:
        self._file.close()


class NucleiFile(Hook):
    """Writes each nucleation event, also the rejected ones."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "nuclei.csv"
        self._written = 0

    def on_start(self, simulation: Simulation) -> None:
        self._file = CsvFile(self._path, NUCLEI_COLUMNS, simulation.domain.comm.rank)

    def on_step_end(self, simulation: Simulation, record: Record) -> None:
        events = simulation.nucleation.nuclei if simulation.nucleation else []
        for nucleus in events[self._written :]:
            self._file.write(_nucleus_row(nucleus))
        self._written = len(events)

    def on_finish(self, simulation: Simulation) -> None:
        self._file.close()


def _nucleus_row(nucleus: Nucleus) -> tuple[Any, ...]:
    x, *middle, z = nucleus.point
    y = middle[0] if middle else 0.0
    status = "accepted" if nucleus.accepted else "rejected"
    numbers = (nucleus.time, nucleus.capacity, x, y, z, nucleus.radius, nucleus.rate)
    return (nucleus.id, nucleus.step, *map(_text, numbers), nucleus.key, status)


def _text(value: Any) -> Any:
    """Write floats with all digits that a replay or a comparison of runs needs."""
    return repr(float(value)) if isinstance(value, float) else value
