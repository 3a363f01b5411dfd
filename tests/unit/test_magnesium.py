"""Magnesium that moves: where it goes, and that none of it is lost."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from cases import NUCLEATING_CELL, column, simulation, strip
from contracting_column import Column

from lithovoid.case.coefficients import Lattice
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.equations.terms.magnesium import EXPULSION
from lithovoid.run.simulation import Simulation
from lithovoid.theory.composition import magnesium_share

X_MG = 0.1
VOID = {
    "width": "3 um",
    "anode": "3 um",
    "electrolyte": "1 um",
    "interface_size": "0.125 um",
    "void": [{"x": "0 um", "radius": "0.8 um"}],
}


def cell_with_void(mobility: float, step: dict[str, Any], size: str = "0.125 um") -> Simulation:
    anode = {"x_mg": X_MG, "magnesium_mobility": mobility}
    cell = simulation(geometry=VOID | {"interface_size": size}, anode=anode, protocol=[step])
    *_, last = cell
    assert last.magnesium_drift < 1e-12
    return cell


def test_without_mobility_there_is_no_further_unknown() -> None:
    cell = simulation(anode={"x_mg": X_MG})
    assert list(cell.state.now) == ["v", "phi", "psi"]
    assert cell.state.x_mg is cell.state.fresh


@pytest.mark.parametrize("anode", [{"magnesium_mobility": 0.1}, {"sink_rate": "1e-4 1/s"}])
def test_both_ledgers_balance_in_every_step_and_at_seeds(anode: dict[str, Any]) -> None:
    """Strip, rest, plate and hold, with voids that are inserted, grow and shrink."""
    cell = simulation(**NUCLEATING_CELL, anode={"x_mg": 0.05, **anode})
    records = list(cell)
    assert records[-1].nuclei >= 1
    assert max(record.capacity_surface for record in records) > 0.01
    assert max(record.magnesium_drift for record in records) < 1e-12
    assert max(record.ledger_residual for record in records) < 1e-8
    x_mg = cell.state.x_mg.x.array
    assert np.ptp(x_mg) > 1e-4


def test_a_growing_void_pushes_magnesium_ahead() -> None:
    cell = cell_with_void(0.1, strip("0.1 mA/cm^2", capacity="0.05 mAh/cm^2"))
    x_mg, phi = cell.state.x_mg.x.array, cell.state.phi.x.array
    wall, outside = x_mg[(phi > 0.7) & (phi < 0.8)], x_mg[phi < 0.01]
    assert wall.size > 10
    assert wall.max() < 0.4 * X_MG
    assert outside.max() > 1.3 * X_MG
    assert x_mg.max() == x_mg[phi < 0.3].max()
    # nothing crosses a void: its middle keeps what it held from the start
    assert x_mg[phi.argmax()] > 0.7 * X_MG


def test_at_rest_magnesium_is_in_equilibrium_and_no_current_flows() -> None:
    """The odds of magnesium fall by exp(-p h) into the void; nothing drives a current around it.

    Closest where the metal is: deep in the void, where h is 0.9 and little moves, the mesh of l/4
    leaves 10 %, and one of l/2 39 %.
    """
    rest = {"step": "rest", "until": {"time": "20 h"}}
    cell = cell_with_void(1.0, rest, size="0.0625 um")
    x_mg, phi, v = (f.x.array for f in (cell.state.x_mg, cell.state.phi, cell.state.v))
    assert phi.max() > 0.9
    y = magnesium_share(x_mg, v, np.maximum)
    odds = y / (1 - y)
    equal = odds * np.exp(EXPULSION * interpolation(phi))
    assert odds.min() < 0.1 * odds.max()
    far = odds[phi < 0.001].mean()
    assert equal[phi < 0.5] == pytest.approx(far, rel=0.02)
    assert equal == pytest.approx(far, rel=0.12)
    metal = v[phi < 0.001]
    assert np.ptp(metal) < 0.01 * metal.mean()


def test_magnesium_that_hardly_moves_stays_where_the_void_has_overrun_it() -> None:
    step = strip("0.1 mA/cm^2", capacity="0.05 mAh/cm^2")
    moving, fixed = (cell_with_void(mobility, step) for mobility in (1e-7, 0.0))
    assert moving.state.x_mg.x.array == pytest.approx(X_MG, abs=1e-3)
    # the kinetics feel the cost of magnesium at the edge of the void, and strip less there
    assert moving.observed.void_charge == pytest.approx(fixed.observed.void_charge, rel=0.15)
    assert moving.observed.void_charge < fixed.observed.void_charge


@pytest.mark.parametrize("mobility", [0.1, 1.0])
def test_magnesium_gathers_where_lithium_leaves(mobility: float) -> None:
    """A column against finite volumes; the stream of vacancies carries magnesium to the contact."""
    cell = column(
        anode={"x_mg": X_MG, "magnesium_mobility": mobility},
        protocol=[strip("1 A/m^2", time="2 h")],
        numerics={"max_change_v": 0.005},
    )
    *_, last = cell
    reference = Column.like(cell, current=1.0)
    z, v, m, _ = reference.solve(7200.0)
    heights = cell.state.anode.tabulate_dof_coordinates()[:, 1]
    order = np.argsort(heights)
    found = np.interp(z, heights[order], cell.state.x_mg.x.array[order])
    assert m[0] - X_MG > 0.02 * X_MG
    assert found == pytest.approx(m, abs=0.01 * (m[0] - X_MG))
    assert cell.state.v.x.array.max() == pytest.approx(v[0], rel=2e-3)
    assert last.magnesium_drift < 1e-12


def test_lithium_left_counts_magnesium_that_came() -> None:
    cell = simulation(anode={"x_mg": X_MG, "magnesium_mobility": 0.1})
    cell.state.x_mg.x.array[:] = 0.55
    cell.state.v.x.array[:] = 0.0
    seen = cell.observer.observe(0.0)
    assert seen.lithium_at_interface == pytest.approx(0.5)
    missing = dataclasses.replace(seen).lattice_charge
    whole = 6 * cell.model.numbers(Lattice).charge_per_length  # um of anode
    assert missing == pytest.approx((0.45 - cell.model.numbers(Lattice).v_equilibrium) * whole)


def test_magnesium_per_atom_stays_finite() -> None:
    y = magnesium_share(np.array([0.1, 0.1, 0.0]), np.array([0.5, 1.0, 1.0]), np.maximum)
    assert y == pytest.approx([0.2, 100.0, 0.0])
