"""Lattice contraction at sinks: vacancies vanish, magnesium piles up, both ledgers close."""

from mpi4py import MPI

import numpy as np
import pytest
from cases import column, scenario, simulation, strip
from contracting_column import Column

from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.meshes import COUNTER, MeshData, build_mesh
from lithovoid.run.simulation import Simulation

X_MG = 0.1


@pytest.mark.parametrize(("mobility", "rate"), [(0.0, 1e-3), (0.1, 1e-3), (0.1, 1e-2)])
def test_a_column_agrees_with_finite_volumes(mobility: float, rate: float) -> None:
    cell = column(
        anode={"x_mg": X_MG, "magnesium_mobility": mobility, "sink_rate": f"{rate} 1/s"},
        protocol=[strip("1 A/m^2", time="1 h")],
        numerics={"max_change_v": 0.005},
    )
    *_, last = cell
    reference = Column.like(cell, current=1.0)
    z, v, m, entered = reference.solve(3600.0)
    heights = cell.state.anode.tabulate_dof_coordinates()[:, 1]
    order = np.argsort(heights)
    for found, expected in ((cell.state.v, v), (cell.state.x_mg, m)):
        values = np.interp(z, heights[order], found.x.array[order])
        assert values == pytest.approx(expected, abs=8e-3 * np.ptp(expected))
    lithium = reference.charge_per_length * (1 - X_MG - reference.v_e)
    assert last.capacity_recession == pytest.approx(entered * lithium / MAH_PER_CM2, rel=4e-3)
    assert last.magnesium_drift < 1e-12
    assert last.ledger_residual < 1e-8


def test_sinks_spare_the_lattice_and_magnesium_keeps_almost_no_lithium() -> None:
    """From 10 % magnesium to more than 70 %: 95 % of the lithium per magnesium has gone.

    In the frame of the lattice without sinks the same anode gives two thirds of it at most: at 70 %
    of the atoms there still are 0.3 / 0.7 x_mg of lithium per site (M. J. Krauskopf et al., Adv.
    Energy Mater. 2019, stop there), and vacancies fill the rest.
    """
    cell = column(
        anode={"x_mg": X_MG, "magnesium_mobility": 0.01, "sink_rate": "0.1 1/s"},
        protocol=[strip("1 A/m^2", lithium_at_interface=0.2)],
    )
    *_, last = cell
    v, m = cell.state.v.x.array, cell.state.x_mg.x.array
    contact = int(m.argmax())
    assert m[contact] > 0.7
    assert v[contact] < 0.15  # they vanish
    left = (1 - m[contact] - v[contact]) / m[contact]
    assert left < 0.05 * (1 - X_MG) / X_MG
    assert last.capacity_recession > 0.8 * last.areal_capacity
    assert last.ledger_residual < 1e-8


def test_fast_sinks_close_a_void() -> None:
    void = {"width": "3 um", "anode": "3 um", "void": [{"x": "0 um", "radius": "0.8 um"}]}
    cell = simulation(
        geometry=void,
        anode={"x_mg": X_MG, "magnesium_mobility": 0.1, "sink_rate": "1e-2 1/s"},
        protocol=[{"step": "rest", "until": {"time": "3 h"}}],
    )
    before = cell.observed.void_layer_thickness
    *_, last = cell
    assert last.void_layer_thickness < 1e-6 * before
    # as many sites as the void had emptied have come from the back; its magnesium is still there
    filled = -(1 - X_MG) * last.capacity_surface
    assert last.capacity_recession == pytest.approx(filled, rel=0.02)
    assert last.ledger_residual < 1e-8
    assert last.magnesium_drift < 1e-12


def test_plating_makes_new_lattice() -> None:
    cell = simulation(
        anode={"x_mg": X_MG, "magnesium_mobility": 0.1, "sink_rate": "1e-2 1/s"},
        protocol=[
            {
                "step": "plate",
                "current_density": "0.1 mA/cm^2",
                "until": {"capacity": "0.2 mAh/cm^2"},
            }
        ],
    )
    *_, last = cell
    assert last.capacity_recession < 0.8 * last.areal_capacity < 0
    assert cell.state.v.x.array.min() > -0.03  # it would be -0.2 without
    assert cell.state.x_mg.x.array.min() < 0.7 * X_MG  # the new metal is lithium
    assert last.magnesium_drift < 1e-12


def test_a_mesh_without_a_back_is_refused() -> None:
    cell = scenario(anode={"sink_rate": "1e-3 1/s"})
    mesh = build_mesh(cell)
    known = mesh.facet_tags == COUNTER
    bare = MeshData(
        mesh.points, mesh.cells, mesh.cell_tags, mesh.facets[known], mesh.facet_tags[known]
    )
    with pytest.raises(ConfigurationError, match=r"anode\.sink_rate: needs the back"):
        Simulation(cell, bare, comm=MPI.COMM_SELF)
