"""Where the time of a run goes: stages of a time step, and what PETSc times within the solve.

The stages are PETSc's, so that ``-- -log_view`` shows them too. Counters belong to the process and
only grow; their differences say what happened in between.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from petsc4py import PETSc

SOLVE, HOOKS, OUTPUT = "solve", "hooks", "output"
"""Stages: all attempts at a step; what follows it (ledger, nucleation); files and progress."""

EVENTS = {
    "residual": ("SNESFunctionEval",),
    "jacobian": ("SNESJacobianEval",),
    "preconditioner": ("PCSetUp", "PCSetUpOnBlocks"),
    "linear_solve": ("KSPSolve",),
}
"""Parts of the solve, as PETSc calls them; the preconditioner of a direct solver is its factors,
those of the fields in a split are set up on blocks."""

_seconds: defaultdict[str, float] = defaultdict(float)


def start() -> None:
    """Have PETSc time what it does; events before that are lost."""
    if not PETSc.Log.isActive():
        PETSc.Log.begin()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count the time of the block as that of the stage `name`."""
    petsc = PETSc.Log.Stage(name)
    begun = time.perf_counter()
    petsc.push()
    try:
        yield
    finally:
        petsc.pop()
        _seconds[name] += time.perf_counter() - begun


def seconds() -> dict[str, float]:
    """Seconds that this process has spent so far, by event of the solve and by stage."""
    solve = int(PETSc.Log.Stage(SOLVE))
    events = {
        name: sum(float(PETSc.Log.Event(event).getPerfInfo(solve)["time"]) for event in parts)
        for name, parts in EVENTS.items()
    }
    return events | {name: _seconds[name] for name in (SOLVE, HOOKS, OUTPUT)}
