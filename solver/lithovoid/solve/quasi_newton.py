"""A Jacobian that is kept while it still contracts, improved by Broyden's updates.

The first iterate of a step is extrapolated and the Jacobian there is nearly that of the solution:
one assembly and one factorisation usually do for a step. From iteration to iteration Broyden's
"good" method corrects it by the differences seen, in a product form that needs only the past
directions (C. T. Kelley, Solving Nonlinear Equations with Newton's Method, SIAM 2003, chapter 4):

    z <- z + s_{j+1} (s_j . z) / |s_j|^2   for all j,       s <- z / (1 - s_k . z / |s_k|^2)

with z the direction of the kept Jacobian. Where the residual falls too slowly all the same, the
Jacobian is assembled anew and the past forgotten.
"""

from collections.abc import Callable
from typing import Any

from petsc4py import PETSc

SLOW = 0.2
"""A residual that falls by less than this factor per iteration asks for a new Jacobian: five more
iterations with the kept one cost about as much as that."""

SAFE = 0.1
"""Smallest denominator of an update; beyond, the differences say nothing reliable."""


class KeptJacobian:
    """Callbacks of SNES; `begin` before each solve. Holds no reference to the solver."""

    def __init__(self, assemble: Callable[..., None]) -> None:
        """`assemble` is SNES's own callback, which fills the matrices."""
        self._assemble = assemble
        self._past: list[PETSc.Vec] = []
        self._outdated, self._norm = True, 0.0

    def begin(self) -> None:
        """Ask for a new Jacobian: the equations or their state are others."""
        self._renew()

    def jacobian(self, snes: PETSc.SNES, x: PETSc.Vec, matrix: PETSc.Mat, other: PETSc.Mat) -> None:
        """Assemble the Jacobian if need be; else PETSc finds it unchanged, and its factors too."""
        if self._outdated:
            self._assemble(snes, x, matrix, other)
            self._outdated = False

    def watch(self, _snes: PETSc.SNES, iteration: int, norm: float) -> None:
        """Look at the `norm` of the residual before each iteration (a monitor of SNES)."""
        if iteration > 0 and not norm < SLOW * self._norm:
            self._renew()
        self._norm = norm

    def correct(self, _x: PETSc.Vec, direction: PETSc.Vec) -> None:
        """Turn the kept Jacobian's `direction` into Broyden's (before SNES's line search)."""
        for k, past in enumerate(self._past):
            share: Any = past.dot(direction) / past.dot(past)  # real: PETSc is, here
            if k + 1 < len(self._past):
                direction.axpy(share, self._past[k + 1])
            elif 1 - share > SAFE:
                direction.scale(1 / (1 - share))
        self._past.append(direction.copy())

    def _renew(self) -> None:
        self._past.clear()
        self._outdated = True
