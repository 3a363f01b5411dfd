"""A small cell with two voids and three protocol steps, run by the command as users run it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

BIN = Path(sys.executable).parent
LITHOVOID = str(BIN / "lithovoid")
TIMEOUT_S = 120
TABLES = ("series.csv", "nuclei.csv")

SCENARIO = """
title = "A small cell"
[geometry]
type = "planar"
width = "5 um"
anode = "5 um"
electrolyte = "1 um"
interface_size = "0.25 um"
fine_depth = "1 um"
[phase_field]
l = "0.25 um"
[nucleation]
seed = 3
depth = "100 um"
[output]
every_capacity = "0.02 mAh/cm^2"
[checkpoint]
every_steps = 5
[[protocol]]
step = "strip"
current_density = "0.3 mA/cm^2"
until = { capacity = "0.08 mAh/cm^2" }
[[protocol]]
step = "rest"
until = { time = "5 min" }
[[protocol]]
step = "strip"
current_density = "0.3 mA/cm^2"
until = { capacity = "0.01 mAh/cm^2" }
"""


def write_scenario(folder: Path) -> Path:
    """Write the scenario into `folder` and return its path."""
    path = folder / "small.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def command(*arguments: object, ranks: int = 1) -> list[str]:
    """Return the command line of ``lithovoid`` with `arguments`."""
    launcher = [str(BIN / "mpirun"), "-n", str(ranks)] if ranks > 1 else []
    return [*launcher, LITHOVOID, *map(str, arguments)]


def lithovoid(
    *arguments: object, ranks: int = 1, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``lithovoid`` to its end."""
    return subprocess.run(
        command(*arguments, ranks=ranks),
        env={**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def cut_back(finished: Path, copy: Path, step: int) -> Path:
    """Copy a finished run as if it had been killed after the checkpoint of `step` or before."""
    shutil.copytree(finished, copy)
    for path in (copy / "checkpoints").glob("step-*"):
        if int(path.stem.split("-")[1]) > step:
            path.unlink()
    (copy / "checkpoints" / "LATEST").unlink()
    return copy
