"""The presets of linear solvers: same solution, the right choice, and the user's last word."""

from types import SimpleNamespace
from typing import Any

from petsc4py import PETSc

import numpy as np
import pytest
from cases import simulation

from lithovoid.run.simulation import Simulation
from lithovoid.solve import linear as linear_solvers
from lithovoid.solve.linear import linear_options

BOX = {"depth": "1 um", "anode": "2 um", "electrolyte": "1 um", "width": "1 um"}
VOID = {"void": [{"x": "0.5 um", "radius": "0.4 um"}]}


def cell(solver: str, form: str = "two_field", **geometry: object) -> Simulation:
    return simulation(
        geometry=geometry | VOID, numerics={"solver": solver}, phase_field={"formulation": form}
    )


@pytest.mark.parametrize("geometry", [{}, BOX], ids=["2-D", "3-D"])
def test_both_presets_find_the_same_step(geometry: dict[str, str]) -> None:
    direct, iterative = (cell(preset, **geometry) for preset in ("direct", "iterative"))
    records = [[each.step() for _ in range(3)] for each in (direct, iterative)]
    check_equal(direct, iterative)
    assert all(r.linear_iterations == r.newton_iterations for r in records[0])
    assert all(r.linear_iterations > 2 * r.newton_iterations for r in records[1])


def test_both_presets_solve_the_cahn_hilliard_form() -> None:
    """On several hundred nodes, whose block of v cannot be inverted alone."""
    direct, iterative = (
        cell(preset, "cahn_hilliard", interface_size="0.06 um")
        for preset in ("direct", "iterative")
    )
    for each in (direct, iterative):
        records = [each.step() for _ in range(3)]
    assert records[-1].linear_iterations < 10 * records[-1].newton_iterations
    check_equal(direct, iterative)


def check_equal(first: Simulation, second: Simulation) -> None:
    for name, function in first.state.now.items():
        other = second.state.now[name].x.array
        assert np.abs(function.x.array - other).max() < 1e-7 * max(np.abs(other).max(), 1e-3), name


def test_auto_depends_on_dimension_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    unknowns = list(cell("auto").model.unknowns.values())
    assert linear_options("auto", 2, unknowns)["pc_type"] == "lu"
    monkeypatch.setattr(linear_solvers, "LARGEST_DIRECT", {2: 50, 3: 50})
    assert linear_options("auto", 3, unknowns)["pc_type"] == "fieldsplit"


def test_few_unknowns_need_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    unknowns = list(cell("direct").model.unknowns.values())
    assert linear_options("direct", 2, unknowns)["pc_factor_mat_solver_type"] == "petsc"
    monkeypatch.setattr(linear_solvers, "FEW", 10)
    assert linear_options("direct", 2, unknowns)["pc_factor_mat_solver_type"] == "mumps"


def test_scotch_orders_where_ranks_share_two_dimensions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on one rank: it orders the second matrix of a process unlike the first."""
    monkeypatch.setattr(linear_solvers, "FEW", 10)
    unknowns = list(cell("direct").model.unknowns.values())
    assert "mat_mumps_icntl_7" not in linear_options("direct", 2, unknowns)
    comm = SimpleNamespace(size=2)
    map_ = SimpleNamespace(size_global=5000)
    space = SimpleNamespace(mesh=SimpleNamespace(comm=comm), dofmap=SimpleNamespace(index_map=map_))
    shared: Any = [SimpleNamespace(name="v", function_space=space)]
    assert linear_options("direct", 2, shared)["mat_mumps_icntl_7"] == 3
    assert "mat_mumps_icntl_7" not in linear_options("direct", 3, shared)


def test_petsc_options_of_the_user_win_also_inside_the_split() -> None:
    database = PETSc.Options()
    database.setValue("fieldsplit_v_pc_type", "jacobi")
    try:
        each = cell("iterative", **BOX)
        each.step()
        pc = each.solver._snes.getKSP().getPC()
        kinds = [ksp.getPC().getType() for ksp in pc.getFieldSplitSubKSP()]
    finally:
        database.delValue("fieldsplit_v_pc_type")
    assert kinds[:2] == ["jacobi", "bjacobi"]
    assert kinds[2] in ("gamg", "hypre")
    ours = linear_options("iterative", 3, list(each.model.unknowns.values()))
    assert not [name for name in ours if database.hasName(name)]


def test_each_kind_of_field_has_its_preconditioner() -> None:
    each = simulation(
        geometry=VOID,
        anode={"x_mg": 0.05, "magnesium_mobility": 0.1, "sink_rate": "1e-4 1/s"},
        numerics={"solver": "iterative"},
    )
    record = each.step()
    split = each.solver._snes.getKSP().getPC()
    names = list(each.model.unknowns)
    kinds = [ksp.getPC().getType() for ksp in split.getFieldSplitSubKSP()]
    found = dict(zip(names, kinds, strict=True))
    assert found["v"] == found["x_mg"] == "gamg"
    assert found["phi"] == "bjacobi"
    assert {found["psi"], found["flow"]} <= {"gamg", "hypre"}
    assert record.linear_iterations < 12 * record.newton_iterations
