"""When field files are written: at the start, per charge or time, at incubation, at the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lithovoid.hooks.base import Hook
from lithovoid.io.field_series import Instant
from lithovoid.io.fields import FieldFiles
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.measure.whole_run import Frame
from lithovoid.theory.result import by_key

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record
    from lithovoid.scenario.schema import Output


class Fields(Hook):
    """Writes the fields at milestones; remembers the frames for ``run.json``."""

    def __init__(self, directory: Path, output: Output) -> None:
        self._directory, self._output = directory, output
        self._frames: list[Frame] = []
        self._nuclei = 0
        self._protocol_step = 0
        self._next_throughput = self._next_time = float("inf")

    @property
    def frames(self) -> list[dict[str, Any]]:
        """The frames written so far, ready for JSON."""
        return [by_key(frame) for frame in self._frames]

    def on_start(self, cell: Cell) -> None:
        assert self._output.fields != "none"  # such runs have no Fields hook
        written = [Instant(frame.step, frame.time) for frame in self._frames]
        self._files = FieldFiles(cell.model, self._directory, self._output.fields, written)
        if not self._frames:
            self._write(cell)

    def state_dict(self) -> dict[str, Any]:
        due = {"throughput": self._next_throughput, "time": self._next_time}
        seen = {"nuclei": self._nuclei, "protocol_step": self._protocol_step}
        return {"frames": list(self._frames), "due": due, "seen": seen}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._frames = [Frame(**frame) for frame in state["frames"]]
        self._next_throughput, self._next_time = state["due"]["throughput"], state["due"]["time"]
        self._nuclei, self._protocol_step = state["seen"]["nuclei"], state["seen"]["protocol_step"]

    def on_step_end(self, cell: Cell, record: Record) -> None:
        if self._is_due(cell, record):
            self._write(cell)

    def on_finish(self, cell: Cell) -> None:
        if self._frames and self._frames[-1].step != cell.clock.step:
            self._write(cell)
        self._files.close()

    def _is_due(self, cell: Cell, record: Record) -> bool:
        output, clock = self._output, cell.clock
        due = clock.throughput >= self._next_throughput
        due |= clock.time >= self._next_time
        due |= record.nuclei > self._nuclei and (output.at_nucleation or self._nuclei == 0)
        due |= cell.protocol.index > self._protocol_step
        return due

    def _write(self, cell: Cell) -> None:
        clock, output = cell.clock, self._output
        self._files.write(Instant(clock.step, clock.time))
        capacity = clock.charge / MAH_PER_CM2
        self._frames.append(Frame(clock.step, clock.time, capacity, len(self._frames)))
        self._nuclei = len(cell.nucleation.accepted) if cell.nucleation else 0
        self._protocol_step = cell.protocol.index
        self._next_throughput = _next_multiple(clock.throughput, output.every_capacity)
        if output.every_time is not None:
            self._next_time = _next_multiple(clock.time, output.every_time)


def _next_multiple(value: float, interval: float) -> float:
    return (value // interval + 1) * interval
