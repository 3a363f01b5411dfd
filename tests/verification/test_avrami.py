"""Nucleation and growth with constant rates on an interface: the hook against JMAK kinetics.

The hook draws the nuclei on a flat interface of a three-dimensional cell and keeps off what is
covered; the test lets each nucleus grow as a disk. Then the covered fraction is
X = 1 - exp(-(pi/3) J G^2 t^3) (M. Avrami, J. Chem. Phys. 8, 212 (1940)).
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from frozen_interface import Seeder
from results import STATISTICS, Case
from scipy import stats

from lithovoid.fields.whole_interface import FacetValues
from lithovoid.hooks.nucleation import StochasticNucleation
from lithovoid.stepping.clock import Clock

SIDE, PARTS, GROWTH, SEEDS = 40.0, 60, 0.5, 20  # um, squares along a side, um/s
RATE = 1e10  # 1/(m^2 s)


class Square:
    """A square interface of right triangles, covered by growing disks; periodic; lengths in um."""

    def __init__(self) -> None:
        size = SIDE / PARTS
        corner = size * np.stack(np.meshgrid(np.arange(PARTS), np.arange(PARTS)), -1).reshape(-1, 2)
        shapes = size * np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [0, 1], [1, 1]]])
        flat = (corner[:, None, None] + shapes).reshape(-1, 3, 2)
        self.points = np.concatenate([flat, np.zeros((len(flat), 3, 1))], axis=2)
        self.midpoints = self.points.mean(axis=1)
        self.normals = np.tile([0.0, 0.0, 1.0], (len(flat), 1))
        self.areas = np.full(len(flat), size**2 / 2)
        self.reached = np.full(len(flat), np.inf)  # time at which a facet is covered [s]
        self.covered = np.zeros(len(flat), dtype=bool)

    def seed(self, time: float, point: np.ndarray) -> None:
        """Let a disk grow from `point` since `time`."""
        offset = np.abs(self.midpoints[:, :2] - point[:2])
        distance = np.linalg.norm(np.minimum(offset, SIDE - offset), axis=1)
        self.reached = np.minimum(self.reached, time + distance / GROWTH)

    def sample(self) -> FacetValues:
        rates = np.full(len(self.areas), RATE)
        return FacetValues(rates, self.covered.astype(float), np.zeros_like(rates))


def covered_fractions(seed: int, times: np.ndarray) -> np.ndarray:
    """Covered fraction of one history at `times`, which are the ends of its steps."""
    square = Square()
    clock = Clock()
    hook = StochasticNucleation(
        lambda v, x_mg, parameters: v,  # the frozen "vacancy fraction" is the rate itself
        None,
        square,  # type: ignore[arg-type]
        Seeder(),  # type: ignore[arg-type]
        seed=seed,
        exclusion=0.0,
        depth=1.0,
    )
    simulation: Any = SimpleNamespace(clock=clock)
    hook.on_start(simulation)
    found, seeded = [], 0
    for dt in np.diff(times, prepend=0.0):
        clock.advance(dt, 0.0)
        square.covered = square.reached <= clock.time
        record: Any = SimpleNamespace(dt=dt)
        hook.on_step_accepted(simulation, record)
        for nucleus in hook.nuclei[seeded:]:
            square.seed(clock.time - dt / 2, np.array(nucleus.point))  # at some time of the step
        seeded = len(hook.nuclei)
        found.append(square.covered.mean())
    return np.array(found)


@pytest.mark.long
def test_covered_fraction_follows_avrami() -> None:
    per_area = RATE * 1e-12 * np.pi / 3 * GROWTH**2  # 1/s^3
    times = np.linspace(0, (4 / per_area) ** (1 / 3), 121)[1:]
    mean = np.mean([covered_fractions(seed, times) for seed in range(SEEDS)], axis=0)
    exact = 1 - np.exp(-per_area * times**3)
    used = (mean > 0.05) & (mean < 0.95)
    fit = stats.linregress(np.log(times[used]), np.log(-np.log(1 - mean[used])))
    half = np.interp(0.5, mean, times)
    with Case(
        "Nucleation and growth on a plane (JMAK)",
        STATISTICS,
        source="Avrami: X = 1 - exp(-(π/3) J G² t³); nuclei by the hook on the interface of a 3-D "
        f"cell, disks growing at a constant rate, mean of {SEEDS} histories.",
    ) as case:
        case.compare("Avrami exponent", fit.slope, 3.0, absolute=0.1)
        case.compare("half time", half, (np.log(2) / per_area) ** (1 / 3), relative=0.02, unit="s")
        case.bound("largest difference of X", np.abs(mean - exact).max(), at_most=0.02)

        def draw(axes: Any) -> None:
            axes.plot(times, mean, label="hook")
            axes.plot(times, exact, "k--", label="JMAK")
            axes.set(xlabel="time [s]", ylabel="covered fraction")
            axes.legend()

        case.figure("avrami", draw, "Covered fraction")
