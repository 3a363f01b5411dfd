"""Residual and Jacobian of coupled fields: those on one space are assembled together.

Gathered into one vector-valued function, the fields of a space need one kernel instead of one per
pair of them, which evaluates what they share once per quadrature point, and whose entries for a
pair of nodes are found in the matrix at once. DOLFINx assembles each part of the Jacobian into its
own sparse matrix; PETSc adds their entries up at places that were worked out beforehand
(`MatSetValuesCOO`): searching PETSc's matrix for each of them took half the time of a Jacobian.

Rows and columns are ordered field after field on each rank, as in DOLFINx's stacked vectors.
"""

import itertools
import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

import basix.ufl
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assign, create_vector
from dolfinx.mesh import EntityMap
from mpi4py import MPI
from petsc4py import PETSc
from ufl.algorithms import expand_derivatives

import numpy as np

from lithovoid.equations.terms.free_energy import Expression
from lithovoid.machine.bootstrap import jit_options
from lithovoid.solve.compiled_forms import Block, Numbering, Residual


class Group:
    """Some of the unknowns, all on one space; `numbers` are theirs among all unknowns."""

    def __init__(self, unknowns: Sequence[fem.Function], numbers: list[int]) -> None:
        self.numbers = numbers
        self.fields = [unknowns[k] for k in numbers]
        self.together = _together(self.fields)
        self.parts = _parts(self.together, len(numbers))

    def gather(self) -> None:
        """Take over the values of the fields."""
        if len(self.fields) > 1:
            for k, field in enumerate(self.fields):
                self.together.x.array[k :: len(self.fields)] = field.x.array


class System:
    """Residuals of some unknowns and their derivatives, as callbacks of SNES (all collective).

    `x`, `b` and `matrix` are the vectors and the matrix that fit them; x and the unknowns are only
    equal after one of the callbacks.
    """

    def __init__(
        self,
        residuals: Sequence[ufl.Form],
        unknowns: Sequence[fem.Function],
        entity_maps: Sequence[EntityMap],
    ) -> None:
        """One residual per unknown, tested with a function of its space."""
        self.unknowns = list(unknowns)
        self._groups = _groups(unknowns)
        compiler = {"entity_maps": entity_maps, "jit_options": jit_options()}
        together = [_residual(group, residuals, self._groups) for group in self._groups]
        changing = [group.together for group in self._groups]
        self._residuals = [
            Residual(fem.form(form, **compiler), form.coefficients(), changing) for form in together
        ]
        self._blocks = [
            Block(fem.form(form, **compiler), rows, columns)
            for form, rows, columns in _derivatives(together, residuals, self._groups)
        ]
        spaces = [field.function_space for field in unknowns]
        self.x, self.b = (create_vector(spaces, kind="mpi") for _ in range(2))
        self._first = np.cumsum([0, *(space.dofmap.index_map.size_local for space in spaces)])
        self.matrix = self._matrix()

    def begin(self) -> None:
        """Read what stays as it is during a solve: constants and the states before."""
        for residual in self._residuals:
            residual.begin()

    def residual(self, _snes: PETSc.SNES, x: PETSc.Vec, b: PETSc.Vec) -> None:
        """Assemble the residuals at `x` into `b`."""
        self.take(x)
        values = b.array_w
        for group, residual in zip(self._groups, self._residuals, strict=True):
            assembled, count = residual.assemble(), len(group.numbers)
            for k, number in enumerate(group.numbers):
                first, end = self._first[number : number + 2]
                values[first:end] = assembled[k : count * (end - first) : count]

    def sums(self) -> dict[str, float]:
        """Return the sum of the entries of `b` for each unknown, over all ranks (collective)."""
        values = self.b.array_r
        local = np.array([values[a:e].sum() for a, e in itertools.pairwise(self._first)])
        total = np.empty_like(local)
        self.b.comm.tompi4py().Allreduce(local, total, op=MPI.SUM)
        return dict(zip((field.name for field in self.unknowns), total.tolist(), strict=True))

    def jacobian(
        self, _snes: PETSc.SNES, x: PETSc.Vec, matrix: PETSc.Mat, _same: PETSc.Mat
    ) -> None:
        """Assemble the derivatives at `x` into `matrix`."""
        self.take(x)
        entries: Any = np.concatenate([block.assemble() for block in self._blocks])
        matrix.setValuesCOO(entries)

    def take(self, x: PETSc.Vec) -> None:
        """Give the unknowns the values in `x`."""
        x.ghostUpdate(mode="forward")
        assign(x, self.unknowns)
        for group in self._groups:
            group.gather()

    def _matrix(self) -> PETSc.Mat:
        """Make the matrix and tell it where the entries of all blocks go."""
        numbering = Numbering(self.unknowns)
        places = [block.places(numbering) for block in self._blocks]
        rows: Any = np.concatenate([row for row, _ in places]).astype(PETSc.IntType)
        columns: Any = np.concatenate([column for _, column in places]).astype(PETSc.IntType)
        matrix = PETSc.Mat().create(self.x.comm)
        size = self.x.getLocalSize(), self.x.getSize()
        matrix.setSizes((size, size))
        matrix.setType(PETSc.Mat.Type.AIJ)
        matrix.setPreallocationCOO(rows, columns)
        return matrix


def _groups(unknowns: Sequence[fem.Function]) -> list[Group]:
    """Sort the unknowns by their spaces."""
    numbers: list[list[int]] = []
    for k, field in enumerate(unknowns):
        for some in numbers:
            if unknowns[some[0]].function_space == field.function_space:
                some.append(k)
                break
        else:
            numbers.append([k])
    return [Group(unknowns, some) for some in numbers]


def _residual(group: Group, residuals: Sequence[ufl.Form], groups: Sequence[Group]) -> ufl.Form:
    """Sum of a group's residuals, in terms of the functions that hold several fields."""
    fields = {f: p for g in groups for f, p in zip(g.fields, g.parts, strict=True)}
    test = ufl.TestFunction(group.together.function_space)
    tests = zip(group.numbers, _parts(test, len(group.numbers)), strict=True)
    replaced = (
        ufl.replace(residuals[k], fields | {residuals[k].arguments()[0]: part}) for k, part in tests
    )
    return reduce(operator.add, replaced)


def _derivatives(
    together: Sequence[ufl.Form], residuals: Sequence[ufl.Form], groups: Sequence[Group]
) -> list[tuple[ufl.Form, list[int], list[int]]]:
    """Each group's residuals for its own fields, and each residual for each field of another.

    DOLFINx has no sparse matrices of blocks that are not square, and there are few entries between
    groups: they stand on the interface.
    """
    found = [
        (expand_derivatives(ufl.derivative(form, group.together)), group.numbers, group.numbers)
        for group, form in zip(groups, together, strict=True)
    ]
    for group, other in itertools.permutations(groups, 2):
        columns = zip(other.numbers, other.fields, strict=True)
        for row, (column, field) in itertools.product(group.numbers, columns):
            form = expand_derivatives(ufl.derivative(residuals[row], field))
            found += [] if form.empty() else [(form, [row], [column])]
    return found


def _together(fields: Sequence[fem.Function]) -> fem.Function:
    """Make a function with the `fields` as components, node by node; one field stands for itself.

    Raises RuntimeError where DOLFINx numbers its nodes unlike those of the fields.
    """
    if len(fields) == 1:
        return fields[0]
    space = fields[0].function_space
    element = basix.ufl.blocked_element(space.ufl_element(), shape=(len(fields),))
    function = fem.Function(fem.functionspace(space.mesh, element))
    maps = [s.dofmap for s in (space, function.function_space)]
    lists, ghosts = [m.list for m in maps], [m.index_map.ghosts for m in maps]
    if not (np.array_equal(*lists) and np.array_equal(*ghosts)):
        raise RuntimeError("a vector-valued function is numbered unlike its components")
    return function


def _parts(function: Expression, count: int) -> list[Expression]:
    return [function] if count == 1 else [function[k] for k in range(count)]
