"""What a second strip delivers after a rest, against linear superposition in a slab."""

import numpy as np
import pytest
from cases import simulation, strip
from results import EXACT, Case
from scipy.optimize import brentq

from lithovoid.case.coefficients import Diffusion, Lattice
from lithovoid.run.simulation import Simulation

CURRENT, THICKNESS, LITHIUM_LEFT = 1.0, 25.0, 0.6  # A/m^2, um, at the interface
V_E = 1e-3


def kernel(tau: float) -> float:
    """Rise at the interface of a slab, in units of flux L / D, after a constant flux since 0.

    Carslaw & Jaeger, Conduction of Heat in Solids, 2nd ed., section 3.8.
    """
    if tau < 0.05:
        return 2 * float(np.sqrt(max(tau, 0.0) / np.pi))
    n = np.arange(1, 30)
    terms = np.exp(-((n * np.pi) ** 2) * tau) / n**2
    return tau + 1 / 3 - 2 / np.pi**2 * float(terms.sum())


def exact_ratio(cell: Simulation, rest: float, rises: tuple[float, float]) -> float:
    """Second over first capacity, each until the rise of v at the interface that it ended at."""
    p, lattice = cell.model.numbers(Diffusion), cell.model.numbers(Lattice)
    per_second = p.diffusivity / THICKNESS**2
    unit = CURRENT / lattice.charge_per_length * THICKNESS / p.diffusivity
    first = brentq(lambda t: unit * kernel(t * per_second) - rises[0], 1.0, 1e7)

    def excess(second: float) -> float:
        since = second, second + rest, second + rest + first  # start of 2nd, end and start of 1st
        again, stop, start = (kernel(t * per_second) for t in since)
        return unit * (start - stop + again) - rises[1]

    return float(brentq(excess, 1e-3, 1e7) / first)


@pytest.mark.parametrize("hours", [1, 10, 100])
def test_recovery_after_a_rest(hours: int) -> None:
    one = strip(f"{CURRENT} A/m^2", lithium_at_interface=LITHIUM_LEFT)
    cell = simulation(
        geometry={"width": "1 um", "anode": f"{THICKNESS} um", "interface_size": "0.12 um"},
        protocol=[one, {"step": "rest", "until": {"time": f"{hours} h"}}, one],
    )
    ends = {record.protocol_step: record for record in cell}
    capacities = [ends[k].areal_capacity for k in range(3)]
    found = (capacities[2] - capacities[1]) / capacities[0]
    first, second = (1 - ends[k].lithium_at_interface - V_E for k in (0, 2))
    with Case(
        "Rest and second strip",
        EXACT,
        source="Superposition of the slab's response; capacity of the second strip over that of "
        "the first, to 60 % lithium at the interface, 25 µm, 1 A/m².",
    ) as case:
        expected = exact_ratio(cell, 3600.0 * hours, (first, second))
        case.compare(f"recovery after {hours} h", found, expected, relative=0.01)
