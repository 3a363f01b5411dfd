"""What one form contributes to a residual or to a Jacobian, and where its entries go."""

import itertools
from collections.abc import Sequence
from typing import Any

from dolfinx import fem, la

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

Places = list[tuple[NDArray[np.float64], NDArray[np.int32]]]
"""Parts of the coefficients at the cells, (cells, columns), and the degrees of freedom whose values
belong there."""


class Residual:
    """A linear form that keeps its coefficients' values at the cells.

    They are copied from functions to cells once per solve, those of the unknowns for each
    evaluation, to the places at which DOLFINx put them; DOLFINx's copying of all of them each time
    took as long as the kernels.
    """

    def __init__(
        self, form: fem.Form, coefficients: Sequence[fem.Function], unknowns: Sequence[fem.Function]
    ) -> None:
        """`unknowns` are those of the form's `coefficients` that change during a solve."""
        self._form = form
        space = form.function_spaces[0].dofmap
        self._vector = la.vector(space.index_map, space.index_map_bs)
        self._values, places = _places(form, coefficients)
        self._copies = list(zip(coefficients, places, strict=True))
        self._changing = [(f, where) for f, where in self._copies if f in unknowns]

    def begin(self) -> None:
        """Read constants and all coefficients, which hold until the next call."""
        self._constants = fem.pack_constants(self._form)
        self._copy(self._copies)

    def assemble(self) -> NDArray[np.float64]:
        """Return the residual at the unknowns' present values, that of ghosts at the end.

        `begin` must have been called.
        """
        self._copy(self._changing)
        self._vector.array[:] = 0.0
        fem.assemble_vector(self._vector.array, self._form, self._constants, self._values)
        self._vector.scatter_reverse(la.InsertMode.add)
        return np.asarray(self._vector.array)

    def _copy(self, copies: Sequence[tuple[fem.Function, Places]]) -> None:
        for function, places in copies:
            for part, dofs in places:
                part[:] = function.x.array[dofs]


class Numbering:
    """Row in the matrix of each field's degrees of freedom."""

    def __init__(self, unknowns: Sequence[fem.Function]) -> None:
        maps = [field.function_space.dofmap.index_map for field in unknowns]
        ranges = unknowns[0].function_space.mesh.comm.allgather([m.local_range for m in maps])
        self._starts, ends = np.moveaxis(np.array(ranges), 2, 0)  # (ranks, fields) each
        sizes = (ends - self._starts).ravel()
        self._rows = (np.cumsum(sizes) - sizes).reshape(self._starts.shape)

    def rows(self, field: int, dofs: Integers) -> Integers:
        """Rows of the global degrees of freedom `dofs` of the unknown of number `field`."""
        owner = np.searchsorted(self._starts[:, field], dofs, side="right") - 1
        return np.asarray(self._rows[owner, field] + dofs - self._starts[owner, field])


class Block:
    """Part of the Jacobian: rows of the unknowns `rows` for the unknowns `columns`."""

    def __init__(self, form: fem.Form, rows: list[int], columns: list[int]) -> None:
        self._form, self._rows, self._columns = form, rows, columns
        self._matrix = fem.create_matrix(form)
        owned = self._matrix.index_map(0).size_local
        self._counts = np.diff(self._matrix.indptr[: owned + 1])

    def assemble(self) -> NDArray[np.float64]:
        """Return the entries of this rank's rows."""
        self._matrix.set_value(0.0)
        fem.assemble_matrix(self._matrix, self._form)
        self._matrix.scatter_reverse()
        kept = self._counts.sum() * len(self._rows) * len(self._columns)
        return np.asarray(self._matrix.data[:kept])

    def places(self, numbering: Numbering) -> tuple[Integers, Integers]:
        """Row and column of each entry, over all ranks."""
        rows, columns = (self._matrix.index_map(k) for k in (0, 1))
        first = rows.local_range[0]
        tests = np.repeat(first + np.arange(len(self._counts)), self._counts)
        trials = columns.local_to_global(self._matrix.indices[: self._counts.sum()])
        shape = len(tests), len(self._rows), len(self._columns)
        row = np.stack([numbering.rows(k, tests) for k in self._rows], axis=1)[:, :, None]
        column = np.stack([numbering.rows(k, trials) for k in self._columns], axis=1)[:, None, :]
        return np.broadcast_to(row, shape).ravel(), np.broadcast_to(column, shape).ravel()


def _places(
    form: fem.Form, functions: Sequence[fem.Function]
) -> tuple[dict[Any, NDArray[np.float64]], list[Places]]:
    """Find out where DOLFINx puts the values of `functions` when it copies coefficients to cells.

    Returns its arrays, one per integral, and the places in them, per function. Each degree of
    freedom is given its own number as its value, and the numbers are looked for. Raises
    RuntimeError where a function does not fill columns.
    """
    kept = [function.x.array.copy() for function in functions]
    starts = 1 + np.cumsum([0, *(len(values) for values in kept)])
    for function, start in zip(functions, starts[:-1], strict=True):
        function.x.array[:] = start + np.arange(len(function.x.array))
    arrays: Any = fem.pack_coefficients(form)  # a dictionary; a list for a list of forms only
    for function, values in zip(functions, kept, strict=True):
        function.x.array[:] = values
    places: list[Places] = [[] for _ in functions]
    for (kind, _), array in arrays.items():
        sides = 2 if kind == fem.IntegralType.interior_facet else 1
        table = array.reshape(len(array) // sides, sides * array.shape[1])
        numbers = np.rint(table).astype(np.int32)
        for found, (start, end) in zip(places, itertools.pairwise(starts), strict=True):
            here = (start <= numbers) & (numbers < end)
            columns = here.any(axis=0)
            if not here[:, columns].all():
                raise RuntimeError("DOLFINx copies coefficients in an unexpected order")
            found += [(table[:, run], numbers[:, run] - np.int32(start)) for run in _runs(columns)]
    return arrays, places


def _runs(chosen: NDArray[np.bool_]) -> list[slice]:
    """Return the runs of `chosen` columns, as slices."""
    borders = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
    return [slice(first, end) for first, end in borders.reshape(-1, 2)]
