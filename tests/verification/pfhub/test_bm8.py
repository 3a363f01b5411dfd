"""PFHub benchmark 8: seeds near the critical size, and transformation by many seeds."""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import ufl
from dolfinx import mesh
from mpi4py import MPI

import numpy as np
import pytest
from numpy.typing import NDArray
from one_material import Problem
from results import PUBLISHED, Case
from seed_growth import (
    growth,
    seed,
    weighted,
)
from upload import save_upload

Floats = NDArray[np.float64]
REFERENCE = Path(__file__).parent / "reference"
SOURCE = (
    "PFHub benchmark 8, doi 10.1007/s40192-022-00284-1; ensembles: Mancias, Attari, Arroyave & "
    "Tourret, arXiv 2210.16866"
)
CRITICAL, FORCE, SIDE, END = 5.0, np.sqrt(2) / 30, 100.0, 100.0
SEEDS, AREA_PER_SEED = 25, 1e4


@cache
def radial_fraction(ratio: float) -> float:
    """Converged solid fraction at t = 100: the seed on a line of radii, P2, h = 1/8."""
    line = mesh.create_interval(MPI.COMM_SELF, 400, [0.0, SIDE / 2])
    problem = growth(line, 2, FORCE, 1e-8, {}, radial=True)
    solid = problem.integral(weighted(problem.fields[0].now * ufl.dx(line), line))
    grow(problem, ratio)
    return 2 * np.pi * solid() / SIDE**2


def grow(problem: Problem, ratio: float, solid: Callable[[], float] | None = None) -> Floats:
    """Let a seed of `ratio` critical radii at the origin grow to t = 100: times and integrals."""
    problem.fields[0].set(seed(ratio * CRITICAL))
    problem.begin(0.01)
    found = [(0.0, solid() if solid else 0.0)]
    while problem.time < END:
        problem.advance(END)
        found.append((problem.time, solid() if solid else 0.0))
    return np.array(found).T


def quarter(ratio: float, cells: int, tolerance: float) -> Floats:
    """Times and solid fractions; a quarter of the cell, which the seed's symmetry allows."""
    corners = [(0.0, 0.0), (SIDE / 2, SIDE / 2)]
    square = mesh.create_rectangle(MPI.COMM_SELF, corners, [cells, cells])
    problem = growth(square, 2, FORCE, tolerance)
    curve = grow(problem, ratio, problem.integral(4 * problem.fields[0].now * ufl.dx(square)))
    return np.array([curve[0], curve[1] / SIDE**2])


@pytest.mark.parametrize(
    ("ratio", "published", "limit"),
    [
        (1.01, 15.383e-3, 0.02),
        pytest.param(0.99, 0.0, 1e-6, marks=pytest.mark.long),
        pytest.param(1.0, 7.742e-3, 0.02, marks=pytest.mark.long),
        pytest.param(1.1, 47.40e-3, 0.01, marks=pytest.mark.long),
    ],
)
def test_a_seed_near_the_critical_size(ratio: float, published: float, limit: float) -> None:
    title = "PFHub 8a: solid fraction at t = 100"
    with Case(title, PUBLISHED, SOURCE, "P2 triangles, h = 1/2; truth: radial, h = 1/8.") as case:
        times, fractions = quarter(ratio, 100, 1e-6)
        truth = radial_fraction(ratio)
        name = f"r0 = {ratio:.2f} r*"
        if published == 0.0:
            case.bound(f"{name}, 2-D", fractions[-1], at_most=limit)
        else:
            case.compare(f"{name}, radial against published", truth, published, relative=2e-3)
            case.compare(f"{name}, 2-D against radial", fractions[-1], truth, relative=limit)
        if ratio == 1.1:
            other = curve("mancias_8a_r1.10", "solid_fraction")
            worst = np.abs(np.interp(other[0], times, fractions) / other[1] - 1).max()
            case.bound(f"{name}, largest deviation from Mancias et al.", worst, at_most=0.01)
        table = {"time": times.tolist(), "solid_fraction": fractions.tolist()}
        save_upload(f"8a.0_r{ratio:.2f}", "P2, BDF2", {"solid_fraction": table}, END)


def curve(variant: str, quantity: str) -> Floats:
    """Times and values (2, n) of a published curve."""
    with (REFERENCE / "pfhub_bm8.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["variant"] == variant]
    return np.array(
        [(float(r["time"]), float(r["value"])) for r in rows if r["quantity"] == quantity]
    ).T
