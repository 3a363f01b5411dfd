"""Metal that voids cut off from the back: found, without current, and the end when all is."""

from typing import Any

from mpi4py import MPI

import cases
import numpy as np
import pytest
from cases import begin_here, simulation, strip

from lithovoid.equations.charge import Charge
from lithovoid.io.fields import InterfaceTrace
from lithovoid.meshes import BACK, COUNTER, build_mesh
from lithovoid.run.simulation import Simulation

LOST = "no metal in contact is connected to the back of the anode"
FLAT = {"width": "6 um", "anode": "5 um", "interface_size": "0.2 um", "fine_depth": "4 um"}
BOX = FLAT | {"width": "4 um", "depth": "4 um", "anode": "3.5 um", "electrolyte": "1 um"}
BOX |= {"interface_size": "0.25 um", "fine_depth": "3 um"}
REST = {"step": "rest", "until": {"time": "1 h"}}
HOLD = {"step": "hold", "cell_voltage": "1 mV", "until": {"time": "1 h"}}
MIDDLE = 1.5
"""Radius of the shell of void around an island [um]; it is 1 um thick."""


def wall(distance: np.ndarray) -> np.ndarray:
    """Return phi at a signed distance [um] into a void, l = 0.1 um."""
    return np.asarray((1 + np.tanh(distance / 0.1)) / 2)


def distance_from_middle(cell: Simulation) -> np.ndarray:
    """Return the distance of the nodes from the middle of the interface."""
    points = cell.state.anode.tabulate_dof_coordinates()
    middle = points.max(axis=0) / 2
    middle[cell.domain.mesh.geometry.dim - 1] = 0.0
    return np.asarray(np.linalg.norm(points - middle, axis=1))


def with_island(**changes: Any) -> Simulation:
    """Return a cell whose metal within 1 um of the middle is under a closed shell of void."""
    cell = simulation(**changes)
    cell.state.phi.x.array[:] = wall(0.5 - np.abs(distance_from_middle(cell) - MIDDLE))
    cell.model.refresh()
    cell.take_changed_fields()
    begin_here(cell)
    return cell


def with_layer(**changes: Any) -> Simulation:
    """Return a cell whose whole interface is cut off by a layer of void, 1 to 2 um above it."""
    cell = simulation(**({"geometry": FLAT} | changes))
    heights = cell.state.anode.tabulate_dof_coordinates()[:, 1]
    cell.state.phi.x.array[:] = wall(0.5 - np.abs(heights - MIDDLE))
    begin_here(cell)
    return cell


def connected(cell: Simulation) -> np.ndarray:
    return np.asarray(cell.model.part(Charge).connected.x.array)


@pytest.mark.parametrize("geometry", [FLAT, BOX], ids=["2-D", "3-D"])
def test_an_island_and_its_wall_are_not_connected(geometry: dict[str, str]) -> None:
    cell = with_island(geometry=geometry)
    distance, found = distance_from_middle(cell), connected(cell)
    phi = cell.state.phi.x.array
    island, metal = found[distance < 1.0], found[distance > 2.0]
    assert island.size > 20
    assert not island.any()
    assert metal.all()
    # half of the void is the island's wall, to within a cell: it belongs to the metal it bounds
    cells = 0.4
    assert not found[distance < MIDDLE - cells].any()
    assert found[(distance > MIDDLE + cells) & (phi < 0.999)].all()
    assert ((phi > 0.5) & (distance < MIDDLE - cells)).any()


def test_a_bridge_of_metal_connects_it_again() -> None:
    cell = with_island(geometry=FLAT)
    points = cell.state.anode.tabulate_dof_coordinates()
    cell.state.phi.x.array[np.abs(points[:, 0] - 3.0) < 0.3] = 0.0
    assert cell.model.refresh()
    assert connected(cell)[cell.state.phi.x.array < 0.5].all()
    assert not cell.model.refresh()


@pytest.mark.parametrize("geometry", [FLAT, BOX], ids=["2-D", "3-D"])
def test_an_island_carries_no_current_and_is_no_contact(geometry: dict[str, str]) -> None:
    cell = with_island(geometry=geometry)
    trace = InterfaceTrace(cell.model)
    trace.update()
    current, contact, _ = (function.x.array for function in trace.functions)
    points = trace.space.tabulate_dof_coordinates()
    middle = points.max(axis=0) / 2
    distance = np.linalg.norm(points - middle, axis=1)
    assert (distance < 0.9).sum() > 5
    assert not current[distance < 0.9].any()
    assert not contact[distance < 0.9].any()
    assert contact[distance > 2.4].min() > 0.99
    assert current[distance > 2.4].min() > 1.0  # A/m^2, more than the mean
    # 1 - h and phi lose the same at both sides of the wall at 2 um
    width, area = 6.0 - 4.0, 16.0 - np.pi * 2.0**2
    expected = width / 6.0 if "depth" not in geometry else area / 16.0
    assert cell.observed.contact_fraction == pytest.approx(expected, rel=0.05)
    assert cell.observed.current_density == pytest.approx(1.0, rel=1e-6)


def test_the_balance_of_a_cell_with_an_island_closes() -> None:
    cell = with_island(geometry=FLAT)
    records = [cell.step() for _ in range(4)]
    assert max(abs(record.ledger_residual) for record in records) < 1e-8
    assert all(record.current_density == pytest.approx(1.0, rel=1e-6) for record in records)
    assert not connected(cell)[distance_from_middle(cell) < 1.0].any()


@pytest.mark.parametrize("step", [strip(time="1 h"), HOLD], ids=["strip", "hold"])
def test_a_run_ends_when_no_connected_contact_is_left(step: dict[str, Any]) -> None:
    cell = with_layer(protocol=[step, REST])
    assert not cell.model.refresh()  # the equations stay as they are: they need some contact
    assert cell.model.over() == LOST
    (record,) = cell
    assert cell.protocol.finished
    assert cell.stop_reason == LOST
    assert [end[-1] for end in cell.step_ends] == [LOST]
    assert cell.failure is not None
    assert (cell.failure.mode, cell.failure.cause) == ("contact_loss", LOST)
    assert (cell.failure.step, cell.failure.contact_fraction) == (record.step, 0.0)


def test_a_cell_at_rest_needs_no_contact() -> None:
    cell = with_layer(protocol=[REST | {"until": {"time": "0.3 s"}}, strip(time="1 h")])
    records = list(cell)
    assert [record.step_kind for record in records].count("rest") > 1
    assert records[-1].step_kind == "strip"
    assert cell.stop_reason == LOST
    assert [end[-1] for end in cell.step_ends] == ["time reached", LOST]


def test_without_a_tagged_back_the_largest_piece_counts() -> None:
    scenario = cases.scenario(geometry=FLAT)
    mesh = build_mesh(scenario)
    mesh.facet_tags[mesh.facet_tags == BACK] = COUNTER + BACK + 1
    cell = Simulation(scenario, mesh, comm=MPI.COMM_SELF)
    distance = distance_from_middle(cell)
    cell.state.phi.x.array[:] = wall(0.5 - np.abs(distance - MIDDLE))
    assert cell.model.refresh()
    assert not connected(cell)[distance < 1.0].any()
    assert connected(cell)[distance > 2.0].all()
