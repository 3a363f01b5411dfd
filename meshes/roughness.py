"""Random, band-limited interface profiles."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.data import MICROMETRE
from lithovoid.scenario.schema import Roughness

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Profile:
    """Height of the interface as a sum of cosines that is periodic in `width` [um].

    h(x) = a sum_k cos(2 pi k x / width + phase_k) with the amplitude a [um] common to all
    `wavenumbers` k (full periods per width); its root mean square is a sqrt(number of k / 2).
    """

    width: float
    wavenumbers: Array
    phases: Array
    amplitude: float

    def height(self, x: Array) -> Array:
        """Return the height [um] at the positions `x` [um] of any shape (n,)."""
        angles = np.multiply.outer(x, 2 * np.pi * self.wavenumbers / self.width) + self.phases
        return np.asarray(self.amplitude * np.cos(angles).sum(axis=-1))

    def points(self, size: float) -> Array:
        """Return (n, 2) points of the profile no farther apart in x than `size` [um].

        The shortest wave gets at least 16 of them; a flat profile needs its two ends only.
        """
        shortest = 16 * max(self.wavenumbers, default=0.0)
        count = int(np.ceil(max(shortest, self.width / size))) if shortest else 1
        x = np.linspace(0.0, self.width, count + 1)
        return np.column_stack([x, self.height(x)])


def flat(width: float) -> Profile:
    """Return the flat interface of length `width` [um]."""
    return Profile(width, np.empty(0), np.empty(0), 0.0)


def random_profile(roughness: Roughness, width: float) -> Profile:
    """Draw the profile of `roughness` over `width` [um].

    All waves of the band have the same amplitude, so that the root mean square is exactly
    ``roughness.amplitude``; only the phases are random (NumPy's counter-based Philox generator,
    which gives the same numbers on every machine).

    Raises ConfigurationError if no whole number of waves of the band fits the width.
    """
    longest = roughness.longest_wavelength / MICROMETRE
    shortest = roughness.shortest_wavelength / MICROMETRE
    slack = 1e-9  # a wavelength that equals width / k exactly belongs to the band
    first = max(1, int(np.ceil(width / longest - slack)))
    last = int(np.floor(width / shortest + slack))
    if last < first:
        raise ConfigurationError(
            f"geometry.roughness: no wave between {shortest:g} um and {longest:g} um fits the "
            f"width of {width:g} um a whole number of times; widen the band"
        )
    wavenumbers = np.arange(first, last + 1, dtype=np.float64)
    generator = np.random.Generator(np.random.Philox(roughness.seed))
    phases = generator.uniform(0.0, 2 * np.pi, wavenumbers.size)
    amplitude = roughness.amplitude / MICROMETRE * np.sqrt(2 / wavenumbers.size)
    return Profile(width, wavenumbers, phases, float(amplitude))
