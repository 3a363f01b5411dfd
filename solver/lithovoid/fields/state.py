"""The fields of a run, now and at the beginning of the step."""

from collections.abc import Mapping

from dolfinx import fem

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.domain import Domain

MAGNESIUM = "x_mg"
"""The composition of the metal, read by all: an unknown where magnesium moves."""

IN_WALL = 1e-4
"""Nodes where phi is farther than this from 0 and from 1 lie in the diffuse wall of a void."""


class State:
    """Vacancy fraction `v`, void `phi` (0 metal, 1 void), potential `psi` [V], magnesium `x_mg`.

    `now` are the unknowns of the step, `old` their values at its beginning, `older` those one step
    before; all map names to functions, continuous and piecewise linear.
    `fresh` is the magnesium of the start; where magnesium does not move, that is also `x_mg`.
    `times` has the fields at the same three times with `x_mg` in any case.
    """

    def __init__(self, domain: Domain, unknowns: Mapping[str, str]) -> None:
        """`unknowns` by name, each with its region: anode or electrolyte."""
        self.anode = fem.functionspace(domain.anode.mesh, ("Lagrange", 1))
        self.electrolyte = fem.functionspace(domain.electrolyte.mesh, ("Lagrange", 1))
        spaces = {"anode": self.anode, "electrolyte": self.electrolyte}
        self._spaces = {name: spaces[region] for name, region in unknowns.items()}
        self.now, self.old, self.older = (self._fields(suffix) for suffix in ("", "_old", "_older"))
        self.fresh = fem.Function(self.anode, name="fresh")
        self.times = tuple(
            {MAGNESIUM: self.fresh} | fields for fields in (self.now, self.old, self.older)
        )
        self._dt_before = 0.0

    @property
    def v(self) -> fem.Function:
        return self.now["v"]

    @property
    def phi(self) -> fem.Function:
        return self.now["phi"]

    @property
    def psi(self) -> fem.Function:
        return self.now["psi"]

    @property
    def x_mg(self) -> fem.Function:
        return self.times[0][MAGNESIUM]

    def step_ratio(self, dt: float) -> float:
        """Length of the coming step over that of the last one; 0 where there is no history."""
        return dt / self._dt_before if self._dt_before else 0.0

    def accept(self, dt: float) -> None:
        """Make the present state the beginning of the next step, `dt` seconds later."""
        _copy(self.old, self.older)
        _copy(self.now, self.old)
        self._dt_before = dt

    def restore(self) -> None:
        """Return to the beginning of the step."""
        _copy(self.old, self.now)

    def forget_history(self) -> None:
        """Take the fields as they are: a hook changed them, the past says nothing about them."""
        _copy(self.now, self.old)
        self._dt_before = 0.0

    def extrapolate(self, dt: float) -> None:
        """Guess the state after `dt` from the last two, as Newton's first iterate."""
        ratio = self.step_ratio(dt)
        for name, function in self.now.items():
            old, older = self.old[name].x.array, self.older[name].x.array
            function.x.array[:] = old + ratio * (old - older)
            if name == "phi":
                walls = (np.minimum(old, older) > IN_WALL) & (np.maximum(old, older) < 1 - IN_WALL)
                function.x.array[walls] = _moved(old[walls], older[walls], ratio)

    def clear(self) -> None:
        """Set all fields to zero, without history."""
        for fields in (self.now, self.old, self.older):
            for function in fields.values():
                function.x.array[:] = 0.0
        self._dt_before = 0.0

    def history(self) -> dict[str, fem.Function]:
        """The fields that a continued run needs, by name: those at the last two accepted times."""
        times = {"old": self.old, "older": self.older}
        return {f"{time}/{name}": f for time, fs in times.items() for name, f in fs.items()}

    def state_dict(self) -> dict[str, float]:
        return {"dt_before": self._dt_before}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Continue from `history`, which was filled before."""
        self._dt_before = state["dt_before"]
        self.restore()

    def is_finite(self) -> bool:
        """Whether all fields of this rank are finite."""
        return all(bool(np.isfinite(function.x.array).all()) for function in self.now.values())

    def _fields(self, suffix: str) -> dict[str, fem.Function]:
        return {
            name: fem.Function(space, name=name + suffix) for name, space in self._spaces.items()
        }


def _moved(
    old: NDArray[np.float64], older: NDArray[np.float64], ratio: float
) -> NDArray[np.float64]:
    """Extrapolate phi in a wall that moves on: not phi, but the distance from the wall.

    In the profile phi = (1 - tanh(x/l))/2 the distance x is -l/2 ln(phi / (1 - phi)).
    """
    now, before = (np.log(phi / (1 - phi)) for phi in (old, older))
    return np.asarray(1 / (1 + np.exp(-now - ratio * (now - before))))


def _copy(source: dict[str, fem.Function], target: dict[str, fem.Function]) -> None:
    for name, function in source.items():
        target[name].x.array[:] = function.x.array
