"""PFHub benchmark 8b and 8c: transformation by many seeds, against ensembles of 300 seedings.

Each seeding is a test of its own, so that they can be spread over processors and interrupted; under
`make verify` its curve is kept. The tests of the means come last.

Cost: 1.5 us of a core per unknown and step. A seeding of 8b (250 000 unknowns, some 150 steps)
takes about a minute, one of 8c (a million unknowns, some 330 steps and 3 more per seed) about
fifteen: there are fewer of these.
"""

import csv
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest
from numpy.typing import NDArray
from one_material import Problem
from periodic import periodic_rectangle
from results import FOLDER_VARIABLE, PUBLISHED, Case
from seed_growth import FRONT_OPTIONS, TENSION, SeededGrowth, avrami, growth
from test_bm8 import REFERENCE, SOURCE, curve
from upload import save_upload

from lithovoid.hooks.replay import PlannedNucleus

Floats = NDArray[np.float64]
MESH, TOLERANCE, RESTART = 2.0, 3e-3, 0.2


@dataclass(frozen=True)
class Part:
    """Periodic square of `side`, seeds that appear within a duration, and how often it is done."""

    side: float
    seeds: int
    duration: float
    end: float
    seedings: int


PARTS = {"8b": Part(500.0, 25, 0.0, 200.0, 10), "8c": Part(1000.0, 100, 600.0, 600.0, 4)}
NOTES = {
    "8b": "25 seeds at t = 0 in a periodic square of 500",
    "8c": "100 seeds at random times in [0, 600) in a periodic square of 1000",
}
DETAILS = (
    "; mean of {} seedings, inserted by the nucleation hook. P2 triangles, h = 2 (front "
    "2.4 % too fast), 3e-3 RMS error per step: steps of 0.7, steps of 0.25 change the half time by "
    "0.01 and the exponent by 0.01. Limits: 3 standard deviations of the mean of as many of theirs."
)


@cache
def front_problem(side: float) -> Problem:
    """A periodic square for the driving force with r* = 1, compiled once."""
    cells = round(side / MESH)
    square = periodic_rectangle(MPI.COMM_SELF, (side, side), (cells, cells))
    return growth(square, 2, TENSION, TOLERANCE, FRONT_OPTIONS, newton=3e-2)


def transformation(name: str, number: int) -> tuple[Floats, Floats]:
    """Times and solid fractions until 90 % are transformed."""
    part = PARTS[name]
    problem = front_problem(part.side)
    problem.time = 0.0
    problem.fields[0].now.x.array[:] = 0.0
    random = np.random.default_rng(number)
    times = np.sort(random.uniform(0.0, part.duration, part.seeds))
    plan = [PlannedNucleus(float(t), random.uniform(0.0, part.side, 2)) for t in times]
    times, fractions = SeededGrowth(problem, part.side, plan).run(part.end, 0.9, RESTART)
    return times, fractions


@cache
def kept_transformation(name: str, number: int) -> tuple[Floats, Floats]:
    """As `transformation`, but from the file that it was kept in, where there is one."""
    if FOLDER_VARIABLE not in os.environ:
        return transformation(name, number)
    path = Path(os.environ[FOLDER_VARIABLE]).parent / "seedings" / f"{name}-{number}.json"
    if not path.exists():
        times, fractions = transformation(name, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([times.tolist(), fractions.tolist()]))
    times, fractions = json.loads(path.read_text())
    return np.array(times), np.array(fractions)


@pytest.mark.long
@pytest.mark.parametrize(
    ("part", "number"), [(name, k) for name, part in PARTS.items() for k in range(part.seedings)]
)
def test_one_seeding(part: str, number: int) -> None:
    """It transforms like those published, within five of their standard deviations."""
    exponent, half = avrami(*kept_transformation(part, number))
    published = ensemble(part)
    assert abs(exponent - published["avrami_n_mean"]) < 5 * published["avrami_n_std"]
    assert abs(half - published["t50_mean"]) < 5 * published["t50_std"]


@pytest.mark.long
@pytest.mark.summary
@pytest.mark.parametrize("part", PARTS)
def test_mean_of_the_seedings(part: str) -> None:
    seedings = PARTS[part].seedings
    note = NOTES[part] + DETAILS.format(seedings)
    with Case(f"PFHub {part}: transformation", PUBLISHED, SOURCE, note) as case:
        curves = [kept_transformation(part, number) for number in range(seedings)]
        found = np.array([avrami(*one) for one in curves])
        published = ensemble(part)
        for name, ours, key in (
            ("Avrami exponent", found[:, 0], "avrami_n"),
            ("half time", found[:, 1], "t50"),
        ):
            limit = float(3 * published[f"{key}_std"] / np.sqrt(seedings))
            case.compare(name, float(ours.mean()), published[f"{key}_mean"], absolute=limit)
        case.figure(f"pfhub_{part}", lambda axes: draw(axes, part, curves), f"Benchmark {part}")
        table = {"time": curves[0][0].tolist(), "solid_fraction": curves[0][1].tolist()}
        save_upload(f"{part}.1", note, {"solid_fraction": table}, float(curves[0][0][-1]))


def ensemble(part: str) -> dict[str, float]:
    """Means and standard deviations of the published ensemble."""
    with (REFERENCE / "pfhub_bm8_avrami.csv").open(newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["benchmark"] == f"{part}_rev1")
    return {key: float(row[key]) for key in row if key.endswith(("_mean", "_std"))}


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
