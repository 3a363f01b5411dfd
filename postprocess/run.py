"""A run directory, read back: series, nuclei, provenance and field frames.

Reading is tolerant of runs that are still going on or were killed: a half-written last line of a
table is left out, a missing or half-written ``run.json`` counts as empty.
"""

import io
import json
import tomllib
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyvista as pv

from lithovoid.io.directory import scenario_in_force
from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.record import RECORD
from lithovoid.measure.whole_run import declared_in
from lithovoid.postprocess import older_runs
from lithovoid.scenario.units import Unit
from lithovoid.theory.result import Result

PARTS = ("anode", "electrolyte", "interface")
TIME, CAPACITY = RECORD["time"].header, RECORD["areal_capacity"].header

_DUPLICATE_CELL = 1  # vtkDataSetAttributes::DUPLICATECELL
# DOLFINx writes linear cells as Lagrange cells of order one, which VTK cuts less well.
_LINEAR = {
    int(pv.CellType.LAGRANGE_CURVE): int(pv.CellType.LINE),
    int(pv.CellType.LAGRANGE_TRIANGLE): int(pv.CellType.TRIANGLE),
    int(pv.CellType.LAGRANGE_TETRAHEDRON): int(pv.CellType.TETRA),
}
_LAST_TAG = b"</VTKFile>"
_MERGE_TOLERANCE = 1e-10  # of the mesh's diagonal: far below any cell, above round-off


class Run:
    """What a run left in its directory.

    Raises
    ------
    ConfigurationError
        If `directory` holds neither ``run.json`` nor ``series.csv``.
    """

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        if any((self.directory / name).is_file() for name in ("run.json", "series.csv")):
            return
        exists = self.directory.is_dir()
        reason = "it has no run.json and no series.csv" if exists else "there is no such directory"
        raise ConfigurationError(
            f"'{self.directory}' is no run directory: {reason}. "
            "Give a directory that 'lithovoid run' has written."
        )

    @cached_property
    def info(self) -> dict[str, Any]:
        """``run.json``: status, versions, summary, events; empty where it cannot be read."""
        try:
            content = json.loads((self.directory / "run.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    @property
    def summary(self) -> dict[str, Any]:
        """The summary of ``run.json``; empty while the run goes on."""
        return self.info.get("summary") or {}

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The parts of the run: where each began, what it changed, and with what it was made."""
        return list(self.info.get("segments") or older_runs.segments(self.info))

    @property
    def results(self) -> dict[str, Result]:
        """What the summary may hold, by its keys: labels, units and definitions."""
        return declared_in(self.info)

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """The resolved scenario of the last part of the run: quantities are text with units."""
        try:
            return tomllib.loads(scenario_in_force(self.directory).read_text(encoding="utf-8"))
        except (FileNotFoundError, tomllib.TOMLDecodeError):
            return {}

    @property
    def width(self) -> float | None:
        """Extent along the interface in um; None where the scenario does not say it."""
        text = self.scenario.get("geometry", {}).get("width")
        return None if text is None else 1e6 * Unit("m", "um").parse(text)

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row per accepted step; the columns carry their units (``time [s]``)."""
        table = _complete_rows(self.directory / "series.csv")
        return older_runs.series(table, self.scenario.get("nucleation", {}).get("mode"))

    @cached_property
    def nuclei(self) -> pd.DataFrame:
        """One row per nucleation event: accepted, absorbed or waiting (column ``status``)."""
        return _complete_rows(self.directory / "nuclei.csv")

    def event_time(self, name: str) -> float | None:
        """Return the time in s of the first event `name` of ``run.json``, or None."""
        times = [e["time_s"] for e in self.info.get("events") or [] if e.get("name") == name]
        return float(min(times)) if times else None

    def capacity_at(self, time: float) -> float:
        """Return the areal capacity in mAh/cm^2 at `time` in s, interpolated in the series."""
        if self.series.empty:
            return float("nan")
        return float(np.interp(time, self.series[TIME], self.series[CAPACITY], left=0.0))

    @cached_property
    def frames(self) -> npt.NDArray[np.float64]:
        """Times in s of the field frames that are complete in all parts; empty without any."""
        series = [_complete_frames(self._collection(part)) for part in PARTS if self.has_part(part)]
        if not self.has_part("anode"):
            return np.empty(0)
        return np.asarray([time for time, _ in min(series, key=len)], dtype=np.float64)

    @property
    def missing_fields(self) -> str | None:
        """Why there are no frames, in words; None where there are."""
        if self.frames.size:
            return None
        if any((self.directory / "fields").glob("*.bp")):
            return (
                "The fields were written as ADIOS2 files (.bp), which ParaView opens but this "
                'report cannot draw. Choose output.fields = "vtu" to have them drawn.'
            )
        return "The run wrote no field files that could be drawn."

    def has_part(self, part: str) -> bool:
        """Whether frames of `part` (``anode``, ``electrolyte``, ``interface``) can be read."""
        return self._collection(part).is_file()

    def nearest_frame(self, time: float) -> int:
        """Return the index of the frame nearest to `time` in s.

        Raises
        ------
        ConfigurationError
            If the run has no readable field files.
        """
        if self.missing_fields:
            raise ConfigurationError(f"'{self.directory}': {self.missing_fields}")
        return int(np.argmin(np.abs(self.frames - time)))

    def frame(self, part: str, index: int | None = None, *, time: float | None = None) -> Any:
        """Return one frame of `part` as a PyVista mesh in um, complete and without ghost cells.

        Parameters
        ----------
        part
            ``anode``, ``electrolyte`` or ``interface``.
        index, time
            Number of the frame (negative counts from the end) or a time in s, of which the
            nearest frame is taken. Give one of them.

        Raises
        ------
        ConfigurationError
            If there is no such part or no such frame.
        """
        if (index is None) == (time is None):
            raise ValueError("give either index or time")
        path = self._collection(part)
        if not path.is_file():
            raise ConfigurationError(f"'{self.directory}' has no field file {path.name}")
        if time is not None:
            index = self.nearest_frame(time)
        count = len(self.frames)
        if index is None or not -count <= index < count:
            raise ConfigurationError(f"{path.name} has {count} frames: there is no frame {index}")
        return _owned(pv.read(_complete_frames(path)[:count][index][1]))

    def _collection(self, part: str) -> Path:
        return self.directory / "fields" / f"{part}.pvd"


def _complete_rows(path: Path) -> pd.DataFrame:
    """Return the CSV table at `path`, without a last line that was not written to its end."""
    if not path.is_file():
        return pd.DataFrame()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines.pop()
    return pd.read_csv(io.StringIO("".join(lines))) if lines else pd.DataFrame()


def _complete_frames(collection: Path) -> list[tuple[float, Path]]:
    """Return (time, file) of the frames in a ``.pvd`` up to the first that was not written out."""
    try:
        entries = ElementTree.parse(collection).getroot().iter("DataSet")
    except ElementTree.ParseError:
        return []
    frames = [(float(e.get("timestep", 0)), collection.parent / e.get("file", "")) for e in entries]
    return list(takewhile(lambda frame: _is_complete(frame[1]), frames))


def _is_complete(path: Path) -> bool:
    """Whether a ``.vtu``, or a ``.pvtu`` and all its pieces, was written to its end."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(_LAST_TAG) - 8))
        if _LAST_TAG not in file.read():
            return False
    if path.suffix != ".pvtu":
        return True
    pieces = ElementTree.parse(path).getroot().iter("Piece")
    return all(_is_complete(path.parent / piece.get("Source", "")) for piece in pieces)


def _owned(mesh: Any) -> Any:
    """Return `mesh` of linear cells, each once, with the points on the borders of ranks merged."""
    if "vtkGhostType" in mesh.cell_data:
        owned = (np.asarray(mesh.cell_data["vtkGhostType"]) & _DUPLICATE_CELL) == 0
        mesh = mesh.extract_cells(np.flatnonzero(owned))
    types = np.asarray([_LINEAR.get(int(kind), kind) for kind in mesh.celltypes])
    # PyVista's default of 0 for the tolerance passes for an int
    linear: Any = pv.UnstructuredGrid(mesh.cells, types, mesh.points)
    for name in [name for name in mesh.point_data if not name.startswith("vtk")]:
        linear.point_data[name] = mesh.point_data[name]
    return linear.clean(tolerance=_MERGE_TOLERANCE)
