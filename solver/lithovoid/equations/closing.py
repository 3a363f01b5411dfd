"""The books closed: a solve that has converged for its purpose still conserves exactly.

How exactly a step must be solved is a matter of its own error, how exactly it conserves is not. The
residuals of a balance, summed over all test functions, are what its book lacks; a uniform shift of
the unknown that carries it makes good for that, some 1e-6 of what the step changed.
"""

from collections.abc import Mapping

import ufl
from dolfinx import fem

import numpy as np

from lithovoid.equations.model import Model
from lithovoid.equations.setting import Book
from lithovoid.fields.domain import Integral


class Closing:
    """Closes all books of a `model` after a solve."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._carriers = [model.unknowns[book.carrier or book.row] for book in model.books]
        self._storing = [
            [
                Integral(model.domain, _stored_by_unit(model, book, carrier))
                for carrier in self._carriers
            ]
            for book in model.books
        ]

    def close(self, sums: Mapping[str, float]) -> None:
        """Shift the carriers by what is missing; `sums` are those of the residuals of each row at
        the present fields, over all ranks (collective)."""
        m, books = self._model, self._model.books
        lacking = np.array([sums[b.row] - self._not_fed(b, sums) for b in books])
        storing = np.array([[integral() for integral in row] for row in self._storing])
        shifts, *_ = np.linalg.lstsq(storing, -lacking / m.rate_of_unit(), rcond=None)
        for carrier, shift in zip(self._carriers, shifts, strict=True):
            carrier.x.array[:] += shift

    def _not_fed(self, book: Book, sums: Mapping[str, float]) -> float:
        feeds = ((row, name) for part in self._model.physics for row, name in part.feeds.items())
        return sum(sums[row] for row, name in feeds if name == book.name)


def _stored_by_unit(model: Model, book: Book, carrier: fem.Function) -> ufl.Form:
    """What `book` stores more in the anode for one more of `carrier` everywhere."""
    unit = fem.Function(carrier.function_space)
    unit.x.array[:] = 1.0
    return ufl.derivative(book.stored[0] * model.domain.dx_anode, carrier, unit)
