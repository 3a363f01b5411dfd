"""What `lithovoid info` and `lithovoid mesh` print."""

import csv
import json
import os
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.console import Console

from lithovoid.io.lock import is_claimed
from lithovoid.io.provenance import installed_versions
from lithovoid.machine.console import print_table
from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.record import RECORD
from lithovoid.measure.whole_run import ENDING, MOMENT, as_text, declared_in
from lithovoid.run.summary import summary_tables
from lithovoid.theory.result import by_keys

if TYPE_CHECKING:
    from lithovoid.meshes import MeshQuality


_WITHIN_SOLVE = {
    "residual": "solve: assembly of the residual",
    "jacobian": "solve: assembly of the Jacobian",
    "preconditioner": "solve: factorisation or preconditioner",
    "linear_solve": "solve: linear iterations",
}
_PARTS = _WITHIN_SOLVE | {"hooks": "ledger and nucleation", "output": "output and progress"}
LAST_STEP = ("step", "time", "areal_capacity", "cell_voltage", "contact_fraction")
"""What is said of a step of a run."""
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
    shown = ("title", "status", "exit_code", "ranks")
    rows = {key: run[key] for key in shown if key in run}
    ending = by_keys(ENDING).items()
    rows |= {result.label: as_text(result, run[key]) for key, result in ending if key in run}
    if run.get("status") == "running" and not is_claimed(directory):
        rows["status"] = _GONE
    rows["checkpoint"] = _latest(directory)
    if limits := run.get("validity"):
        kept = sum(limit["state"] == "inside" for limit in limits)
        rows["validity"] = f"{kept} of {len(limits)} limits are kept"
    print_table(console, f"Run {directory}", rows)
    parts = [_continued(part) for part in run.get("segments", [])[1:]]
    for title, changes in parts:
        print_table(console, title, changes)
    if last := _last_row(directory / "series.csv"):
        print_table(console, "Last step", last)
    summary = run.get("summary")
    if isinstance(summary, dict) and summary:
        for table in summary_tables(summary, declared_in(run)):
            console.print(table)


def _continued(part: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Return where a part of a run went on, and what it changed, old -> new."""
    moments = by_keys(MOMENT).items()
    where = ", ".join(f"{result.label} {as_text(result, part[key])}" for key, result in moments)
    changes = {c["key"]: f"{_given(c['old'])} -> {_given(c['new'])}" for c in part["changes"]}
    title = f"Continued on {part['began']} at {where}, ranks: {part['ranks']}"
    return title, changes or {"scenario": "as before"}


def _given(value: Any) -> str:
    return "not given" if value is None else str(value)


def _latest(directory: Path) -> str | None:
    try:
        return (directory / "checkpoints" / "LATEST").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _last_row(path: Path) -> dict[str, str]:
    """Return the last whole row of a series, for the columns that people look at."""
    rows = _rows(path)
    last = rows[-1] if rows else {}
    shown = (RECORD[name] for name in LAST_STEP)
    return {r.label: f"{last[r.header]} {r.unit}".rstrip() for r in shown if r.header in last}


def _median(rows: list[dict[str, str]], column: str) -> float:
    return median(float(row[column]) for row in rows)


def _rows(path: Path) -> list[dict[str, str]]:
    """Return the whole rows of a table; none where it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        return []
    return list(csv.DictReader(line for line in lines if line.endswith("\n")))


def print_profile(directory: Path, console: Console) -> None:
    """Print where the time of the run in `directory` went: per step, and as a share of all.

    Raises ConfigurationError if the run has no ``timing.csv`` with these times.
    """
    rows = _rows(directory / "timing.csv")
    if not rows or "residual [s]" not in rows[0]:
        raise ConfigurationError(
            f"{directory} has no times to show: a run writes them to timing.csv as it goes"
        )
    spent = {part: sum(float(row[f"{part} [s]"]) for row in rows) for part in (*_PARTS, "solve")}
    wall = float(rows[-1]["wall_time [s]"])
    parts = {_PARTS[part]: spent[part] for part in _PARTS}
    inside = sum(spent[part] for part in _WITHIN_SOLVE)
    parts["solve: observation, checks and all else"] = max(spent["solve"] - inside, 0.0)
    parts["between"] = max(wall - spent["solve"] - spent["hooks"] - spent["output"], 0.0)
    shown = {
        name: f"{1e3 * seconds / len(rows):10.3f} ms per step {100 * seconds / wall:6.1f} %"
        for name, seconds in parts.items()
    }
    shown["all"] = f"{1e3 * wall / len(rows):10.3f} ms per step  100.0 %"
    shown["assembly, slowest rank to mean"] = f"{_median(rows, 'assembly_imbalance'):10.3f}"
    print_table(console, f"Time of {len(rows)} steps of {directory}, slowest rank", shown)


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
