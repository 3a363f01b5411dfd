"""Time, charge and step number of a run."""

from dataclasses import dataclass


@dataclass
class Clock:
    """Where the run stands.

    time [s]; charge: net charge stripped per area [C/m^2]; throughput: charge passed in either
    direction [C/m^2], by which relative errors are measured.
    """

    step: int = 0
    time: float = 0.0
    charge: float = 0.0
    throughput: float = 0.0

    def advance(self, dt: float, charge: float) -> None:
        """Accept a step of `dt` seconds that passed `charge` [C/m^2]."""
        self.step += 1
        self.time += dt
        self.charge += charge
        self.throughput += abs(charge)
