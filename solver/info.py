"""What `lithovoid info` and `lithovoid mesh` print."""

import csv
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from lithovoid.console import print_table
from lithovoid.errors import ConfigurationError
from lithovoid.io.lock import is_claimed
from lithovoid.io.provenance import installed_versions

if TYPE_CHECKING:
    from lithovoid.meshes import MeshQuality


_GONE = "running, but no process holds its directory: killed; continue with run --restart"


def print_installation(console: Console) -> None:
    """Print versions, the cache of compiled forms, and the processors; imports no library."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    here = {"compiled forms": caches / "fenics", "processors": os.cpu_count()}
    print_table(console, "Installation", {**installed_versions(), **here})


def print_run(directory: Path, console: Console) -> None:
    """Print status, stop reason and summary of the run in `directory`, also while it runs.

    Raises ConfigurationError if there is no readable ``run.json``.
    """
    run = _read_run(directory)
    shown = ("title", "status", "stop_reason", "exit_code", "ranks", "wall_time_s")
    rows = {key: run[key] for key in shown if key in run}
    if run.get("status") == "running" and not is_claimed(directory):
        rows["status"] = _GONE
    rows["checkpoint"] = _latest(directory)
    print_table(console, f"Run {directory}", rows)
    if last := _last_row(directory / "series.csv"):
        print_table(console, "Last step", last)
    summary = run.get("summary")
    if isinstance(summary, dict) and summary:
        print_table(console, "Summary", summary)


def _latest(directory: Path) -> str | None:
    try:
        return (directory / "checkpoints" / "LATEST").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _last_row(path: Path) -> dict[str, str]:
    """Return the last whole row of a series, for the columns that people look at."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        return {}
    rows = list(csv.DictReader(line for line in lines if line.endswith("\n")))
    shown = ("step", "time [s]", "areal_capacity [mAh/cm^2]", "cell_voltage [V]")
    last = rows[-1] if rows else {}
    return {key: last[key] for key in (*shown, "contact_fraction") if key in last}


def print_mesh(path: Path, quality: "MeshQuality", console: Console) -> None:
    """Print where a mesh was written, its numbers of nodes and cells, and its quality."""
    rows = {name.replace("_", " "): value for name, value in asdict(quality).items()}
    print_table(console, f"Mesh {path}, lengths in um", rows)


def _read_run(directory: Path) -> dict[str, Any]:
    path = directory / "run.json"
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"{directory} is no run directory: {path.name}: {error.strerror}"
        ) from None
    except ValueError:
        raise ConfigurationError(f"{path} cannot be read: not valid JSON") from None
    if not isinstance(run, dict):
        raise ConfigurationError(f"{path} cannot be read: not a table")
    return run
