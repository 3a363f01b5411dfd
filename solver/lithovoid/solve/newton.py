"""The Newton solver: SNES, open to every PETSc option."""

import contextlib
import weakref
from dataclasses import dataclass
from typing import Any

import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assign
from petsc4py import PETSc

from lithovoid.fields.domain import Domain
from lithovoid.machine.errors import ConfigurationError
from lithovoid.solve.assembly import System
from lithovoid.solve.linear import Preset, defaults, linear_options, set_fields
from lithovoid.solve.quasi_newton import KeptJacobian

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
        """One residual per unknown; `tolerance` is the 2-norm of all of them.

        Raises ConfigurationError for options that PETSc does not know how to follow.
        """
        self._system = system = System(residuals, unknowns, domain.entity_maps)
        self._snes = PETSc.SNES().create(system.matrix.comm)
        # callbacks without reference to the solver: PETSc's reference to them would close a cycle
        # that Python cannot collect, and MPI runs out of communicators after some 60 solvers
        self._snes.setFunction(system.residual, system.b)
        self._kept = None if PETSc.Options().hasName(LAG) else self._keep_jacobian()
        jacobian = self._kept.jacobian if self._kept is not None else system.jacobian
        self._snes.setJacobian(jacobian, system.matrix)
        self._options = {
            **linear_options(preset, domain.mesh.topology.dim, unknowns),
            "snes_atol": tolerance,
            "snes_rtol": 0.0,
            "snes_stol": 0.0,
            "snes_max_it": max_iterations,
        }
        with defaults(self._options):
            follow_options(self._snes)
        set_fields(self._snes.getKSP().getPC(), system.matrix, unknowns)
        # MUMPS passes messages while it is freed: all ranks must free their solvers in one order,
        # which the collector of cycles does not keep. At exit, finalizers run in theirs.
        self.close = weakref.finalize(self, self._snes.destroy)

    @property
    def unknowns(self) -> int:
        """Number of unknowns over all ranks."""
        return int(self._system.x.getSize())

    def prepare(self) -> None:
        """Set the linear solver up at the present fields, as if nothing was solved (collective).

        What it keeps from matrix to matrix, as the aggregates of a multigrid, then belongs to these
        fields, and not to those that happened to be solved for first. Options that PETSc cannot
        use raise nothing here: `solve` meets them again and says so.
        """
        system, linear = self._system, self._snes.getKSP()
        assign(system.unknowns, system.x)
        system.jacobian(self._snes, system.x, system.matrix, system.matrix)
        pc = PETSc.PC().create(system.matrix.comm)  # PETSc's own reset forgets half of its state
        linear.setPC(pc)
        linear.setOperators(system.matrix, system.matrix)
        with defaults(self._options), contextlib.suppress(PETSc.Error):
            pc.setFromOptions()
            set_fields(pc, system.matrix, system.unknowns)
            linear.setUp()
            linear.setUpOnBlocks()

    def solve(self) -> SolveResult:
        """Solve; the unknowns hold the result, whether it converged or not (collective).

        Never raises on divergence: look at `SolveResult.converged`.
        """
        system = self._system
        system.begin()
        if self._kept is not None:
            self._kept.begin()
        assign(system.unknowns, system.x)
        try:
            with defaults(self._options):
                self._snes.solve(None, system.x)
        except PETSc.Error as error:
            return SolveResult(False, f"PETSc: {_last_line(error)}", 0, 0)
        system.take(system.x)
        reason: Any = self._snes.getConvergedReason()  # an integer
        return SolveResult(
            converged=reason > 0,
            reason=_reason_name(reason),
            newton_iterations=self._snes.getIterationNumber(),
            linear_iterations=self._snes.getLinearSolveIterations(),
        )

    def _keep_jacobian(self) -> KeptJacobian:
        """Assemble the Jacobian only where need be."""
        kept = KeptJacobian(self._system.jacobian)
        self._snes.setMonitor(kept.watch)
        self._snes.setLineSearchPreCheck(kept.correct)
        return kept


def follow_options(snes: PETSc.SNES) -> None:
    """Let `snes` read PETSc's options. Raises ConfigurationError for kinds it does not know."""
    try:
        snes.setFromOptions()
    except PETSc.Error as error:
        raise ConfigurationError(f"options of PETSc: {_last_line(error)}") from None


def _last_line(error: PETSc.Error) -> str:
    """What PETSc says in the end, without the number of the rank."""
    return str(error).splitlines()[-1].split("] ", 1)[-1]


def _reason_name(reason: int) -> str:
    names = {
        value: name
        for name, value in vars(PETSc.SNES.ConvergedReason).items()
        if isinstance(value, int)
    }
    return names.get(reason, str(reason)).lower().replace("_", " ")
