"""``series.csv``: one row per accepted step; ``nuclei.csv``: one row per nucleation event."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from errno import ENOSPC
from os import fsync, strerror
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lithovoid.hooks.base import Hook
from lithovoid.io.parallel import on_root
from lithovoid.theory.result import by_key
from lithovoid.voids.nuclei import NUCLEUS

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record
    from lithovoid.theory.result import Results
    from lithovoid.voids.nuclei import Nucleus


class TableFile(Hook):
    """A CSV file written by rank 0 alone, each row in one go, so that kills lose none.

    A continued run cuts off the rows that came after its checkpoint and will come again.
    """

    def __init__(self, path: Path, results: Results) -> None:
        """`results` are its columns."""
        self._path, self._header = path, tuple(result.header for result in results.values())
        self._size = 0  # bytes written, on rank 0
        self._file: BinaryIO | None = None

    def on_start(self, cell: Cell) -> None:
        self._comm = cell.domain.comm
        on_root(self._comm, self._path, self._open)
        if self._size == 0:
            self.write([self._header])

    def on_checkpoint(self, cell: Cell) -> None:
        on_root(self._comm, self._path, self._sync)

    def on_finish(self, cell: Cell) -> None:
        if self._file is not None:
            self._file.close()

    def state_dict(self) -> dict[str, Any]:
        return {"size": self._size}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._size = state["size"]

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Append `rows` (collective). Raises StorageError."""
        on_root(self._comm, self._path, lambda: self._append(rows))

    def _open(self) -> None:
        self._file = self._path.open("r+b" if self._size else "wb", buffering=0)
        self._file.truncate(self._size)
        self._file.seek(self._size)

    def _append(self, rows: Sequence[tuple[Any, ...]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        data = text.getvalue().encode()
        assert self._file is not None
        if self._file.write(data) != len(data):
            raise OSError(ENOSPC, strerror(ENOSPC))
        self._size += len(data)

    def _sync(self) -> None:
        assert self._file is not None
        fsync(self._file.fileno())


class Series(TableFile):
    """Writes each accepted step."""

    key = "series"

    def __init__(self, directory: Path, results: Results) -> None:
        """`results` are all of each step."""
        self._results = results
        super().__init__(directory / "series.csv", results)

    def on_step_end(self, cell: Cell, record: Record) -> None:
        self.write([tuple(map(_text, record.values(self._results).values()))])


class NucleiFile(TableFile):
    """Writes each nucleation event when its void opens or another has taken its place.

    Those that still wait at the end come last.
    """

    key = "nuclei"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory / "nuclei.csv", NUCLEUS)
        self._written = 0

    def on_step_end(self, cell: Cell, record: Record) -> None:
        events = cell.nucleation.nuclei if cell.nucleation else []
        if len(events) > self._written:
            self.write([_nucleus_row(nucleus) for nucleus in events[self._written :]])
        self._written = len(events)

    def on_finish(self, cell: Cell) -> None:
        waiting = cell.nucleation.waiting if cell.nucleation else []
        self.write([_nucleus_row(nucleus) for nucleus in waiting])
        super().on_finish(cell)

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "written": self._written}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self._written = state["written"]


def _nucleus_row(nucleus: Nucleus) -> tuple[Any, ...]:
    return tuple(map(_text, by_key(nucleus.row).values()))


def _text(value: Any) -> Any:
    """Write floats with all digits that a replay or a comparison of runs needs, None as nothing."""
    return repr(float(value)) if isinstance(value, float) else value
