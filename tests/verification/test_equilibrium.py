"""Voids at rest: the vacancies around one, and the exchange between two."""

from typing import Any

import numpy as np
import pytest
from cases import begin_here, simulation
from results import EXACT, Case

from lithovoid.case.coefficients import Wall
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral
from lithovoid.run.simulation import Simulation
from lithovoid.voids.seeding import profile

GAMMA, HALF_WIDTH, V_E = 0.46, 0.25, 1e-3  # J/m^2, um


def box(side: float, hours: float, **changes: Any) -> Simulation:
    """Return a square of metal in which vacancies move fast, at rest; lengths in um."""
    geometry = {"width": f"{side} um", "anode": f"{side} um", "electrolyte": "1 um"}
    geometry |= {"interface_size": "0.1 um", "coarse_size": "0.2 um", "fine_depth": f"{side} um"}
    return simulation(
        geometry=geometry | changes.pop("geometry", {}),
        anode={"diffusivity": "1e-12 m^2/s"},
        # the largest force is to be far above gamma/R: at l of a quarter of R it would count
        phase_field={"l": f"{HALF_WIDTH} um", "force_limit": 0.3},
        electrolyte={"adhesion": f"{GAMMA} J/m^2"},
        protocol=[{"step": "rest", "until": {"time": f"{hours} h"}}],
        **changes,
    )


def void_area(cell: Simulation) -> float:
    return Integral(cell.domain, interpolation(cell.state.phi) * cell.domain.dx_anode)()


@pytest.mark.parametrize("radius", [1.0, 1.5, 2.0])
def test_vacancies_around_a_void_at_rest(radius: float) -> None:
    """A quarter of a round void in a corner, in metal that holds too many vacancies at first."""
    side = 3.6
    cell = box(side, hours=100)
    points = cell.state.anode.tabulate_dof_coordinates()[:, :2]
    cell.state.phi.x.array[:] = profile(points, np.array([0.0, side]), radius, HALF_WIDTH)
    stiffness = cell.model.numbers(Wall).stiffness
    cell.state.v.x.array[:] = V_E + 1.2 * GAMMA / (stiffness * radius * 1e-6)
    begin_here(cell)
    for _ in cell:
        pass
    found_radius = np.sqrt(4 * void_area(cell) / np.pi)
    far = np.hypot(points[:, 0], points[:, 1] - side).argmax()
    found = float(cell.state.v.x.array[far])
    with Case(
        "Gibbs-Thomson",
        EXACT,
        source="Excess of v around an equilibrium void: v - v_e = (d - 1) γ / (A R v_V), A = RT/Ω "
        "of lithium.",
    ) as case:
        expected = GAMMA / (stiffness * found_radius * 1e-6)
        quantity = f"excess at R = {found_radius:.2f} µm"
        case.compare(quantity, found - V_E, expected, relative=0.05)


def test_the_smaller_of_two_voids_dissolves() -> None:
    """Ripening: the smaller void feeds the larger one, and no lithium is lost."""
    voids = [
        {"x": "2.2 um", "radius": "1.1 um", "depth": "2 um"},
        {"x": "5.2 um", "radius": "0.8 um", "depth": "2 um"},
    ]
    cell = box(7.0, hours=200, geometry={"anode": "4 um", "fine_depth": "4 um", "void": voids})
    emptied = Integral(
        cell.domain,
        cell.model.part(Void).formulation.stored(cell.state.times[0]) * cell.domain.dx_anode,
    )
    x = cell.state.anode.tabulate_dof_coordinates()[:, 0]
    before, larger = emptied(), []
    for _ in cell:
        phi = cell.state.phi.x.array
        larger.append((phi[x < 3.7].sum(), phi[x > 3.7].max()))
    start, end = larger[0], larger[-1]
    with Case(
        "Ripening of two voids",
        EXACT,
        source="Gibbs-Thomson: vacancies go from the small void (R = 0.8 µm) to the large one "
        "(1.1 µm); lithium is conserved.",
    ) as case:
        case.bound("largest φ left of the small void", end[1], at_most=0.01)
        case.bound("growth of the large void", end[0] / start[0], at_least=1.05)
        case.bound("relative change of lithium missing", abs(emptied() / before - 1), at_most=1e-7)
