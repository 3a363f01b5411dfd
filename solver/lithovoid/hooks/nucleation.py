"""Stochastic void nucleation between steps.

Events are those of an inhomogeneous Poisson process with the rate of a rate law, J [1/(m^2 s)],
over the interface: the k-th event happens when the expected number of events,
int int J dA dt, reaches the k-th arrival of a unit-rate Poisson process (random time change,
Daley & Vere-Jones, An Introduction to the Theory of Point Processes I, section 7.4), at a place
drawn from J. Arrivals and places come from a counter-based generator keyed by (seed, k). So the
events depend neither on the number of ranks nor, but for the accuracy of the integral, on time
steps or mesh, and a restart needs no generator state.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lithovoid.fields.whole_interface import FacetValues, GlobalInterface
from lithovoid.hooks.nuclei import VoidNucleation
from lithovoid.hooks.onset import Onset, growing_mean
from lithovoid.machine.errors import NumericalError
from lithovoid.machine.guard import Guard
from lithovoid.theory.constants import MESH_UNIT
from lithovoid.voids.seeding import Seeder

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]

RATE_LAW = Guard("rate law", "nucleation.rate_law and its parameters")

CONTACT_LIMIT = 0.01
"""No nucleation where phi exceeds this: the metal there is no longer intact."""

SMALLEST_WAIT = 0.02
"""Expected events that a step may cover at least: the next event is approached, not chased."""


class PoissonClock:
    """Arrivals and uniforms of event number k, reproducible from the seed alone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.events = 0
        self.arrival = self._interval(0)

    def uniforms(self, dimension: int) -> Floats:
        """Uniform numbers that place the present event."""
        return self._generator(self.events).random(1 + dimension)[1:]

    def next(self) -> None:
        """Go on to the next event."""
        self.events += 1
        self.arrival += self._interval(self.events)

    def _interval(self, event: int) -> float:
        return float(-np.log1p(-self._generator(event).random()))

    def _generator(self, event: int) -> np.random.Generator:
        return np.random.Generator(np.random.Philox(key=self._seed, counter=[0, event, 0, 0]))


class StochasticNucleation(VoidNucleation):
    """Inserts voids where and when the rate law says so, conserving lithium."""

    def __init__(
        self,
        rate_law: Callable[[Floats, Floats, Any], Floats],
        rate_parameters: Any,
        interface: GlobalInterface,
        seeder: Seeder,
        seed: int,
        exclusion: float,
        depth: float,
    ) -> None:
        """`exclusion` in um; `depth` b in um is the slice that a 2D run stands for."""
        super().__init__(interface, seeder)
        self._law, self._law_parameters = rate_law, rate_parameters
        self._exclusion = exclusion
        slice_depth = depth if interface.normals.shape[1] == 2 else 1.0
        self._areas = interface.areas * slice_depth * MESH_UNIT**2
        self._area = self._areas.sum()
        self._clock = PoissonClock(seed)
        self._expected = 0.0
        self._rate = 0.0
        self._onset = Onset()

    @property
    def expected(self) -> float:
        return self._expected

    @property
    def expected_density(self) -> float:
        return self._expected / float(self._area)

    def state_dict(self) -> dict[str, Any]:
        clock = {"events": self._clock.events, "arrival": self._clock.arrival}
        onset = self._onset.state_dict()
        return {**super().state_dict(), **clock, "expected": self._expected, "onset": onset}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self._clock.events, self._clock.arrival = state["events"], state["arrival"]
        self._expected = state["expected"]
        self._onset.load_state_dict(state["onset"])

    def on_start(self, cell: Cell) -> None:
        self._rate = float(self._events_per_second(self._interface.sample()).sum())

    def limit_dt(self, cell: Cell) -> float:
        """Step to the next event at the present rate, so that steps end at events."""
        if self._rate <= 0.0:
            return float("inf")
        wait = max(self._clock.arrival - self._expected, SMALLEST_WAIT)
        return min(wait / self._rate, self._onset.limit_dt(self._rate, wait))

    def on_step_accepted(self, cell: Cell, record: Record) -> bool:
        """Add the step's expected events; insert a void for each arrival that it reached."""
        rates = self._events_per_second(self._interface.sample())
        total = float(rates.sum())
        self._expected += record.dt * growing_mean(self._rate, total)
        self._onset.watch(record.dt, self._rate, total)
        changed = self.open_waiting(cell)
        if changed:
            rates = self._events_per_second(self._interface.sample())
        while self._clock.arrival <= self._expected:
            self._happen(cell, rates)
            changed |= self.open_waiting(cell)
            rates = self._events_per_second(self._interface.sample())
            self._clock.next()
        self._rate = float(rates.sum())
        return changed

    def _happen(self, cell: Cell, rates: Floats) -> None:
        """Place the event by the rates."""
        cumulative = np.cumsum(rates)
        if cumulative[-1] == 0.0:
            self.no_place += 1
            log.info("a nucleus was due, but earlier ones of the same step left no place for it")
            return
        place, *inner = self._clock.uniforms(self._interface.normals.shape[1])
        target = place * cumulative[-1]
        facet = int(np.searchsorted(cumulative, target, side="right"))
        within = (target - cumulative[facet] + rates[facet]) / rates[facet]
        point = _point_in_facet(self._interface.points[facet], [within, *inner])
        rate = float(rates[facet] / self._areas[facet])
        self.nucleate(cell, point, rate, key=self._clock.events)

    def _events_per_second(self, values: FacetValues) -> Floats:
        """Expected events per second on each facet; none in or near a void or a waiting nucleus."""
        rate = self._law(values.v, values.x_mg, self._law_parameters)
        _require_rates(rate, values)
        excluded = values.phi > CONTACT_LIMIT
        taken = [*self._interface.midpoints[values.phi > 0.5], *(n.point for n in self.waiting)]
        if taken:
            distance, _ = cKDTree(np.array(taken)).query(self._interface.midpoints)
            excluded |= distance < self._exclusion
        return np.where(excluded, 0.0, rate) * self._areas


def _require_rates(rate: Floats, values: FacetValues) -> None:
    """Raise NumericalError where a rate law returned what is no rate."""
    wrong = ~(np.isfinite(rate) & (rate >= 0.0))
    if np.any(wrong):
        where = int(np.argmax(wrong))
        raise NumericalError(
            RATE_LAW.says(
                f"the nucleation rate is {np.ravel(rate)[where]:g} at v = {values.v[where]:.4g}, "
                f"x_mg = {values.x_mg[where]:.4g}; it must be finite and not negative",
            )
        )


def _point_in_facet(corners: Floats, uniforms: list[float]) -> Floats:
    """Map uniforms to a uniform point of a segment (2, 2) or triangle (3, 3)."""
    if len(corners) == 2:
        shares = [uniforms[0]]
    else:
        a, b = uniforms[1:3]
        shares = [1 - a, 1 - b] if a + b > 1 else [a, b]
    point: Floats = corners[0] + np.asarray(shares) @ (corners[1:] - corners[0])
    return point
