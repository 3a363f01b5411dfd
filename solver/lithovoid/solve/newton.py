"""The Newton solver: SNES, open to every PETSc option."""

import contextlib
import logging
import weakref
from dataclasses import dataclass, replace
from typing import Any

import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assign
from petsc4py import PETSc

from lithovoid.fields.domain import Domain
from lithovoid.machine.errors import ConfigurationError
from lithovoid.solve.assembly import System
from lithovoid.solve.linear import (
    Options,
    Preset,
    chosen_preset,
    defaults,
    linear_options,
    set_fields,
)
from lithovoid.solve.quasi_newton import KeptJacobian

log = logging.getLogger(__name__)

LINEAR_FAILURE = "diverged linear solve"
"""SNES's word for it: the preconditioned iteration did not converge."""

FLOOR = 1e-8
"""Norm of residuals at which a solve ends in any case: near the round-off of large meshes."""

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
        """One residual per unknown; `tolerance` is for the 2-norm of all of them, relative to that
        of the state in which a solve begins: the extrapolated one, off by about a step's own error.

        Raises ConfigurationError for options that PETSc does not know how to follow.
        """
        self._system = system = System(residuals, unknowns, domain.entity_maps)
        self._ending: Options = {
            "snes_atol": min(FLOOR, tolerance),
            "snes_rtol": tolerance,
            "snes_stol": 0.0,
            "snes_max_it": max_iterations,
        }
        dimension = domain.mesh.topology.dim
        preset = chosen_preset(preset, dimension, unknowns)
        self._main = self._method(linear_options(preset, dimension, unknowns))
        set_fields(self._main.snes.getKSP().getPC(), system.matrix, unknowns)
        # what the user wants of the linear solver, is done; else a factorisation can help out
        named = any(PETSc.Options().hasName(key) for key in ("ksp_type", "pc_type"))
        can_help = preset == "iterative" and not named
        self._factorising = linear_options("direct", dimension, unknowns) if can_help else None
        self._helper: _Method | None = None
        self._snes = self._main.snes
        # MUMPS passes messages while it is freed: all ranks must free their solvers in one order,
        # which the collector of cycles does not keep. At exit, finalizers run in theirs.
        self.close = weakref.finalize(self, self._main.snes.destroy)

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
        with defaults(self._main.options), contextlib.suppress(PETSc.Error):
            pc.setFromOptions()
            set_fields(pc, system.matrix, system.unknowns)
            linear.setUp()
            linear.setUpOnBlocks()

    def solve(self) -> SolveResult:
        """Solve; the unknowns hold the result, whether it converged or not (collective).

        Never raises on divergence: look at `SolveResult.converged`.
        """
        before = [unknown.x.array.copy() for unknown in self._system.unknowns]
        result = self._solve_by(self._main)
        if result.reason != LINEAR_FAILURE or self._factorising is None:
            return result
        for unknown, values in zip(self._system.unknowns, before, strict=True):
            unknown.x.array[:] = values
        if self._helper is None:
            self._helper = self._method(self._factorising)
            weakref.finalize(self, self._helper.snes.destroy)
        log.debug("the linear solver diverged: this solve is done by factorisation")
        again = self._solve_by(self._helper)
        return replace(
            again,
            newton_iterations=result.newton_iterations + again.newton_iterations,
            linear_iterations=result.linear_iterations + again.linear_iterations,
        )

    def sums(self) -> dict[str, float]:
        """Return the sum of the last residual of each unknown over all test functions: what its
        balance lacks (collective)."""
        return self._system.sums()

    def _solve_by(self, method: "_Method") -> SolveResult:
        system, snes = self._system, method.snes
        system.begin()
        if method.kept is not None:
            method.kept.begin()
        assign(system.unknowns, system.x)
        try:
            with defaults(method.options):
                snes.solve(None, system.x)
        except PETSc.Error as error:
            return SolveResult(False, f"PETSc: {_last_line(error)}", 0, 0)
        system.take(system.x)
        reason: Any = snes.getConvergedReason()  # an integer
        return SolveResult(
            converged=reason > 0,
            reason=_reason_name(reason),
            newton_iterations=snes.getIterationNumber(),
            linear_iterations=snes.getLinearSolveIterations(),
        )

    def _method(self, linear: Options) -> "_Method":
        """Make a Newton's method whose linear systems are solved by these options."""
        system = self._system
        snes = PETSc.SNES().create(system.matrix.comm)
        # callbacks without reference to the solver: PETSc's reference to them would close a cycle
        # that Python cannot collect, and MPI runs out of communicators after some 60 solvers
        snes.setFunction(system.residual, system.b)
        kept = None if PETSc.Options().hasName(LAG) else _kept_jacobian(system, snes)
        snes.setJacobian(system.jacobian if kept is None else kept.jacobian, system.matrix)
        options = {**linear, **self._ending}
        with defaults(options):
            follow_options(snes)
        return _Method(snes, kept, options)


@dataclass(frozen=True)
class _Method:
    """SNES with its options, and the Jacobian that it keeps, if it does."""

    snes: PETSc.SNES
    kept: KeptJacobian | None
    options: Options


def _kept_jacobian(system: System, snes: PETSc.SNES) -> KeptJacobian:
    """Let `snes` assemble the Jacobian only where need be."""
    kept = KeptJacobian(system.jacobian)
    snes.setMonitor(kept.watch)
    snes.setLineSearchPreCheck(kept.correct)
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
