"""Checkpoints on disk: ``checkpoints/step-<n>.h5`` (fields), ``.json`` (all else), ``LATEST``.

Each file is replaced in one go and made durable before the next one: data, then metadata, then
``LATEST``. The metadata hold the SHA-256 of the data and of themselves, so that what is truncated
or corrupted is recognised, and the checkpoint before is taken. Nothing is pickled.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lithovoid.io.directory import write_atomically

FORMAT = 3
"""Raised when a checkpoint of before can no longer be read."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Saved:
    """A checkpoint in memory.

    `state` is all but the fields, `fields` are named as `lithovoid.io.nodal` says, and `about`
    describes the run as a whole.
    """

    step: int
    about: dict[str, Any]
    state: dict[str, Any]
    fields: Arrays


class CheckpointStore:
    """The folder ``checkpoints`` of a run directory; used by rank 0 alone."""

    def __init__(self, directory: Path, keep: int) -> None:
        self._directory, self._keep = directory, keep

    def write(self, saved: Saved) -> None:
        """Write a checkpoint and remove those beyond the last `keep`. Raises OSError."""
        self._directory.mkdir(exist_ok=True)
        data = pack(saved.fields)
        content = {
            "format": FORMAT,
            "step": saved.step,
            "data_sha256": hashlib.sha256(data).hexdigest(),
            "about": saved.about,
            "state": saved.state,
        }
        text = json.dumps(content, default=_as_table)
        stem = f"step-{saved.step}"
        write_atomically(self._path(saved.step, "h5"), data, durable=True)
        signed = json.dumps({"sha256": _sha256(text), "checkpoint": text})
        write_atomically(self._path(saved.step, "json"), signed, durable=True)
        write_atomically(self._directory / "LATEST", f"{stem}\n", durable=True)
        self._remove(self.steps()[: -self._keep])

    def steps(self) -> list[int]:
        """Steps that have a checkpoint, whole or not, in rising order."""
        names = [path.name for path in self._directory.glob("step-*.json")]
        return sorted(
            int(match[1]) for name in names if (match := re.fullmatch(r"step-(\d+)\.json", name))
        )

    def newest_first(self, remarks: list[str]) -> Iterator[Saved]:
        """Yield the checkpoints that can be read, from the one that ``LATEST`` names backwards.

        For each that cannot, a line is added to `remarks`.
        """
        latest = self._latest()
        for step in reversed(self.steps()):
            if latest is not None and step > latest:
                continue
            try:
                yield self.read(step)
            except (OSError, ValueError, KeyError, TypeError) as error:
                remarks.append(f"the checkpoint of step {step} cannot be used: {error}")

    def read(self, step: int) -> Saved:
        """Return the checkpoint of `step`. Raises OSError or ValueError where it is damaged."""
        signed = json.loads(self._path(step, "json").read_text(encoding="utf-8"))
        if _sha256(signed["checkpoint"]) != signed["sha256"]:
            raise ValueError(f"step-{step}.json is corrupted")
        content = json.loads(signed["checkpoint"])
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']}, this version reads {FORMAT}")
        data = self._path(step, "h5").read_bytes()
        if hashlib.sha256(data).hexdigest() != content["data_sha256"]:
            raise ValueError(f"step-{step}.h5 is truncated or corrupted")
        return Saved(content["step"], content["about"], content["state"], unpack(data))

    def drop_after(self, step: int) -> None:
        """Remove what lies after `step`: a continued run will write it anew."""
        for path in self._directory.glob("*.tmp"):
            path.unlink()
        self._remove([later for later in self.steps() if later > step])

    def _latest(self) -> int | None:
        try:
            text = (self._directory / "LATEST").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        match = re.fullmatch(r"step-(\d+)\s*", text)
        return int(match[1]) if match else None

    def _remove(self, steps: list[int]) -> None:
        for step in steps:
            for suffix in ("json", "h5"):  # without metadata there is no checkpoint
                self._path(step, suffix).unlink(missing_ok=True)

    def _path(self, step: int, suffix: str) -> Path:
        return self._directory / f"step-{step}.{suffix}"


def pack(arrays: Arrays) -> bytes:
    """Return `arrays` as the bytes of an HDF5 file.

    Made in memory, so that a full disk is an error of one write and not of the HDF5 library.
    """
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, array in arrays.items():
            file.create_dataset(name, data=array)
    return buffer.getvalue()


def unpack(data: bytes) -> Arrays:
    """Return the arrays of `pack`, by their full names."""
    arrays: Arrays = {}

    def collect(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            arrays[name] = np.asarray(item[()])

    with h5py.File(io.BytesIO(data), "r") as file:
        file.visititems(collect)
    return arrays


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _as_table(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} cannot be written to a checkpoint")
