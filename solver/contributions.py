"""What one form contributes to a residual or to a Jacobian, and where its entries go."""

from collections.abc import Sequence
from typing import Any

from dolfinx import fem, la

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Residual:
    """A linear form whose coefficients are copied to the cells once per solve.

    For each evaluation only the values of the unknowns are copied anew, to the places at which
    DOLFINx put them; all of the copying was 40 % of the evaluation.
    """

    def __init__(self, form: fem.Form, unknowns: Sequence[fem.Function]) -> None:
        """`unknowns` are those functions among the coefficients that change during a solve."""
        self._form, self._unknowns = form, unknowns
        space = form.function_spaces[0].dofmap
        self._vector = la.vector(space.index_map, space.index_map_bs)
        self._places = [_places(form, function) for function in unknowns]

    def begin(self) -> None:
        """Read constants and all coefficients, which hold until the next call."""
        self._constants = fem.pack_constants(self._form)
        self._coefficients = fem.pack_coefficients(self._form)

    def assemble(self) -> NDArray[np.float64]:
        """Return the residual at the unknowns' present values, that of ghosts at the end.

        `begin` must have been called.
        """
        for function, places in zip(self._unknowns, self._places, strict=True):
            values = function.x.array
            for integral, (where, dofs) in places.items():
                self._coefficients[integral].reshape(-1)[where] = values[dofs]
        self._vector.array[:] = 0.0
        fem.assemble_vector(self._vector.array, self._form, self._constants, self._coefficients)
        self._vector.scatter_reverse(la.InsertMode.add)
        return np.asarray(self._vector.array)


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
    form: fem.Form, function: fem.Function
) -> dict[Any, tuple[Integers, NDArray[np.int32]]]:
    """Find out where DOLFINx puts the values of `function` when it copies coefficients to cells.

    Returns, per integral, indices into the flat array and the degrees of freedom that go there:
    each is given its own number as its value, and the difference to zeros is looked at.
    """
    values = function.x.array
    kept = values.copy()
    values[:] = 0.0
    without = fem.pack_coefficients(form)
    values[:] = 1 + np.arange(len(values))
    numbers = {
        key: np.ravel(packed - without[key]) for key, packed in fem.pack_coefficients(form).items()
    }
    values[:] = kept
    where = {key: np.flatnonzero(number) for key, number in numbers.items()}
    return {
        key: (places, np.rint(numbers[key][places]).astype(np.int32) - 1)
        for key, places in where.items()
        if len(places)
    }
