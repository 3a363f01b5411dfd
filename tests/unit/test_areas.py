"""Currents, voltages and capacities refer to the interface, whatever the counter side is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from mpi4py import MPI

import meshio
import numpy as np
import pytest
from cases import EXACT
from file_cells import axes_of, cell, middles, saved, scenario, tag, wide

from lithovoid.fields.domain import Integral
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import build_mesh
from lithovoid.meshes.build import checked_mesh
from lithovoid.run.simulation import Simulation

CURRENT = 2.0  # A/m^2
SHIFT = 1e-3 * 0.0256926
"""Nernst shift [V] of the vacancies at rest, which the baseline of the overpotential leaves out."""


def part_of_counter(tdim: int) -> meshio.Mesh:
    """Return a cell whose current leaves through the first quarter micrometre of the far side."""
    mesh = cell(axes_of(tdim))
    lines = mesh.cell_data["gmsh:physical"][0]
    tag(mesh, (lines == 1) & (middles(mesh, 0)[:, 0] > 0.25), 9, block=0)
    for tags in mesh.cell_data.values():
        tags[0] = np.where(lines == 2, 2, tags[0])
    return mesh


def counter_at_the_side(tdim: int) -> meshio.Mesh:
    """Return a cell whose current leaves through a side wall of the electrolyte."""
    mesh = part_of_counter(tdim)
    corners = mesh.points[mesh.cells[1].data]
    left = (np.abs(corners[:, :, 0]) < 1e-9).sum(axis=1) == tdim
    left &= middles(mesh)[:, tdim - 1] < 0
    cells = mesh.cells[1].data[left]
    on_wall = np.abs(mesh.points[cells][:, :, 0]) < 1e-9
    facets = cells[on_wall].reshape(-1, tdim)
    back = mesh.cells[0].data[mesh.cell_data["gmsh:physical"][0] == 2]
    mesh.cells[0].data = np.concatenate([facets, back])
    for tags in mesh.cell_data.values():
        tags[0] = np.repeat([1, 2], [len(facets), len(back)])
    return mesh


def simulation(path: Path, mesh: meshio.Mesh, **changes: Any) -> Simulation:
    case = scenario(saved(mesh, path / "m.msh"), **changes)
    return Simulation(case, build_mesh(case), comm=MPI.COMM_SELF)


@pytest.mark.parametrize("tdim", [2, 3])
@pytest.mark.parametrize(
    ("shape", "ratio"), [(wide, 1.5), (part_of_counter, None), (counter_at_the_side, None)]
)
def test_the_current_at_the_interface_is_that_of_the_scenario(
    tmp_path: Path, shape: Any, ratio: float | None, tdim: int
) -> None:
    run = simulation(tmp_path, shape(tdim), numerics=EXACT)
    d = run.domain
    assert d.area == pytest.approx(6.0 if tdim == 2 else 2.0 * 2.5)
    if ratio is not None:
        assert d.measures.counter == pytest.approx(ratio * d.area)
    through = Integral(d, run.model.quantity("interface_current") * d.ds_interface)
    record = run.step()
    assert through() / d.area == pytest.approx(CURRENT, rel=1e-6)
    assert record.current_density == pytest.approx(CURRENT, rel=1e-9)
    capacity = CURRENT * record.time / 36e3  # mAh/cm^2
    assert record.areal_capacity == pytest.approx(capacity, rel=1e-9)
    assert record.ledger_residual < 1e-9
    # the intact cell of this shape is the baseline
    assert run.observed.overpotential == pytest.approx(SHIFT, abs=0.02 * run.observed.cell_voltage)


def test_a_narrow_counter_costs_voltage(tmp_path: Path) -> None:
    slab, narrow = (
        simulation(tmp_path, mesh).observed.cell_voltage
        for mesh in (cell(axes_of(2)), part_of_counter(2))
    )
    assert narrow > 1.2 * slab


def test_hold_applies_its_voltage_whatever_the_counter(tmp_path: Path) -> None:
    hold = {"step": "hold", "cell_voltage": "1 mV", "until": {"time": "1 h"}}
    resistance = {"series_resistance": "10 ohm*cm^2"}
    run = simulation(tmp_path, wide(2), protocol=[hold], electrolyte=resistance)
    through = Integral(
        run.domain, run.model.quantity("interface_current") * run.domain.ds_interface
    )
    record = run.step()
    assert record.cell_voltage == pytest.approx(1e-3, rel=1e-6)
    assert record.current_density == pytest.approx(through() / 6.0, rel=1e-6)
    assert 0.5 < record.current_density < 1e-3 / 1e-3  # most of it falls over 1e-3 ohm m^2


def test_both_areas_are_said(tmp_path: Path) -> None:
    case = scenario(saved(wide(2), tmp_path / "m.msh"))
    assert checked_mesh(case)[1] == (
        "mesh of the file: as in the file; interface 6 um, counter side 9 um; currents and "
        "capacities per area refer to the interface"
    )


def test_arrays_that_lie_on_their_side_are_refused(tmp_path: Path) -> None:
    """A mesh that was not read from a file must lie in the frame already."""
    case = scenario(saved(cell(axes_of(2)), tmp_path / "m.msh"))
    mesh = build_mesh(case)
    for turn in ([[0, -1], [1, 0]], [[-1, 0], [0, -1]]):
        turned = replace(mesh, points=mesh.points @ np.array(turn, dtype=float))
        with pytest.raises(ConfigurationError, match="does not lie in the frame of all meshes"):
            Simulation(case, turned, comm=MPI.COMM_SELF)
