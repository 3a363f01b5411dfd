"""When the first nucleus comes, against the integral of the rate law in the column model."""

from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest
from cases import COLUMN, strip
from results import STATISTICS, Case

from lithovoid.case.load import parse_scenario
from lithovoid.hooks.nucleation import PoissonClock
from lithovoid.meshes import build_mesh
from lithovoid.run.simulation import Simulation

SEEDS = range(1, 8)
WIDTH = 12.0  # um
DEPTH = 10.0  # um, the slice that a cell in two dimensions stands for
SOURCE = (
    "A lithium cell of 12 um at 0.1 mA/cm^2; the charge at the first nucleus against that at which "
    "the integral of the rate law over the same area, with v from the column model (10 nm at the "
    "interface), reaches the same arrival of the Poisson process."
)


COLUMN_CELL = COLUMN["geometry"] | {"anode": "12 um"}
PLANAR_CELL = {
    "type": "planar",
    "width": f"{WIDTH} um",
    "anode": "12 um",
    "electrolyte": "2 um",
}


def cell(geometry: dict[str, Any], nucleation: dict[str, Any], temperature: str) -> Simulation:
    """Return a cell of lithium on LLZO with default numbers at `temperature`."""
    changes = {
        "temperature": temperature,
        "geometry": geometry,
        "nucleation": nucleation,
        "numerics": {"dt_initial": "1 s", "dt_max": "10 min"},
        "protocol": [strip(lithium_at_interface=0.02)],
        "output": {"fields": "none"},
    }
    scenario = parse_scenario(changes, Path())
    return Simulation(scenario, build_mesh(scenario), comm=MPI.COMM_SELF)


def expected_nuclei(temperature: str) -> tuple[np.ndarray, np.ndarray]:
    """Return capacity [mAh/cm^2] and expected nuclei on the interface, by the column model."""
    column = cell(COLUMN_CELL, {"mode": "count"}, temperature)
    records = list(column)
    found = np.array([(r.areal_capacity, r.expected_nuclei * WIDTH * DEPTH) for r in records])
    return found[:, 0], found[:, 1]


def first_nucleus(seed: int, temperature: str) -> float:
    """Return the capacity [mAh/cm^2] at which the first nucleus of a run is due."""
    run = cell(PLANAR_CELL, {"mode": "stochastic", "seed": seed}, temperature)
    assert run.nucleation is not None
    for _ in run:
        if run.nucleation.incubation is not None:
            return run.nucleation.incubation.capacity
    raise AssertionError("no nucleus came")


@pytest.mark.long
@pytest.mark.parametrize("temperature", ["0 degC", "25 degC", "60 degC"])
def test_incubation_is_that_of_the_rate_law(temperature: str) -> None:
    capacity, nuclei = expected_nuclei(temperature)
    ratios = [
        first_nucleus(seed, temperature) / np.interp(PoissonClock(seed).arrival, nuclei, capacity)
        for seed in SEEDS
    ]
    with Case("Incubation at three temperatures", STATISTICS, source=SOURCE) as case:
        case.compare(
            f"{temperature}: charge over that of the column, median of {len(ratios)} seeds",
            float(np.median(ratios)),
            1.0,
            relative=0.05,
        )
