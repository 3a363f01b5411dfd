"""The Newton solver gives back what it holds: MPI has some 2000 communicators for all of them."""

import gc
import weakref

from cases import simulation


def test_a_solver_is_freed_with_its_simulation() -> None:
    cell = simulation()
    cell.step()
    solver = weakref.ref(cell.solver)
    del cell
    gc.collect()
    assert solver() is None
