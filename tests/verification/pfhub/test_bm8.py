"""PFHub benchmark 8: seeds near the critical size, and transformation by many seeds."""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import ufl
from dolfinx import mesh
from mpi4py import MPI

import numpy as np
import pytest
from numpy.typing import NDArray
from one_material import Problem
from periodic import periodic_rectangle
from results import PUBLISHED, Case
from seed_growth import (
    FRONT_OPTIONS,
    TENSION,
    SeededGrowth,
    avrami,
    growth,
    seed,
    weighted,
)
from upload import save_upload

from lithovoid.hooks.replay import PlannedNucleus

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
    problem = growth(line, 2, FORCE, 1e-8, {"snes_lag_jacobian": 1}, radial=True)
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
        table = {"time": times.tolist(), "solid_fraction": fractions.tolist()}
        save_upload(f"8a.0_r{ratio:.2f}", "P2, BDF2", {"solid_fraction": table}, END)


@pytest.mark.long
def test_a_growing_seed_against_another_code() -> None:
    with Case("PFHub 8a: 1.10 r* in time", PUBLISHED, SOURCE) as case:
        other = curve("mancias_8a_r1.10", "solid_fraction")
        times, fractions = quarter(1.1, 100, 1e-6)
        ours = np.interp(other[0], times, fractions)
        worst = float(np.abs(ours / other[1] - 1).max())
        case.bound("largest relative deviation to t = 100", worst, at_most=0.01)


@pytest.mark.long
@pytest.mark.parametrize(("part", "seedings", "end"), [("8b", 8, 200.0), ("8c", 6, 600.0)])
def test_transformation_by_many_seeds(part: str, seedings: int, end: float) -> None:
    """25 seeds at once (b), or at random times at the density of the benchmark (c)."""
    published = avrami_of(f"{part}_rev1")
    note = (
        f"Mean of {seedings} seedings, seeds inserted by the nucleation hook, periodic square of "
        "500, P2 triangles, h = 2."
    )
    if part == "8c":
        note += " A quarter of the benchmark's area with a quarter of its seeds: twice the scatter."
    with Case(f"PFHub {part}: transformation", PUBLISHED, SOURCE, note) as case:
        curves = [transformation(part, number, end) for number in range(seedings)]
        found = np.array([avrami(*one) for one in curves])
        scatter = 2.0 if part == "8c" else 1.0
        for name, ours, key, unit in (
            ("Avrami exponent", found[:, 0], "avrami_n", ""),
            ("half time", found[:, 1], "t50", ""),
        ):
            mean, deviation = float(published[f"{key}_mean"]), float(published[f"{key}_std"])
            limit = 3 * scatter * deviation / np.sqrt(seedings)
            case.compare(name, ours.mean(), mean, absolute=limit, unit=unit)
        case.figure(f"pfhub_{part}", lambda axes: draw(axes, part, curves), f"Benchmark {part}")
        table = {"time": curves[0][0].tolist(), "solid_fraction": curves[0][1].tolist()}
        save_upload(f"{part}.1", note, {"solid_fraction": table}, float(curves[0][0][-1]))


@cache
def front_problem() -> Problem:
    """A periodic square of 500 for the driving force with r* = 1, compiled once."""
    square = periodic_rectangle(MPI.COMM_SELF, (500.0, 500.0), (250, 250))
    return growth(square, 2, TENSION, 1e-3, FRONT_OPTIONS)


def transformation(part: str, number: int, end: float) -> tuple[Floats, Floats]:
    """Times and solid fractions until 95 % are transformed."""
    problem = front_problem()
    problem.time = 0.0
    problem.fields[0].now.x.array[:] = 0.0
    random = np.random.default_rng(number)
    times = np.zeros(SEEDS) if part == "8b" else np.sort(random.uniform(0.0, end, SEEDS))
    side = float(np.sqrt(SEEDS * AREA_PER_SEED))
    plan = [PlannedNucleus(float(t), random.uniform(0.0, side, 2)) for t in times]
    times, fractions = SeededGrowth(problem, side, plan).run(end, fraction=0.95)
    return times, fractions


def curve(variant: str, quantity: str) -> Floats:
    """Times and values (2, n) of a published curve."""
    with (REFERENCE / "pfhub_bm8.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["variant"] == variant]
    return np.array(
        [(float(r["time"]), float(r["value"])) for r in rows if r["quantity"] == quantity]
    ).T


def avrami_of(code: str) -> dict[str, str]:
    """The published ensemble of a benchmark."""
    with (REFERENCE / "pfhub_bm8_avrami.csv").open(newline="") as file:
        return next(row for row in csv.DictReader(file) if row["benchmark"] == code)


def draw(axes: Any, part: str, curves: list[tuple[Floats, Floats]]) -> None:
    variant = f"mancias_{part}_r2.2_ensemble"
    times, low = curve(variant, "solid_fraction_p2.5")
    _, high = curve(variant, "solid_fraction_p97.5")
    axes.fill_between(times, low, high, color="0.85", label="95 % of 300 published seedings")
    axes.plot(*curve(variant, "solid_fraction_mean"), color="0.4", label="their mean")
    for number, (t, fraction) in enumerate(curves):
        axes.plot(t, fraction, "C0", lw=0.8, label="ours" if number == 0 else None)
    axes.set(xlabel="time", ylabel="solid fraction")
    axes.legend(fontsize=7)
