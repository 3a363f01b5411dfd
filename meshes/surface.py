"""Random, band-limited height fields: the rough interface of a three-dimensional cell."""

from dataclasses import dataclass

import numpy as np

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.data import MICROMETRE
from lithovoid.meshes.roughness import Array
from lithovoid.scenario.geometry import Roughness


@dataclass(frozen=True, eq=False)
class HeightField:
    """Height of the interface as a sum of cosines that is periodic in width and depth.

    h(x) = a sum_k cos(2 pi k.x + phase_k) with the amplitude a [um] common to all wave vectors
    `waves` (n, 2) [1/um]; its root mean square is a sqrt(n / 2).
    """

    waves: Array
    phases: Array
    amplitude: float

    def height(self, positions: Array) -> Array:
        """Return the height [um], (m,), at `positions` (m, 2) [um]."""
        angles = 2 * np.pi * positions @ self.waves.T + self.phases
        return np.asarray(self.amplitude * np.cos(angles).sum(axis=-1))


def flat_field() -> HeightField:
    """Return the flat interface."""
    return HeightField(np.empty((0, 2)), np.empty(0), 0.0)


def random_field(roughness: Roughness, width: float, depth: float) -> HeightField:
    """Draw the height field of `roughness` over `width` times `depth` [um].

    All waves whose length is in the band have the same amplitude, so that the root mean square is
    exactly ``roughness.amplitude``; only the phases are random, as in two dimensions.

    Raises ConfigurationError if no wave of the band fits width and depth.
    """
    longest = roughness.longest_wavelength / MICROMETRE
    shortest = roughness.shortest_wavelength / MICROMETRE
    waves = _half_plane(int(width / shortest) + 1, int(depth / shortest) + 1) / [width, depth]
    lengths = 1 / np.linalg.norm(waves, axis=1)
    slack = 1 + 1e-9  # a wavelength that equals a limit belongs to the band
    waves = waves[(lengths * slack >= shortest) & (lengths <= longest * slack)]
    if not len(waves):
        raise ConfigurationError(
            f"geometry.roughness: no wave between {shortest:g} um and {longest:g} um fits the "
            f"interface of {width:g} um x {depth:g} um; widen the band"
        )
    generator = np.random.Generator(np.random.Philox(roughness.seed))
    phases = generator.uniform(0.0, 2 * np.pi, len(waves))
    return HeightField(waves, phases, roughness.amplitude / MICROMETRE * np.sqrt(2 / len(waves)))


def _half_plane(most_x: int, most_y: int) -> Array:
    """Whole numbers of waves (n, 2), one of each pair k, -k, which are the same wave."""
    x, y = np.meshgrid(np.arange(most_x + 1), np.arange(-most_y, most_y + 1), indexing="ij")
    numbers = np.column_stack([x.ravel(), y.ravel()])
    return numbers[(numbers[:, 0] > 0) | (numbers[:, 1] > 0)].astype(np.float64)
