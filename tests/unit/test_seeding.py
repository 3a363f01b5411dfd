"""Insertion of voids, on a serial cell of 4 um x 4 um with a supersaturated metal."""

from types import SimpleNamespace

import numpy as np
import pytest
from cases import simulation

from lithovoid.case.coefficients import Lattice, Wall
from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral
from lithovoid.run.simulation import Simulation
from lithovoid.voids.seeding import Seeder

RADIUS = 0.5


@pytest.fixture(scope="module")
def cell() -> Simulation:
    size = {"width": "4 um", "anode": "4 um", "interface_size": "0.15 um"}
    return simulation(geometry=size, anode={"x_mg": 0.1})


@pytest.fixture(scope="module")
def tools(cell: Simulation) -> SimpleNamespace:
    model = cell.model
    emptied = model.part(Void).formulation.stored(cell.state.times[0]) * cell.domain.dx_anode
    return SimpleNamespace(seeder=Seeder(model, RADIUS), emptied=Integral(cell.domain, emptied))


@pytest.fixture
def fields(cell: Simulation) -> tuple[np.ndarray, np.ndarray]:
    """Return v and phi of intact metal with many vacancies."""
    v, phi = cell.state.v.x.array, cell.state.phi.x.array
    v[:], phi[:] = 0.2, 0.0
    return v, phi


def insert(cell: Simulation, tools: SimpleNamespace, x: float) -> bool:
    foot, normal = np.array([x, 0.0]), np.array([0.0, 1.0])
    return bool(tools.seeder.insert(tools.seeder.centre(foot, normal)))


@pytest.mark.parametrize("x", [0.0, 1.37, 4.0])
def test_insertion_conserves_lithium(
    cell: Simulation, tools: SimpleNamespace, fields: tuple[np.ndarray, np.ndarray], x: float
) -> None:
    v, phi = fields
    before = tools.emptied()
    assert insert(cell, tools, x)
    assert tools.emptied() == pytest.approx(before, rel=1e-12)
    assert phi.max() > 0.8
    assert v.min() > cell.model.numbers(Lattice).v_equilibrium
    assert v.min() < 0.19


def test_a_second_void_joins_the_first(
    cell: Simulation, tools: SimpleNamespace, fields: tuple[np.ndarray, np.ndarray]
) -> None:
    _, phi = fields
    before = tools.emptied()
    assert insert(cell, tools, 1.5)
    first = phi.copy()
    assert insert(cell, tools, 2.2)
    assert (phi >= first).all()
    assert tools.emptied() == pytest.approx(before, rel=1e-12)


@pytest.mark.parametrize("v_before", [1e-3, 0.01])
def test_too_few_vacancies_reject_the_void_and_change_nothing(
    cell: Simulation,
    tools: SimpleNamespace,
    fields: tuple[np.ndarray, np.ndarray],
    v_before: float,
) -> None:
    v, phi = fields
    v[:] = v_before
    assert not insert(cell, tools, 2.0)
    assert (v == v_before).all()
    assert (phi == 0.0).all()


def test_a_seed_meets_the_electrolyte_at_the_contact_angle(
    cell: Simulation, tools: SimpleNamespace
) -> None:
    centre = tools.seeder.centre(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    cosine = cell.model.numbers(Wall).cos_theta
    assert 0 < cosine < 1
    np.testing.assert_allclose(centre, [1.0, RADIUS * cosine])
