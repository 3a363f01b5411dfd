"""Depletion of a slab at constant current against the series and Sand's law (physics: constant D).

Carslaw & Jaeger, Conduction of Heat in Solids, 2nd ed., section 3.8; see
`lithovoid.theory.depletion`.
"""

from itertools import pairwise
from typing import Any

import ufl
from dolfinx import fem

import numpy as np
import pytest
from cases import simulation, strip
from results import EXACT, Case

from lithovoid.case.coefficients import Diffusion, Lattice
from lithovoid.fields.domain import Integral
from lithovoid.measure.record import Record
from lithovoid.run.simulation import Simulation

SLAB = "Slab at constant current"
SOURCE = (
    "Vacancy fraction at the interface after 300 s, Carslaw & Jaeger 3.8; Sand's law while the "
    "back is not felt; default mesh and steps."
)
V_E = 1e-3
FIRST_300_S = 300.0


def rise(time: float, depth: float, cell: Simulation, thickness: float) -> float:
    """Series for the rise of v at `depth` from the interface; lengths in um."""
    p, lattice = cell.model.numbers(Diffusion), cell.model.numbers(Lattice)
    flux, d, n = 1.0 / lattice.charge_per_length, p.diffusivity, np.arange(1, 400)
    tau, x = d * time / thickness**2, 1 - depth / thickness
    terms = (-1.0) ** n * np.exp(-((n * np.pi) ** 2) * tau) * np.cos(n * np.pi * x) / n**2
    series = tau + (3 * x**2 - 1) / 6 - 2 / np.pi**2 * terms.sum()
    return float(flux * thickness / d * series)


def slab(thickness: str = "30 um", size: str = "0.12 um", **changes: Any) -> Simulation:
    geometry = {"width": "1 um", "anode": thickness, "interface_size": size}
    return simulation(**({"geometry": geometry} | changes))


@pytest.mark.parametrize(("thickness", "capacity"), [(30.0, 0.3), (8.0, 0.15)])
def test_interface_follows_the_series_of_a_finite_slab(thickness: float, capacity: float) -> None:
    cell = slab(f"{thickness} um", protocol=[strip(capacity=f"{capacity} mAh/cm^2")])
    errors = []
    for record in cell:
        if record.time > FIRST_300_S:
            expected = V_E + rise(record.time, 0.0, cell, thickness)
            errors.append(abs((1 - record.lithium_at_interface) / expected - 1))
    with Case(SLAB, EXACT, source=SOURCE) as case:
        what = f"worst error, {thickness:g} µm, {len(errors)} steps"
        case.bound(what, 100 * max(errors), at_most=0.5, unit="%")


def test_interface_follows_sand_while_the_back_is_not_felt() -> None:
    cell = slab(protocol=[strip(time="3000 s")])
    p, lattice = cell.model.numbers(Diffusion), cell.model.numbers(Lattice)
    errors = []
    for record in cell:
        if record.time > FIRST_300_S:
            sand = 2 / lattice.charge_per_length * np.sqrt(record.time / (np.pi * p.diffusivity))
            errors.append(abs((1 - record.lithium_at_interface - V_E) / sand - 1))
    with Case(SLAB, EXACT, source=SOURCE) as case:
        case.bound("worst error against Sand's law", 100 * max(errors), at_most=0.5, unit="%")


def last(cell: Simulation) -> Record:
    *_, record = cell
    return record


@pytest.mark.parametrize(
    ("scheme", "order", "tolerance"), [("bdf2", 2, 0.1), ("backward_euler", 1, 0.05)]
)
def test_order_in_time(scheme: str, order: int, tolerance: float) -> None:
    """Magnesium makes D depend on v, so that the quantity is smooth but not linear in time."""
    values = []
    for dt in (256, 128, 64, 32, 16):
        steps = {"dt_initial": f"{dt} s", "dt_max": f"{dt} s", "max_change_v": 1.0}
        numerics = {"time_scheme": scheme, "newton_tolerance": 1e-10, **steps}
        cell = slab(
            "8 um",
            "0.25 um",
            anode={"x_mg": 0.05},
            protocol=[strip(time="8192 s")],
            numerics=numerics,
        )
        values.append(last(cell).lithium_at_interface)
        assert cell.clock.step == 8192 // dt
    differences = np.abs(np.diff(values))
    orders = np.log2(differences[:-1] / differences[1:])
    with Case(SLAB, EXACT, source=SOURCE) as case:
        case.compare(f"order in time, {scheme}, D(v)", orders[-1], order, absolute=tolerance)


def l2_error(cell: Simulation, time: float, thickness: float) -> float:
    """L2 error of v against the series, per width."""
    p, d = cell.model.numbers(Diffusion), cell.domain
    lattice = cell.model.numbers(Lattice)
    x = 1 - ufl.SpatialCoordinate(d.mesh)[1] / thickness
    tau = fem.Constant(d.mesh, p.diffusivity * time / thickness**2)
    flux = fem.Constant(d.mesh, thickness / lattice.charge_per_length / p.diffusivity)
    exact = tau + (3 * x**2 - 1) / 6
    for n in (1, 2, 3):
        decay = ufl.exp(-((n * np.pi) ** 2) * tau)
        exact -= 2 / np.pi**2 * (-1) ** n / n**2 * decay * ufl.cos(n * np.pi * x)
    error = cell.state.v - fem.Constant(d.mesh, V_E) - flux * exact
    return float(np.sqrt(Integral(d, error**2 * d.dx_anode)()))


def test_order_in_space() -> None:
    thickness, time, errors = 8.0, 4096.0, []
    for size in (1.0, 0.5, 0.25):
        cell = simulation(
            geometry={
                "width": "4 um",
                "anode": f"{thickness} um",
                "interface_size": f"{size} um",
                "coarse_size": f"{size} um",
            },
            phase_field={"l": "2 um", "force_limit": 0.7},
            nucleation={"mode": "off", "seed_radius": "4 um"},
            protocol=[strip(time=f"{time} s")],
            numerics={"dt_initial": "8 s", "dt_max": "8 s", "max_change_v": 1.0},
        )
        last(cell)
        errors.append(l2_error(cell, time, thickness))
    orders = [np.log2(coarse / fine) for coarse, fine in pairwise(errors)]
    with Case(SLAB, EXACT, source=SOURCE) as case:
        case.compare("order in space, L2", orders[-1], 2.0, absolute=0.1)
