"""An interface whose fields the test sets, for the nucleation hook on its own."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.whole_interface import FacetValues
from lithovoid.hooks.nucleation import StochasticNucleation
from lithovoid.stepping.clock import Clock

LENGTHS = np.array([0.5, 1.0, 0.25, 2.0, 1.0, 0.25])  # facets of an interface of 5 um
RATES = np.array([3.0, 1.0, 8.0, 0.5, 2.0, 0.0])  # per um of it, in units of the mean
RATES = RATES * LENGTHS.sum() / (RATES * LENGTHS).sum()
DEPTH = 10.0  # um


class FrozenInterface:
    """Flat facets along x with given values; `rate` events per second in all."""

    def __init__(self, rate: float = 1.0) -> None:
        corners = np.concatenate([[0.0], np.cumsum(LENGTHS)])
        x = np.column_stack([corners[:-1], corners[1:]])
        self.points = np.stack([x, np.zeros_like(x)], axis=2)
        self.midpoints = self.points.mean(axis=1)
        self.normals = np.tile([0.0, 1.0], (len(x), 1))
        self.areas = LENGTHS
        per_area = rate * RATES / (LENGTHS.sum() * DEPTH * 1e-12)  # 1/(m^2 s)
        self.v, self.phi = per_area, np.zeros(len(x))

    def sample(self) -> FacetValues:
        return FacetValues(self.v, self.phi, np.zeros_like(self.v))


class Seeder:
    """Takes every seed, or none, and changes nothing."""

    radius = 0.5

    def __init__(self, accepts: bool = True) -> None:
        self.accepts = accepts
        self.centres: list[NDArray[np.float64]] = []

    def centre(
        self, point: NDArray[np.float64], normal: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return point + 0.2 * normal

    def insert(self, centre: NDArray[np.float64]) -> bool:
        self.centres.append(centre)
        return self.accepts


class Process:
    """The hook, driven step by step as the loop would."""

    def __init__(
        self,
        interface: FrozenInterface,
        seed: int,
        exclusion: float = 1.0,
        seeder: Seeder | None = None,
    ) -> None:
        self.interface, self.seeder = interface, seeder or Seeder()
        self.clock = Clock()
        self.hook = StochasticNucleation(
            lambda v, x_mg, parameters: v,  # the frozen "vacancy fraction" is the rate itself
            None,
            self.interface,  # type: ignore[arg-type]
            self.seeder,  # type: ignore[arg-type]
            seed=seed,
            exclusion=exclusion,
            depth=DEPTH,
        )
        self._simulation: Any = SimpleNamespace(clock=self.clock)
        self.hook.on_start(self._simulation)

    def limit(self) -> float:
        return self.hook.limit_dt(self._simulation)

    def step(self, dt: float) -> Any:
        """Take an accepted step of `dt` seconds; return its record."""
        self.clock.advance(dt, 0.0)
        record: Any = SimpleNamespace(dt=dt)
        self.hook.on_step_accepted(self._simulation, record)
        record.nuclei, record.expected_nuclei = len(self.hook.accepted), self.hook.expected
        return record

    def steps(self, dt: float, number: int) -> Iterator[Any]:
        for _ in range(number):
            yield self.step(dt)

    def positions(self) -> NDArray[np.float64]:
        return np.array([nucleus.point[0] for nucleus in self.hook.nuclei])
