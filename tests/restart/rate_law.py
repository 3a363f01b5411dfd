"""A user's rate law that follows the classical one until it is told to misbehave."""

import os
from itertools import count
from pathlib import Path

from mpi4py import MPI

import numpy as np

from lithovoid.theory.nucleation import classical_rate

_calls = count()


def rate(v, x_mg, parameters):  # type: ignore[no-untyped-def]
    """Return the classical rate; from the 30th call on do what LAW says, on rank 1 or alone."""
    values = classical_rate(v, x_mg, parameters)
    trouble = os.environ.get("LAW", "")
    if next(_calls) >= 30:
        if trouble == "nan":
            return np.full_like(values, np.nan)
        if trouble == "raise" and MPI.COMM_WORLD.rank == MPI.COMM_WORLD.size - 1:
            raise ZeroDivisionError("a mistake in the rate law")
    return values


def install(folder: Path) -> dict[str, str]:
    """Make the law ``misbehaving`` known by an entry point; return the environment for it."""
    about = folder / "misbehaving-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: misbehaving\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[lithovoid.rate_laws]\nmisbehaving = rate_law:rate\n")
    paths = [str(folder), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
