"""The Newton solver: SNES, open to every PETSc option."""

import weakref
from dataclasses import dataclass
from typing import Any

import ufl
from dolfinx import fem
from dolfinx.fem.petsc import NonlinearProblem, assemble_jacobian, assemble_vector, assign
from petsc4py import PETSc

from lithovoid.bootstrap import jit_options
from lithovoid.domain import Domain
from lithovoid.linear_solvers import Preset, defaults, linear_options, set_fields
from lithovoid.quasi_newton import KeptJacobian

LAG = "snes_lag_jacobian"
"""Option with which the user decides when the Jacobian is assembled; else `KeptJacobian` does."""


@dataclass(frozen=True)
class SolveResult:
    """How one solve ended; `reason` is SNES's own word for it."""

    converged: bool
    reason: str
    newton_iterations: int
    linear_iterations: int


class NewtonSolver:
    """Solves for some of a model's fields together, from their present values."""

    def __init__(
        self,
        domain: Domain,
        residuals: list[ufl.Form],
        unknowns: list[fem.Function],
        tolerance: float,
        max_iterations: int,
        preset: Preset = "auto",
    ) -> None:
        """One residual per unknown; `tolerance` is the 2-norm of all of them."""
        self._problem = NonlinearProblem(
            residuals,
            unknowns,
            petsc_options_prefix="lithovoid_",
            kind="mpi",
            entity_maps=domain.entity_maps,
            jit_options=jit_options(),
        )
        self._snes = self._problem.solver
        # a function without reference to the solver: PETSc's reference to it would close a cycle
        # that Python cannot collect, and MPI runs out of communicators after some 60 solvers
        self._constants: list[Any] = []
        context = {
            "unknowns": self._problem.u,
            "residuals": self._problem.F,
            "constants": self._constants,
            "blocks": self._problem.b.getAttr("_blocks"),  # layout of the fields in vectors
        }
        self._snes.setFunction(_assemble_residual, self._problem.b, kargs=context)
        self._kept = None if PETSc.Options().hasName(LAG) else self._keep_jacobian()
        self._options = {
            **linear_options(preset, domain.mesh.topology.dim, unknowns),
            "snes_atol": tolerance,
            "snes_rtol": 0.0,
            "snes_stol": 0.0,
            "snes_max_it": max_iterations,
        }
        self._snes.setOptionsPrefix("")
        with defaults(self._options):
            self._snes.setFromOptions()
        set_fields(self._snes.getKSP().getPC(), self._problem.A, unknowns)
        # MUMPS passes messages while it is freed: all ranks must free their solvers in one order,
        # which the collector of cycles does not keep. At exit, finalizers run in theirs.
        self.close = weakref.finalize(self, self._snes.destroy)

    @property
    def unknowns(self) -> int:
        """Number of unknowns over all ranks."""
        return int(self._problem.x.getSize())

    def solve(self) -> SolveResult:
        """Solve; the unknowns hold the result, whether it converged or not (collective).

        Never raises on divergence: look at `SolveResult.converged`.
        """
        self._constants[:] = fem.pack_constants(self._problem.F)  # they hold for all iterations
        if self._kept is not None:
            self._kept.begin()
        try:
            with defaults(self._options):
                self._problem.solve()
        except PETSc.Error as error:
            return SolveResult(False, f"PETSc: {str(error).splitlines()[-1]}", 0, 0)
        reason = self._snes.getConvergedReason()
        return SolveResult(
            converged=reason > 0,
            reason=_reason_name(reason),
            newton_iterations=self._snes.getIterationNumber(),
            linear_iterations=self._snes.getLinearSolveIterations(),
        )

    def _keep_jacobian(self) -> KeptJacobian:
        """Assemble the Jacobian only where need be."""
        problem, kept = self._problem, KeptJacobian(assemble_jacobian)
        context = {"u": problem.u, "jacobian": problem.J, "preconditioner": None, "bcs": []}
        self._snes.setJacobian(kept.jacobian, problem.A, problem.P_mat, kargs=context)
        self._snes.setMonitor(kept.watch)
        self._snes.setLineSearchPreCheck(kept.correct)
        return kept


def _assemble_residual(
    _snes: PETSc.SNES,
    x: PETSc.Vec,
    b: PETSc.Vec,
    unknowns: list[fem.Function],
    residuals: list[fem.Form],
    constants: list[Any],
    blocks: Any,
) -> None:
    """Residual at `x`, as NonlinearProblem assembles it but without lifting Dirichlet values.

    There are none, and the Jacobian forms need not be looked at for them in every iteration.
    """
    x.ghostUpdate(PETSc.InsertMode.INSERT, PETSc.ScatterMode.FORWARD)
    assign(x, unknowns)
    b.setAttr("_blocks", blocks)
    with b.localForm() as local:
        local.set(0.0)
    assemble_vector(b, residuals, constants)
    b.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
    b.ghostUpdate(PETSc.InsertMode.INSERT, PETSc.ScatterMode.FORWARD)


def _reason_name(reason: int) -> str:
    names = {
        value: name
        for name, value in vars(PETSc.SNES.ConvergedReason).items()
        if isinstance(value, int)
    }
    return names.get(reason, str(reason)).lower().replace("_", " ")
