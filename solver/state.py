"""The fields of a run, now and at the beginning of the step."""

from dolfinx import fem

import numpy as np
from numpy.typing import NDArray

from lithovoid.domain import Domain

Snapshot = dict[str, NDArray[np.float64]]


class State:
    """Vacancy fraction `v`, void `phi` (0 metal, 1 void), potential `psi` [V], magnesium `x_mg`.

    `now` are the unknowns of the step, `old` their values at its beginning; both map names to
    functions. All are continuous and piecewise linear: v, phi and x_mg on the anode, psi on the
    electrolyte.
    """

    def __init__(self, domain: Domain) -> None:
        self.anode = fem.functionspace(domain.anode.mesh, ("Lagrange", 1))
        self.electrolyte = fem.functionspace(domain.electrolyte.mesh, ("Lagrange", 1))
        spaces = {"v": self.anode, "phi": self.anode, "psi": self.electrolyte}
        self.now = {name: fem.Function(space, name=name) for name, space in spaces.items()}
        self.old = {name: fem.Function(space, name=f"{name}_old") for name, space in spaces.items()}
        self.x_mg = fem.Function(self.anode, name="x_mg")
        self._before: Snapshot | None = None
        self._last_dt = 0.0

    @property
    def v(self) -> fem.Function:
        return self.now["v"]

    @property
    def phi(self) -> fem.Function:
        return self.now["phi"]

    @property
    def psi(self) -> fem.Function:
        return self.now["psi"]

    def accept(self, dt: float) -> None:
        """Make the present state the beginning of the next step, `dt` seconds later."""
        self._before = {name: function.x.array.copy() for name, function in self.old.items()}
        self._last_dt = dt
        self._copy(self.now, self.old)

    def restore(self) -> None:
        """Return to the beginning of the step."""
        self._copy(self.old, self.now)

    def forget_history(self) -> None:
        """Take the fields as they are: a hook changed them, the past says nothing about them."""
        self._before = None
        self._copy(self.now, self.old)

    def extrapolate(self, dt: float) -> None:
        """Guess the state after `dt` from the last two, as Newton's first iterate."""
        self.restore()
        if self._before is None:
            return
        for name, function in self.now.items():
            change = function.x.array - self._before[name]
            function.x.array[:] += dt / self._last_dt * change

    def is_finite(self) -> bool:
        """Whether all fields of this rank are finite."""
        return all(bool(np.isfinite(function.x.array).all()) for function in self.now.values())

    @staticmethod
    def _copy(source: dict[str, fem.Function], target: dict[str, fem.Function]) -> None:
        for name, function in source.items():
            target[name].x.array[:] = function.x.array
