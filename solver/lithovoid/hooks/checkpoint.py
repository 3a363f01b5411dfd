"""Save the state of a run: every so often, at the ends of protocol steps, and when it must stop.

The state at the end of each step is kept in memory, so that also a run which fails in the middle of
a step can save the last whole one.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lithovoid.hooks.base import Hook
from lithovoid.io.checkpoints import CheckpointStore, Saved
from lithovoid.io.nodal import Arrays, NodalFields
from lithovoid.io.parallel import on_root
from lithovoid.machine.errors import StorageError

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record
    from lithovoid.scenario.schema import Checkpoint

log = logging.getLogger(__name__)


class Checkpoints(Hook):
    """Writes checkpoints; must come after all hooks that have a state."""

    def __init__(self, directory: Path, options: Checkpoint, about: dict[str, Any]) -> None:
        """`about` describes the run as a whole, for whoever continues it."""
        self._directory, self._options, self._about = directory, options, about
        self._store = CheckpointStore(directory, options.keep)
        self._step, self._written = 0, -1
        self.seconds = 0.0

    @property
    def written(self) -> int | None:
        """Step of the newest checkpoint of this run, None before the first."""
        return None if self._written < 0 else self._written

    def on_start(self, cell: Cell) -> None:
        self._cell, self._comm = cell, cell.domain.comm
        self._nodal = NodalFields(cell.domain, cell.state)
        self._protocol_step = cell.protocol.index
        self._last_time, self._last_step = time.monotonic(), cell.clock.step
        self._remember(cell)

    def state_dict(self) -> dict[str, Any]:
        return {"seconds": self.seconds}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.seconds = state["seconds"]

    def on_step_end(self, cell: Cell, record: Record) -> None:
        self._remember(cell)
        if self._is_due(cell):
            try:
                self.save()
            except StorageError as error:  # the run itself may still have room to go on
                log.warning("no checkpoint of step %d: %s", self._step, error)
                self._last_time, self._last_step = time.monotonic(), self._step

    def save(self) -> None:
        """Write the state at the end of the last whole step (collective). Raises StorageError."""
        if self._written == self._step:
            return
        started = time.monotonic()
        for hook in self._cell.hooks:
            hook.on_checkpoint(self._cell)
        fields = self._nodal.gather(self._owned)
        saved = Saved(self._step, self._about, self._state, fields)
        on_root(self._comm, self._directory, lambda: self._store.write(saved))
        self._written = self._last_step = self._step
        self._last_time = time.monotonic()
        self.seconds += self._last_time - started
        log.debug("checkpoint of step %d in %.3f s", self._step, self._last_time - started)

    def _remember(self, cell: Cell) -> None:
        self._step = cell.clock.step
        self._owned: Arrays = self._nodal.copy()
        self._state = cell.snapshot()

    def _is_due(self, cell: Cell) -> bool:
        """Whether rank 0 finds it is time (collective)."""
        every, index = self._options.every_steps, cell.protocol.index
        due = time.monotonic() - self._last_time >= self._options.every_wall_time
        due |= every is not None and self._step - self._last_step >= every
        due |= index != self._protocol_step
        self._protocol_step = index
        return bool(self._comm.bcast(due, root=0))
