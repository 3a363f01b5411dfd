"""What `lithovoid info` and `lithovoid mesh` print."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from lithovoid.console import print_table
from lithovoid.errors import ConfigurationError
from lithovoid.io.provenance import installed_versions

if TYPE_CHECKING:
    from lithovoid.meshes import MeshQuality


def print_installation(console: Console) -> None:
    """Print versions, the cache of compiled forms, and the processors; imports no library."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    here = {"compiled forms": caches / "fenics", "processors": os.cpu_count()}
    print_table(console, "Installation", {**installed_versions(), **here})


def print_run(directory: Path, console: Console) -> None:
    """Print status, stop reason and summary of the run in `directory`.

    Raises ConfigurationError if there is no readable ``run.json``.
    """
    run = _read_run(directory)
    shown = ("title", "status", "stop_reason", "exit_code", "ranks", "wall_time_s")
    print_table(console, f"Run {directory}", {key: run[key] for key in shown if key in run})
    summary = run.get("summary")
    if isinstance(summary, dict) and summary:
        print_table(console, "Summary", summary)


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
