"""Lithium is booked in every step, and free energy falls at rest."""

import numpy as np
import pytest
from cases import simulation, strip
from results import CONSERVATION, Case

from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral
from lithovoid.voids.seeding import Seeder

GEOMETRY = {
    "width": "6 um",
    "anode": "6 um",
    "electrolyte": "2 um",
    "interface_size": "0.2 um",
    "fine_depth": "2 um",
}
HALF_WIDTH = {"l": "0.25 um"}
NUCLEATION = {"mode": "stochastic", "seed": 1, "prefactor": "1e22 1/(m^2*s)"}
PLATE = {"step": "plate", "current_density": "0.1 mA/cm^2", "until": {"capacity": "0.01 mAh/cm^2"}}
REST = {"step": "rest", "until": {"time": "1 h"}}
HOLD = {"step": "hold", "cell_voltage": "1 mV", "until": {"time": "1 h"}}


@pytest.mark.parametrize("scheme", ["bdf2", "backward_euler"])
@pytest.mark.parametrize("x_mg", [0.0, 0.05])
def test_ledger_balances_in_every_step(scheme: str, x_mg: float) -> None:
    cell = simulation(
        geometry=GEOMETRY,
        anode={"x_mg": x_mg},
        phase_field=HALF_WIDTH,
        nucleation=NUCLEATION,
        protocol=[strip("0.2 mA/cm^2", capacity="0.08 mAh/cm^2"), REST, PLATE, HOLD],
        numerics={"time_scheme": scheme},
    )
    records = list(cell)
    worst = max(record.ledger_residual for record in records)
    assert {record.step_kind for record in records} == {"strip", "rest", "plate", "hold"}
    assert records[-1].nuclei >= 1
    assert max(record.capacity_surface for record in records) > 0.01
    with Case(
        "Lithium ledger",
        CONSERVATION,
        source="Charge passed = lithium missing from voids and lattice, relative to the charge, in "
        "every step of strip, rest, plate and hold with nucleation.",
    ) as case:
        what = f"{scheme}, x_mg = {x_mg:g}, {len(records)} steps, {records[-1].nuclei} nuclei"
        case.bound(f"worst residual: {what}", worst, at_most=1e-8)


@pytest.mark.parametrize("formulation", ["two_field", "cahn_hilliard"])
@pytest.mark.parametrize("x", [0.0, 2.37])
def test_a_seed_takes_its_vacancies_from_the_metal(formulation: str, x: float) -> None:
    """At the side of the cell, and within."""
    cell = simulation(
        geometry=GEOMETRY,
        anode={"x_mg": 0.1},
        phase_field=HALF_WIDTH | {"formulation": formulation},
    )
    emptied = Integral(
        cell.domain,
        cell.model.part(Void).formulation.stored(cell.state.times[0]) * cell.domain.dx_anode,
    )
    for name in {"v", cell.model.part(Void).formulation.carrier}:
        cell.state.now[name].x.array[:] = 0.2
    before = emptied()
    assert Seeder(cell.model, 0.5).insert(np.array([x, 0.1]))
    with Case(
        "Lithium at the insertion of a seed",
        CONSERVATION,
        source="Emptied sites after the insertion over those before; metal with v = 0.2.",
    ) as case:
        change = abs(emptied() / before - 1)
        case.bound(f"relative change: {formulation}, x = {x:g} µm", change, at_most=1e-12)
    assert cell.state.phi.x.array.max() > 0.8


@pytest.mark.parametrize(("scheme", "largest"), [("backward_euler", 0.0), ("bdf2", 1e-5)])
@pytest.mark.parametrize("formulation", ["two_field", "cahn_hilliard"])
@pytest.mark.parametrize("depth", ["2.5 um", "0.3 um"])
def test_free_energy_falls_at_rest(
    scheme: str, largest: float, formulation: str, depth: str
) -> None:
    """A void in the metal, or on the electrolyte, rounds off and comes to rest.

    Backward Euler never lets the energy rise. BDF2 does not have that property: with steps of hours
    it swings past the state of rest, by parts of 1e-6 of the energy.
    """
    cell = simulation(
        geometry=GEOMETRY | {"void": [{"x": "2.5 um", "radius": "1 um", "depth": depth}]},
        phase_field=HALF_WIDTH | {"formulation": formulation},
        protocol=[{"step": "rest", "until": {"time": "20 h"}}],
        numerics={"time_scheme": scheme},
    )
    energy = Integral(cell.domain, cell.model.part(Void).free_energy())
    before = start = energy()
    rises = []
    for _ in cell:
        after = energy()
        rises.append((after - before) / start)
        before = after
    with Case(
        "Free energy at rest",
        CONSERVATION,
        source="A void in the metal, or on the electrolyte, rounds off: F must not rise.",
        note="Backward Euler never lets F rise. BDF2 does not have that property: with steps of "
        "hours it swings past the state of rest.",
    ) as case:
        what = f"{scheme}, {formulation}, void at {depth}"
        case.bound(f"share of F released: {what}", 1 - before / start, at_least=0.004)
        case.bound("largest rise in a step, relative", max(rises), at_most=largest)
