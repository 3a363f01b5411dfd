"""Runs of the command on one or several processes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w
from cases import data, strip

TIMEOUT_S = 120
COMMAND = str(Path(sys.executable).with_name("lithovoid"))
NUCLEATING = {
    "geometry": {
        "width": "6 um",
        "anode": "4 um",
        "interface_size": "0.25 um",
        "fine_depth": "1 um",
    },
    "nucleation": {"mode": "stochastic", "seed": 1, "prefactor": "1e22 1/(m^2*s)"},
    "protocol": [strip("0.2 mA/cm^2", capacity="0.06 mAh/cm^2")],
}


def saved(path: Path, **changes: Any) -> Path:
    """Write a small cell with `changes` as a scenario file, and return its path."""
    path.write_text(tomli_w.dumps(data(**changes)))
    return path


def launcher(ranks: int) -> list[str]:
    """Return the words that start a program on `ranks` processes."""
    if ranks == 1:
        return []
    mpiexec = shutil.which("mpiexec", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert mpiexec is not None
    return [mpiexec, "-n", str(ranks)]


def run(case: Path, out: Path, *options: str, ranks: int = 1) -> subprocess.CompletedProcess[str]:
    """Run `case` into `out` and wait for the end."""
    command = [*launcher(ranks), COMMAND, "run", str(case), "--out", str(out), *options]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S, cwd=case.parent
    )


def start(case: Path, out: Path, ranks: int = 1) -> subprocess.Popen[str]:
    """Start a run of `case` into `out` and return at once."""
    command = [*launcher(ranks), COMMAND, "run", str(case), "--out", str(out)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=case.parent
    )


def status(out: Path) -> dict[str, Any]:
    """Return ``run.json``."""
    found: dict[str, Any] = json.loads((out / "run.json").read_text())
    return found


def series(out: Path) -> pd.DataFrame:
    """Return ``series.csv``."""
    return pd.read_csv(out / "series.csv")
