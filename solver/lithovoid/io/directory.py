"""The run directory: never overwritten, complete at every moment."""

import json
import os
import re
from pathlib import Path
from typing import Any

from lithovoid.machine.errors import ConfigurationError

IN_FORCE = "scenario_now.toml"
"""Beside ``scenario.toml``, with which a run began: what a restart has made of it."""


def scenario_in_force(directory: Path) -> Path:
    """Return the file with the scenario of the last part of the run in `directory`."""
    now = directory / IN_FORCE
    return now if now.is_file() else directory / "scenario.toml"


def choose_directory(out: Path | None, case: Path) -> Path:
    """Return the directory that a run will create: `out`, or the next ``runs/<case>-<n>``.

    Raises ConfigurationError where `out` exists.
    """
    if out is not None:
        if out.exists():
            raise ConfigurationError(
                f"--out: {out} exists; a run never overwrites another (choose a new directory)"
            )
        return out
    runs = Path("runs")
    pattern = re.compile(re.escape(case.stem) + r"-(\d+)")
    names = [path.name for path in runs.iterdir()] if runs.is_dir() else []
    taken = [int(match[1]) for name in names if (match := pattern.fullmatch(name))]
    return runs / f"{case.stem}-{max(taken, default=0) + 1}"


def create_directory(path: Path) -> None:
    """Create the run directory and its folder for fields.

    Raises ConfigurationError where that is not possible.
    """
    try:
        path.mkdir(parents=True)
        (path / "fields").mkdir()
    except OSError as error:
        raise ConfigurationError(
            f"--out: cannot create {path} ({error.strerror}); choose a writable place"
        ) from None


def write_atomically(path: Path, content: str | bytes, durable: bool = False) -> None:
    """Replace the file in one go: readers see the old or the new content, never a part.

    `durable` waits until the content is on the disk, for what must outlive a crash of the machine.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    os.replace(temporary, path)
    if durable:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write `data` as JSON; infinities and NaN are refused."""
    write_atomically(path, json.dumps(data, indent=2, allow_nan=False) + "\n")
