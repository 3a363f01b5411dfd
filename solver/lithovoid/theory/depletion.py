"""Depletion of lithium at the interface of a slab that is stripped at a constant current.

Closed forms for a constant diffusivity D, against which runs are judged; NumPy only. `rise` is the
rise of the vacancy fraction at the interface, i the current density, L the thickness:

    Sand, short time:  rise = 2 (i Omega / F) sqrt(t / (pi D))   (`sand_rise`)
    slab, no flux at the back (H. S. Carslaw & J. C. Jaeger, Conduction of Heat in Solids, 2nd ed.,
    section 3.8):  rise = (i Omega L / (F D)) g(D t / L^2),
                   g(tau) = tau + 1/3 - (2 / pi^2) sum_n exp(-n^2 pi^2 tau) / n^2
"""

import numpy as np
import numpy.typing as npt

from lithovoid.theory.constants import FARADAY

Array = npt.NDArray[np.float64]

_SHORT = 0.05
"""Below this D t / L^2 the back is not felt: Sand's law is exact to 1e-9."""
_TERMS = np.arange(1, 11)
_TAU = np.geomspace(1e-14, 1e6, 20001)


def sand_capacity(rise: float, current: float, diffusivity: float, molar_volume: float) -> float:
    """Charge that raises the vacancy fraction of a half space by `rise` [C/m^2].

    Q = pi D F^2 rise^2 / (4 i Omega^2); `current` i in A/m^2, all else in SI units.
    """
    return np.pi * diffusivity * (FARADAY * rise / molar_volume) ** 2 / (4 * current)


def sand_time(rise: float, current: float, diffusivity: float, molar_volume: float) -> float:
    """Time [s] in which the vacancy fraction of a half space rises by `rise`, in SI units."""
    return sand_capacity(rise, current, diffusivity, molar_volume) / current


def sand_rise(time: float, injection: float, diffusivity: float) -> float:
    """Rise of the vacancy fraction at the interface of a half space after `time` [s].

    `injection` is i Omega / F, length of emptied lattice per second, in the length unit of
    `diffusivity`.
    """
    return float(2 * injection * np.sqrt(time / (np.pi * diffusivity)))


def slab_capacity(
    rise: float, current: float, diffusivity: float, molar_volume: float, thickness: float
) -> float:
    """Charge that raises the vacancy fraction at the interface of a slab by `rise` [C/m^2]."""
    wanted = rise * FARADAY * diffusivity / (current * molar_volume * thickness)
    tau = float(np.interp(wanted, _slab_rise(_TAU), _TAU))
    return current * tau * thickness**2 / diffusivity


def _slab_rise(tau: Array) -> Array:
    """g(tau): rise at the interface of a slab in units of i Omega L / (F D)."""
    n = _TERMS[:, None]
    series = np.sum(np.exp(-(n**2) * np.pi**2 * tau) / n**2, axis=0)
    return np.where(tau < _SHORT, 2 * np.sqrt(tau / np.pi), tau + 1 / 3 - 2 / np.pi**2 * series)
