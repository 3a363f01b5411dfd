"""Count the expected nuclei without inserting voids: incubation of a large, intact interface.

The expected number per area, int J dt with J the mean rate over the interface, needs no random
numbers: incubation ends when it reaches a density. Used by the reduced model, where the interface
is too small for voids, and valid as long as no void would have changed the metal around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.whole_interface import GlobalInterface
from lithovoid.hooks.nuclei import Nucleation
from lithovoid.hooks.onset import Onset, growing_mean
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.theory.nucleation import RateParameters
from lithovoid.voids.nuclei import Incubation

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record

Floats = NDArray[np.float64]


class CountingNucleation(Nucleation):
    """Integrates the rate of nucleation per area and remembers when it reached `threshold`."""

    def __init__(
        self,
        rate_law: Callable[[Floats, Floats, RateParameters], Floats],
        rate_parameters: RateParameters,
        interface: GlobalInterface,
        threshold: float,
    ) -> None:
        """`threshold` in nuclei per m^2."""
        super().__init__(interface)
        self._law, self._parameters, self._threshold = rate_law, rate_parameters, threshold
        self._density = self._rate = 0.0
        self._onset = Onset()
        self._incubation: Incubation | None = None

    @property
    def incubation(self) -> Incubation | None:
        """When the expected number per area reached the threshold; None until then."""
        return self._incubation

    def state_dict(self) -> dict[str, Any]:
        onset = self._onset.state_dict()
        return {"density": self._density, "incubation": self._incubation, "onset": onset}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        incubation = state["incubation"]
        self._density = state["density"]
        self._onset.load_state_dict(state["onset"])
        self._incubation = None if incubation is None else Incubation(**incubation)

    def on_start(self, cell: Cell) -> None:
        self._rate = self._mean_rate()

    def limit_dt(self, cell: Cell) -> float:
        """Steps resolve the onset, until the threshold is passed."""
        wait = self._threshold - self._density
        return self._onset.limit_dt(self._rate, wait) if wait > 0.0 else float("inf")

    def on_step_accepted(self, cell: Cell, record: Record) -> bool:
        """Add the expected nuclei of the step; `expected_nuclei` is their number per um^2."""
        rate, before = self._mean_rate(), self._density
        added = record.dt * growing_mean(self._rate, rate)
        self._density += added
        if before < self._threshold <= self._density:
            # the rate grows steeply: within a step the density is taken as exponential in time
            share = share_of_step(before, self._density, self._threshold)
            passed = (1 - share) * record.dt
            self._incubation = Incubation(
                step=record.step,
                time=record.time - passed,
                capacity=record.areal_capacity - passed * record.current_density / MAH_PER_CM2,
                words=f"{self._threshold:g} expected nuclei per m^2",
            )
        self._onset.watch(record.dt, self._rate, rate)
        self._rate = rate
        record.expected_nuclei = self._density * 1e-12
        return False

    def _mean_rate(self) -> float:
        values = self._interface.sample()
        rate = self._law(values.v, values.x_mg, self._parameters)
        return float(np.average(rate, weights=self._interface.areas))


def share_of_step(before: float, after: float, threshold: float) -> float:
    """Share of a step at which a density that grows from `before` to `after` meets `threshold`."""
    if before <= 0.0:
        return (threshold - before) / (after - before)
    return float(np.log(threshold / before) / np.log(after / before))
