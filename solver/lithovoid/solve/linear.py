"""How the linear systems of Newton's method are solved: presets of PETSc options by name.

Every option can be replaced on the command line, which has priority:
``lithovoid run CASE.toml -- -ksp_rtol 1e-6 -fieldsplit_v_pc_type gamg``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from dolfinx import fem
from petsc4py import PETSc

import numpy as np

Preset = Literal["auto", "direct", "iterative"]
Option = str | float
Options = Mapping[str, Option]

NEWTON: Options = {"snes_type": "newtonls", "snes_linesearch_type": "basic"}
"""Full steps; the Jacobian is kept (`lithovoid.solve.quasi_newton`)."""

DIRECT: Options = {
    "ksp_type": "preonly",
    "pc_type": "lu",
    "pc_factor_mat_solver_type": "mumps",
    "mat_mumps_icntl_8": 0,
}
"""Factorisation by MUMPS, kept as long as the Jacobian. Rows and columns are not scaled before: the
residuals are without units, and it finds nearly all pivots on the diagonal."""

SHARED: Options = {**DIRECT, "mat_mumps_icntl_7": 3}
"""On several ranks in two dimensions: ordered by SCOTCH, whose parts wait less for one another. On
one rank METIS is as fast, and orders a second matrix of a process as it did the first: a continued
run is equal to the last bit. On several ranks MUMPS adds up as messages come in anyway."""

SMALL: Options = {"ksp_type": "preonly", "pc_type": "lu", "pc_factor_mat_solver_type": "petsc"}
"""PETSc's own factorisation, for few unknowns on one rank: with 132 of them a triangular solve
takes 14 us, by MUMPS 183 us."""

FEW = 1000
"""Unknowns up to which `SMALL` replaces `DIRECT` on one rank: a column of the reduced model."""

ITERATIVE: Options = {
    "ksp_type": "fgmres",
    "ksp_rtol": 1e-2,
    "ksp_max_it": 200,
    "ksp_gmres_modifiedgramschmidt": True,
}
"""Flexible GMRES, no more exact than an iteration with a kept Jacobian can use.

The preconditioner is that of `_field_split`. The modified method of Gram and Schmidt forms one
product at a time: several at once depend in the last digit on where vectors lie in memory, and a
restarted run would not be that which went on."""

ELLIPTIC = frozenset({"psi", "flow"})
"""Fields without a time derivative: their blocks couple the whole domain."""

WALL = "phi"
"""The field that a step changes over a few cells only."""

PARTNER = {"c": "v"}
"""Fields that are solved for with another: c has the time derivative of the balance that v diffuses
in, so that the block of v alone cannot be inverted."""

GAMG: Options = {
    "pc_type": "gamg",
    "pc_gamg_threshold": 0.02,
    "pc_gamg_reuse_interpolation": True,
    "pc_gamg_coarse_eq_limit": 300,
    "mg_levels_ksp_type": "richardson",
    "mg_levels_ksp_max_it": 1,
    "mg_levels_pc_type": "bjacobi",
    "mg_levels_sub_pc_type": "ilu",
}
"""PETSc's algebraic multigrid. Couplings between nodes weaker than the threshold are left out where
it builds aggregates: with all of them it takes twice the iterations on graded meshes. Aggregates
are those of the initial fields (`NewtonSolver.prepare`): building them for each matrix took a fifth
of the time. Incomplete factors smooth the error instead of Chebyshev's method, which begins with
random vectors: what was solved before leaves no trace."""

JUMPS: Options = {**GAMG, "pc_gamg_agg_nsmooths": 0}
"""Multigrid for what diffuses: the diffusivity jumps by orders of magnitude at the walls of voids,
and aggregates are not smoothed across them."""

LARGEST_DIRECT = {2: 50_000, 3: 3_000}
"""Unknowns up to which `auto` takes the direct solver, by dimension of the mesh: factors fill
up more in three dimensions. Measured: tests/benchmarks/CHOICES.md."""


def linear_options(preset: Preset, dimension: int, unknowns: Sequence[fem.Function]) -> Options:
    """Return Newton's and the linear solver's options for `unknowns` on a mesh of `dimension`."""
    if chosen_preset(preset, dimension, unknowns) == "direct":
        size = _size(unknowns)
        alone = unknowns[0].function_space.mesh.comm.size == 1
        return {**NEWTON, **_factorisation(alone, dimension, size)}
    names = [function.name for function in unknowns if function.name not in PARTNER]
    return {**NEWTON, **ITERATIVE, **(_field_split(names) if len(names) > 1 else _block(names[0]))}


def chosen_preset(preset: Preset, dimension: int, unknowns: Sequence[fem.Function]) -> Preset:
    """Return what `auto` means for `unknowns` on a mesh of `dimension`; others stay."""
    if preset != "auto":
        return preset
    return "direct" if _size(unknowns) <= LARGEST_DIRECT[dimension] else "iterative"


def _size(unknowns: Sequence[fem.Function]) -> int:
    return sum(f.function_space.dofmap.index_map.size_global for f in unknowns)


def set_fields(pc: PETSc.PC, matrix: PETSc.Mat, unknowns: Sequence[fem.Function]) -> None:
    """Tell `pc` which rows belong to which field, in case it splits by fields (collective).

    The rows of a rank are ordered field after field; those of partners are taken node by node.
    """
    first, _ = matrix.getOwnershipRange()
    rows: dict[str, list[Any]] = {}
    for function in unknowns:
        end = first + function.function_space.dofmap.index_map.size_local
        split = PARTNER.get(function.name, function.name)
        rows.setdefault(split, []).append(np.arange(first, end, dtype=PETSc.IntType))
        first = end
    for split, fields in rows.items():
        indices: Any = np.stack(fields, axis=1).ravel()
        pc.setFieldSplitIS((split, PETSc.IS().createGeneral(indices, comm=matrix.comm)))


@contextmanager
def defaults(options: Options) -> Iterator[None]:
    """Put `options` into PETSc's database for a while, except where the user said otherwise.

    PETSc reads the options of nested solvers when these are first set up.
    """
    database = PETSc.Options()
    added = {key: value for key, value in options.items() if not database.hasName(key)}
    for key, value in added.items():
        database.setValue(key, value)
    try:
        yield
    finally:
        for key in added:
            database.delValue(key)


def _factorisation(alone: bool, dimension: int, size: int) -> Options:
    if alone:
        return SMALL if size <= FEW else DIRECT
    return SHARED if dimension == 2 else DIRECT


def _field_split(names: Sequence[str]) -> dict[str, Option]:
    """Block Gauss-Seidel over the fields, one application of each block's preconditioner."""
    options: dict[str, Option] = {"pc_type": "fieldsplit", "pc_fieldsplit_type": "multiplicative"}
    for name in names:
        block = {"ksp_type": "preonly", **_block(name)}
        options |= {f"fieldsplit_{name}_{key}": value for key, value in block.items()}
    return options


def _block(name: str) -> dict[str, Option]:
    """What suits the field of that `name`; for elliptic ones hypre where PETSc has it."""
    if name == WALL:
        return {"pc_type": "bjacobi", "sub_pc_type": "ilu"}
    if name not in ELLIPTIC:
        return dict(JUMPS)
    has_hypre = PETSc.Sys.hasExternalPackage("hypre")
    return {"pc_type": "hypre", "pc_hypre_type": "boomeramg"} if has_hypre else dict(GAMG)
