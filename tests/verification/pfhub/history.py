"""Free energy in time of benchmarks 1 and 6, and what other codes found."""

import csv
from pathlib import Path

import numpy as np
from results import Case
from spinodal import Decomposition

REFERENCE = Path(__file__).parent / "reference"
SPREAD = {1.0: 5e-4, 5.0: 2e-3, 10.0: 1e-2, 20.0: 2e-2, 50.0: 5e-2, 100.0: 5e-2, 200.0: 5e-2}
"""By how much the codes that agree best differ from each other at these times, in benchmark 1a."""


class History:
    """Free energy and mass of a decomposition at every step."""

    def __init__(self, problem: Decomposition) -> None:
        self.decomposition = problem
        self.rows = [(0.0, problem.energy(), problem.mass())]

    def run(self, end: float) -> None:
        """Step to `end`, stopping at round times."""
        problem = self.decomposition.problem
        for mark in (*(t for t in SPREAD if t < end), end):
            while problem.time < mark * (1 - 1e-12):
                problem.advance(mark)
                self.rows.append(
                    (problem.time, self.decomposition.energy(), self.decomposition.mass())
                )

    @property
    def times(self) -> np.ndarray:
        return np.array(self.rows)[:, 0]

    @property
    def energies(self) -> np.ndarray:
        return np.array(self.rows)[:, 1]

    def energy(self, time: float) -> float:
        return float(np.interp(time, self.times, self.energies))

    def hold_to_the_laws(self, case: Case) -> None:
        """Mass stays to 1e-10, the free energy never rises by more than its round-off."""
        mass = np.array(self.rows)[:, 2]
        case.bound("drift of mass", np.abs(mass / mass[0] - 1).max(), at_most=1e-10)
        rise = np.diff(self.energies).max()
        share = max(rise, 0.0) / self.energies[0]
        case.bound("largest rise of F in a step, over F at t = 0", share, at_most=1e-13)


def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.DictReader(file))
