"""The Newton solver gives back what it holds: MPI has some 2000 communicators for all of them."""

import gc
import weakref
from dataclasses import asdict

from petsc4py import PETSc

import pytest
from cases import simulation

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import build_mesh


def test_a_solver_is_freed_with_its_simulation() -> None:
    cell = simulation()
    cell.step()
    solver = weakref.ref(cell.solver)
    del cell
    gc.collect()
    assert solver() is None


def test_an_unknown_kind_of_linear_solver_is_said_by_name() -> None:
    database = PETSc.Options()
    database.setValue("ksp_type", "fgrmes")
    try:
        with pytest.raises(ConfigurationError, match=r"^options of PETSc: .*fgrmes"):
            simulation()
    finally:
        database.delValue("ksp_type")


def test_a_solver_that_begins_again_knows_nothing_of_the_run_before() -> None:
    cell = simulation(numerics={"solver": "iterative"})
    first = [asdict(cell.step()) for _ in range(4)]
    cell.reset(cell.scenario, build_mesh(cell.scenario))
    assert [asdict(cell.step()) for _ in range(4)] == first
