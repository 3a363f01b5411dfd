"""Pure lithium, stripped without pressure from a flat interface in full contact.

Statements T1 to T3: incubation capacity, capacity and void-layer thickness at failure fall with the
current, and the cell fails by contact loss. Medians over a few seeds, equal across the currents.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from cases import simulation, strip
from results import Case

from lithovoid.run.simulation import Simulation

CURRENTS = (0.3, 1.0, 3.0, 10.0)  # A/m^2
SEEDS = (1, 2, 3)
PHYSICAL = "Physical statements"
SOURCE = (
    "Medians over three seeds at 0.3, 1, 3, 10 A/m² fall with the current: incubation and "
    "capacity in mAh/cm², void layer in µm; 20 µm wide."
)

pytestmark = pytest.mark.long


class Outcome(NamedTuple):
    """What is left of a run: capacities in mAh/cm^2, thickness in um."""

    incubation: float
    capacity: float
    thickness: float
    voids: int
    mode: str
    ledger: float


def outcome(current: float, seed: int) -> Outcome:
    cell = simulation(
        geometry={
            "width": "20 um",
            "anode": "30 um",
            "electrolyte": "5 um",
        },
        nucleation={"mode": "stochastic", "seed": seed},
        protocol=[strip(f"{current} A/m^2", contact_fraction=0.15, overpotential="0.2 V")],
    )
    *_, last = cell
    return summary(cell, last.areal_capacity, last.void_layer_thickness)


def summary(cell: Simulation, capacity: float, thickness: float) -> Outcome:
    assert cell.nucleation is not None
    assert cell.failure is not None
    nuclei = cell.nucleation.accepted
    first, worst = nuclei[0].areal_capacity, cell.ledger.worst
    return Outcome(first, capacity, thickness, len(nuclei), cell.failure.mode, worst)


@pytest.fixture(scope="module")
def outcomes() -> dict[float, list[Outcome]]:
    found = {current: [outcome(current, seed) for seed in SEEDS] for current in CURRENTS}
    print_table(found)
    return found


def print_table(outcomes: dict[float, list[Outcome]]) -> None:
    print(
        "\ncurrent [A/m^2]  incubation [mAh/cm^2]   capacity [mAh/cm^2]     "
        "thickness [um]          nuclei  modes"
    )
    for current, runs in outcomes.items():
        columns = [spread([run[k] for run in runs]) for k in range(3)]
        nuclei = np.median([run.voids for run in runs])
        modes = ", ".join(sorted({run.mode for run in runs}))
        numbers = "  ".join(f"{column:22}" for column in columns)
        print(f"{current:15g}  {numbers}  {nuclei:6g}  {modes}")


def spread(values: list[float]) -> str:
    return f"{np.median(values):.3f} ({min(values):.3f}-{max(values):.3f})"


@pytest.mark.parametrize("quantity", ["incubation", "capacity", "thickness"])
def test_medians_fall_with_the_current(outcomes: dict[float, list[Outcome]], quantity: str) -> None:
    medians = [np.median([getattr(run, quantity) for run in runs]) for runs in outcomes.values()]
    with Case("Pure lithium without pressure", PHYSICAL, source=SOURCE) as case:
        smallest = min(low / high for low, high in pairwise(medians))
        shown = ", ".join(f"{median:.3g}" for median in medians)
        case.bound(f"{quantity}: medians {shown}; smallest ratio", smallest, at_least=1.0)


def test_every_run_fails_by_contact_loss(outcomes: dict[float, list[Outcome]]) -> None:
    assert {run.mode for runs in outcomes.values() for run in runs} == {"contact_loss"}


def test_lithium_is_booked_in_every_run(outcomes: dict[float, list[Outcome]]) -> None:
    assert max(run.ledger for runs in outcomes.values() for run in runs) <= 1e-8
