"""Time series of field files that survive a kill and can be continued.

The frames of a ``.pvd`` are files of their own, named by the step; the ``.pvd`` is replaced after
each frame that is on the disk as a whole, so it never names a half-written one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from errno import EIO
from html import escape
from pathlib import Path
from typing import Protocol

from dolfinx import fem
from dolfinx.io import VTKFile, VTXWriter
from mpi4py import MPI

from lithovoid.io.directory import write_atomically
from lithovoid.io.parallel import on_root
from lithovoid.machine.errors import StorageError

LAST_TAG = b"</VTKFile>"


@dataclass(frozen=True)
class Instant:
    """Step and time [s] of a frame."""

    step: int
    time: float


class FieldSeries(Protocol):
    """What `VtuSeries` and `VtxSeries` have in common."""

    def write(self, instant: Instant) -> None: ...

    def close(self) -> None: ...


class VtuSeries:
    """``<name>.pvd`` with one ``.pvtu`` per frame and one ``.vtu`` per frame and rank."""

    def __init__(
        self,
        comm: MPI.Comm,
        directory: Path,
        name: str,
        functions: list[fem.Function],
        written: Sequence[Instant],
    ) -> None:
        """`written` are the frames to keep; files of others are removed (collective)."""
        self._comm, self._directory, self._name = comm, directory, name
        self._functions, self._frames = functions, list(written)
        on_root(comm, directory, self._tidy)

    def write(self, instant: Instant) -> None:
        """Write a frame (collective). Raises StorageError where a file is incomplete after it."""
        path = self._directory / f"{self._stem(instant)}.pvd"
        trouble = ""
        try:
            with VTKFile(self._comm, str(path), "w") as file:
                file.write_function(self._functions, instant.time)
        except RuntimeError as error:
            trouble = str(error)
        if any(troubles := self._comm.allgather(trouble)):
            raise StorageError(f"cannot write {path}: {next(filter(None, troubles))}")
        self._frames.append(instant)
        on_root(self._comm, path, lambda: self._finish(instant, path))

    def close(self) -> None:
        """Nothing is open between frames."""

    def _finish(self, instant: Instant, path: Path) -> None:
        path.unlink(missing_ok=True)  # the collection of this frame alone
        for file in self._directory.glob(f"{self._stem(instant)}*"):
            if not _is_complete(file):
                raise OSError(EIO, f"{file.name} is incomplete, is the disk full?")
        self._write_collection()

    def _tidy(self) -> None:
        """Forget frames without files, and remove files of frames that are not known."""
        self._frames = [
            frame
            for frame in self._frames
            if (self._directory / f"{self._stem(frame)}000000.pvtu").is_file()
        ]
        kept = tuple(self._stem(frame) for frame in self._frames)
        for file in self._directory.glob(f"{self._name}-step*_*"):
            if not file.name.startswith(kept):
                file.unlink()
        self._write_collection()

    def _write_collection(self) -> None:
        entries = (
            f'    <DataSet timestep="{frame.time!r}" part="0" '
            f'file="{escape(self._stem(frame))}000000.pvtu" />\n'
            for frame in self._frames
        )
        text = (
            '<?xml version="1.0"?>\n<VTKFile type="Collection" version="1.0">\n  <Collection>\n'
            f"{''.join(entries)}  </Collection>\n</VTKFile>\n"
        )
        write_atomically(self._directory / f"{self._name}.pvd", text)

    def _stem(self, frame: Instant) -> str:
        return f"{self._name}-step{frame.step}_"


class VtxSeries:
    """``<name>.bp`` of ADIOS2, which cannot be continued: a restart begins another one.

    That of a restart from step n is ``<name>-from-step<n>.bp``.
    """

    def __init__(
        self,
        comm: MPI.Comm,
        directory: Path,
        name: str,
        functions: list[fem.Function],
        written: Sequence[Instant],
    ) -> None:
        suffix = f"-from-step{written[-1].step}" if written else ""
        self._file = VTXWriter(comm, str(directory / f"{name}{suffix}.bp"), functions)

    def write(self, instant: Instant) -> None:
        """Write a frame (collective)."""
        self._file.write(instant.time)

    def close(self) -> None:
        self._file.close()


def _is_complete(path: Path) -> bool:
    """Whether an XML file of VTK was written to its end."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(LAST_TAG) - 8))
        return LAST_TAG in file.read()
